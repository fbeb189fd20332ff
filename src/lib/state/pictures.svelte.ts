// Pictures of samples as addresses for <img>, made when they come into view and given back when many others came after.

import type { SampleId } from '#lib/core/project.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
import type { Saver } from './saver.svelte.ts';

const keptAddresses = 600;
/** Pictures of some kilobytes each. */
const readAhead = 50;

export class Pictures {
  #store: ProjectStore;
  #saver: Saver;
  #addresses = new Map<SampleId, Promise<string | null>>();

  constructor(store: ProjectStore, saver: Saver) {
    this.#store = store;
    this.#saver = saver;
  }

  /** A `blob:` address of the sample's JPEG; null when its picture is gone. */
  address(id: SampleId): Promise<string | null> {
    const known = this.#addresses.get(id);
    this.#addresses.delete(id);
    const address = known ?? this.#make(id);
    this.#addresses.set(id, address);
    this.#trim();
    return address;
  }

  /** The sample's JPEG; null when it is gone. */
  async jpeg(id: SampleId): Promise<Uint8Array | null> {
    const fresh = this.#saver.fresh(id)?.jpeg;
    if (fresh) return fresh;
    const read = await this.#store.readJpeg(id);
    return read.ok ? read.value : null;
  }

  /** Reads JPEGs that are asked for in the order of `ids`: some are read ahead, which takes far less time than one by one. */
  inOrder(ids: readonly SampleId[]): (id: SampleId) => Promise<Uint8Array | null> {
    const places = new Map(ids.map((id, place) => [id, place]));
    let held = new Map<SampleId, Uint8Array>();
    return async (id) => {
      const fresh = this.#saver.fresh(id)?.jpeg;
      if (fresh) return fresh;
      if (!held.has(id)) {
        const place = places.get(id) ?? 0;
        const read = await this.#store.readJpegs(ids.slice(place, place + readAhead));
        held = read.ok ? read.value : new Map<SampleId, Uint8Array>();
      }
      return held.get(id) ?? null;
    };
  }

  async #make(id: SampleId): Promise<string | null> {
    const jpeg = await this.jpeg(id);
    return jpeg ? URL.createObjectURL(new Blob([jpeg.slice()], { type: 'image/jpeg' })) : null;
  }

  #trim(): void {
    for (const [id, address] of this.#addresses) {
      if (this.#addresses.size <= keptAddresses) return;
      this.#addresses.delete(id);
      void address.then((url) => url !== null && URL.revokeObjectURL(url));
    }
  }
}
