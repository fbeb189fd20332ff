// The camera as the page sees it: off, asking, on, or failed with words; which one; and its frames.

import { cameraGranted, listCameras, openCamera, watchCameras } from '#lib/camera/camera.ts';
import type { CameraDevice, OpenCamera } from '#lib/camera/camera.ts';
import { grabFrame, nextFrame } from '#lib/camera/frames.ts';
import { isAbort, type Failure } from '#lib/core/failure.ts';
import type { Notices } from './notices.svelte.ts';
import type { Settings } from './settings.svelte.ts';

export type CameraStatus =
  | { readonly kind: 'off' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'on'; readonly camera: OpenCamera }
  | { readonly kind: 'failed'; readonly failure: Failure };

export class Camera {
  status = $state.raw<CameraStatus>({ kind: 'off' });
  devices = $state.raw<readonly CameraDevice[]>([]);
  readonly on = $derived(this.status.kind === 'on');
  #settings: Settings;
  #notices: Notices;
  #closed = new AbortController();
  #unwatch: () => void = () => undefined;

  constructor(settings: Settings, notices: Notices) {
    this.#settings = settings;
    this.#notices = notices;
  }

  /** Starts watching the plugs; turns the camera on when that asks nobody anything. */
  async start(): Promise<void> {
    this.#unwatch = watchCameras(() => void this.#plugged());
    await this.#listDevices();
    if (await cameraGranted()) await this.turnOn();
  }

  async turnOn(deviceId: string | null = this.#settings.current.cameraId): Promise<void> {
    if (this.status.kind === 'asking') return;
    this.turnOff();
    this.status = { kind: 'asking' };
    const opened = await openCamera(deviceId, () => void this.#ended());
    if (!opened.ok) {
      this.status = { kind: 'failed', failure: opened.failure };
      return;
    }
    this.#closed = new AbortController();
    this.status = { kind: 'on', camera: opened.value };
    this.#notices.clear('camera-unplugged');
    this.#notices.announce('The camera is on.');
    await this.#listDevices();
  }

  async choose(deviceId: string): Promise<void> {
    await this.#settings.change({ cameraId: deviceId });
    await this.turnOn(deviceId);
  }

  turnOff(): void {
    if (this.status.kind === 'on') this.status.camera.close();
    this.#closed.abort();
    this.status = { kind: 'off' };
  }

  /** The next frame the camera shows, to be closed by the caller; null when the camera is off. */
  async frame(): Promise<VideoFrame | ImageBitmap | null> {
    if (this.status.kind !== 'on') return null;
    const { video } = this.status.camera;
    try {
      // A video that left the page is paused by the browser, and a paused one shows no new frames.
      if (video.paused) await video.play();
      await nextFrame(video, this.#closed.signal);
    } catch (error) {
      if (isAbort(error)) return null;
      throw error;
    }
    return grabFrame(video);
  }

  dispose(): void {
    this.#unwatch();
    this.turnOff();
  }

  /** The camera went away by itself: fall back to another one when there is one, and say so either way. */
  async #ended(): Promise<void> {
    if (this.status.kind !== 'on') return;
    const { label } = this.status.camera;
    const failure: Failure = { code: 'camera-unplugged', label };
    this.turnOff();
    this.status = { kind: 'failed', failure };
    this.#notices.report(failure);
    await this.#listDevices();
    if (this.devices.length === 0) return;
    await this.turnOn(null);
    if (this.#cameraNow === null) return;
    // The banner left with the new picture; without these words the view would just have changed.
    this.#notices.toast(`The camera “${label}” went away. Now you see “${this.#cameraNow}”.`);
  }

  get #cameraNow(): string | null {
    return this.status.kind === 'on' ? this.status.camera.label : null;
  }

  /** A camera that was plugged in again after it went missing is turned on without a click. */
  async #plugged(): Promise<void> {
    await this.#listDevices();
    if (this.status.kind !== 'failed' || this.devices.length === 0) return;
    const { code } = this.status.failure;
    if (code === 'camera-unplugged' || code === 'camera-missing') await this.turnOn();
  }

  async #listDevices(): Promise<void> {
    this.devices = await listCameras();
  }
}
