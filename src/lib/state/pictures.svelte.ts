// Pictures of samples and actions as addresses for <img>, made when they come into view and given back when many others came
// after.

import type { FileHash } from '#lib/core/own-file.ts';
import type { SampleId } from '#lib/core/project.ts';
import type { ImageKey, ProjectStore } from '#lib/storage/store.ts';
import type { Saver } from './saver.svelte.ts';

const keptAddresses = 600;
/** Pictures of some kilobytes each. */
const readAhead = 50;

export class Pictures {
  #store: ProjectStore;
  #saver: Saver;
  #addresses = new Map<ImageKey, Promise<string | null>>();

  constructor(store: ProjectStore, saver: Saver) {
    this.#store = store;
    this.#saver = saver;
  }

  /** A `blob:` address of the sample's JPEG; null when its picture is gone. */
  address(id: SampleId): Promise<string | null> {
    return this.#addressOf(id, () => this.jpeg(id));
  }

  /** The same of a picture that an action shows. One that is gone may be chosen again. */
  async fileAddress(hash: FileHash): Promise<string | null> {
    const address = await this.#addressOf(hash, () => this.file(hash));
    if (address === null) this.#addresses.delete(hash);
    return address;
  }

  /** What an action shows or plays; null when it is gone. */
  async file(hash: FileHash): Promise<Uint8Array | null> {
    const fresh = this.#saver.freshFile(hash);
    if (fresh) return fresh;
    const read = await this.#store.readFile(hash);
    return read.ok ? read.value : null;
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

  #addressOf(id: ImageKey, read: () => Promise<Uint8Array | null>): Promise<string | null> {
    const known = this.#addresses.get(id);
    this.#addresses.delete(id);
    const address = known ?? this.#make(read);
    this.#addresses.set(id, address);
    this.#trim();
    return address;
  }

  async #make(read: () => Promise<Uint8Array | null>): Promise<string | null> {
    const jpeg = await read();
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
