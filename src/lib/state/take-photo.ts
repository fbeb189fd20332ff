// What the camera shows now, as a JPEG to keep.

import type { Project } from '#lib/core/project.ts';
import type { Camera } from './camera.svelte.ts';
import { newId, nowMs } from './clock.ts';

export interface Photo {
  readonly id: string;
  /** Of a blob; whoever drops the photo revokes it. */
  readonly url: string;
  readonly blob: Blob;
  readonly className: string;
  readonly takenAtMs: number;
}

/** null: there is no picture now. */
export async function takePhoto(
  camera: Camera,
  project: Project | null,
  className: string,
): Promise<Photo | null> {
  const frame = await camera.frame();
  if (!frame) return null;
  const width = 'displayWidth' in frame ? frame.displayWidth : frame.width;
  const height = 'displayHeight' in frame ? frame.displayHeight : frame.height;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  // As people see themselves on the page.
  if (project?.capture.mirror) context?.setTransform(-1, 0, 0, 1, width, 0);
  context?.drawImage(frame, 0, 0);
  frame.close();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  const url = URL.createObjectURL(blob);
  return { id: newId(), url, blob, className, takenAtMs: nowMs() };
}
