// A photo of what the camera shows, with camera and canvas faked.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyProject } from '#lib/core/project.ts';
import type { Camera } from './camera.svelte.ts';
import { takePhoto } from './take-photo.ts';

const project = emptyProject('p', 'P', 'net@1', 1);
let drawn: { width: number; height: number; calls: unknown[][] }[] = [];

class FakeCanvas {
  readonly width: number;
  readonly height: number;
  readonly calls: unknown[][] = [];
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    drawn.push(this);
  }
  getContext() {
    return {
      setTransform: (...numbers: number[]) => this.calls.push(['turn', ...numbers]),
      drawImage: (...args: unknown[]) => this.calls.push(['draw', ...args.slice(1)]),
    };
  }
  convertToBlob = ({ type }: { type: string }) => Promise.resolve(new Blob(['jpeg'], { type }));
}

beforeEach(() => {
  drawn = [];
  vi.stubGlobal('OffscreenCanvas', FakeCanvas);
});
afterEach(() => vi.unstubAllGlobals());

const cameraWith = (frame: object | null) =>
  ({ frame: () => Promise.resolve(frame) }) as unknown as Camera;

test('it is mirrored as people see themselves, and the frame is given back', async () => {
  const close = vi.fn();
  const camera = cameraWith({ displayWidth: 640, displayHeight: 480, close });
  const photo = await takePhoto(camera, project, 'Up');
  expect(drawn[0]).toMatchObject({ width: 640, height: 480 });
  expect(drawn[0]?.calls).toEqual([
    ['turn', -1, 0, 0, 1, 640, 0],
    ['draw', 0, 0],
  ]);
  expect(close).toHaveBeenCalledTimes(1);
  expect(photo).toMatchObject({ className: 'Up' });
  expect(photo?.blob.type).toBe('image/jpeg');
  expect(photo?.url).toMatch(/^blob:/);
});

test('without the mirror it is as the camera sees it, of an ImageBitmap too', async () => {
  const capture = { ...project.capture, mirror: false };
  const camera = cameraWith({ width: 320, height: 240, close: vi.fn() });
  await takePhoto(camera, { ...project, capture }, 'Up');
  expect(drawn[0]).toMatchObject({ width: 320, height: 240, calls: [['draw', 0, 0]] });
});

test('no picture now, no photo', async () => {
  expect(await takePhoto(cameraWith(null), project, 'Up')).toBeNull();
  expect(drawn).toEqual([]);
});
