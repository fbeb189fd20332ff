// Opens, closes and lists cameras; names every way in which that fails. May use navigator.mediaDevices only.

import { fail, messageOf, succeed, type Failure, type Result } from '#lib/core/failure.ts';

export interface CameraDevice {
  readonly id: string;
  readonly label: string;
}

/** A running camera. Its `video` plays muted, whether or not it is shown. */
export interface OpenCamera {
  readonly deviceId: string;
  readonly label: string;
  readonly video: HTMLVideoElement;
  close(): void;
}

/**
 * Opens a camera at about 640 × 480.
 * @param deviceId a camera from `listCameras`; null, or one that went away: the browser's choice.
 * @param onEnded called once when the camera stops without `close`: unplugged, or taken back.
 */
export async function openCamera(
  deviceId: string | null,
  onEnded: () => void,
): Promise<Result<OpenCamera>> {
  if (!cameraSupported()) return fail({ code: 'camera-unsupported' });
  let stream: MediaStream;
  try {
    stream = await requestStream(deviceId);
  } catch (error) {
    return fail(cameraFailure(error));
  }
  const track = stream.getVideoTracks()[0];
  if (!track) return fail({ code: 'camera-missing' });
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  try {
    await video.play();
  } catch (error) {
    track.stop();
    return fail(cameraFailure(error));
  }
  track.addEventListener('ended', onEnded, { once: true });
  // A video that leaves the page is paused by the browser, also while somebody waits for its next frame.
  const goOn = (): void => void video.play().catch(() => undefined);
  video.addEventListener('pause', goOn);
  return succeed({
    deviceId: track.getSettings().deviceId ?? '',
    label: track.label === '' ? 'Camera' : track.label,
    video,
    close() {
      track.removeEventListener('ended', onEnded);
      video.removeEventListener('pause', goOn);
      for (const each of stream.getTracks()) each.stop();
      video.srcObject = null;
    },
  });
}

/** Whether the page may ask for a camera at all (secure context, current browser). */
export function cameraSupported(): boolean {
  return typeof navigator !== 'undefined' && 'mediaDevices' in navigator;
}

/** Cameras that are plugged in. Labels are empty in some browsers until one was opened: numbered then. */
export async function listCameras(): Promise<CameraDevice[]> {
  if (!cameraSupported()) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }, i) => ({ id: deviceId, label: label || `Camera ${i + 1}` }));
}

/** Calls back whenever a device is plugged in or out. Returns the end of watching. */
export function watchCameras(onChange: () => void): () => void {
  if (!cameraSupported()) return () => undefined;
  navigator.mediaDevices.addEventListener('devicechange', onChange);
  return () => navigator.mediaDevices.removeEventListener('devicechange', onChange);
}

/** Whether the browser already granted the camera, so that opening it asks nothing. */
export async function cameraGranted(): Promise<boolean> {
  try {
    const status = await navigator.permissions.query({ name: 'camera' });
    return status.state === 'granted';
  } catch {
    // Firefox and older Safari do not know the name `camera`; they will ask, which is right.
    return false;
  }
}

async function requestStream(deviceId: string | null): Promise<MediaStream> {
  const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
  if (deviceId === null) {
    return navigator.mediaDevices.getUserMedia({ video: { ...wanted, facingMode: 'user' } });
  }
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { ...wanted, deviceId: { exact: deviceId } },
    });
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'OverconstrainedError') throw error;
    return requestStream(null);
  }
}

function cameraFailure(error: unknown): Failure {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return { code: 'camera-denied' };
  if (name === 'NotFoundError') return { code: 'camera-missing' };
  if (name === 'NotReadableError' || name === 'AbortError') return { code: 'camera-busy' };
  return { code: 'camera-failed', detail: messageOf(error) };
}
