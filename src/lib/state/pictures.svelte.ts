// Pictures of samples as addresses for <img>, made when they come into view and given back when many others came after.

import type { SampleId } from '#lib/core/project.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
import type { Saver } from './saver.svelte.ts';

const keptAddresses = 600;

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
