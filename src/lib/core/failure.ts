// The one union of expected failures, and the words people read for each.
// Expected failures travel as values (`Result`); `throw` means a bug; an abort is neither.

import { shortText } from './clean-text.ts';

export type Failure =
  | { code: 'camera-denied' }
  | { code: 'camera-missing' }
  | { code: 'camera-busy' }
  | { code: 'camera-unplugged'; label: string }
  | { code: 'camera-unsupported' }
  | { code: 'camera-failed'; detail: string }
  | { code: 'storage-full' }
  /** The browser says that little is left; everything is still saved. */
  | { code: 'storage-low'; leftBytes: number }
  | { code: 'storage-unavailable'; detail: string }
  | { code: 'storage-failed'; detail: string }
  | { code: 'storage-newer'; detail: string }
  | { code: 'project-missing' }
  /** Another tab writes it. */
  | { code: 'project-elsewhere' }
  /** Another tab saved a change of it at the same time. */
  | { code: 'project-changed' }
  | { code: 'bad-file'; fileName: string; reason: string; advice: string }
  | { code: 'bad-picture'; fileName: string; detail: string }
  /** Several of the pictures given at once; the names are the first few. */
  | { code: 'bad-pictures'; count: number; total: number; fileNames: readonly string[] }
  | { code: 'engine-unsupported'; detail: string }
  | { code: 'engine-crashed'; detail: string }
  | { code: 'maps-stopped'; detail: string }
  | { code: 'map-stopped'; detail: string }
  | { code: 'backend-unavailable'; backend: string; detail: string }
  | { code: 'backbone-unavailable'; name: string; detail: string }
  | { code: 'backbone-corrupt'; name: string; detail: string }
  | { code: 'too-few-classes' }
  | { code: 'head-mismatch'; reason: string }
  /** `device`: its name in the middle of a sentence. */
  | { code: 'device-unsupported'; device: string }
  | { code: 'device-not-chosen'; device: string }
  | { code: 'device-not-connected'; device: string }
  | { code: 'device-failed'; device: string; detail: string }
  | { code: 'no-voice' }
  /** What an action shows or plays; `name` as it was chosen. */
  | { code: 'own-file-missing'; name: string }
  | { code: 'not-embedded' }
  | { code: 'webhook-forbidden'; origin: string }
  | { code: 'webhook-failed'; address: string; detail: string }
  /** A bug met while the page runs: said, so that nobody waits for what will not come. */
  | { code: 'unexpected'; detail: string };

export type FailureCode = Failure['code'];

/** A value, or an expected failure. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const succeed = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = <T = never>(failure: Failure): Result<T> => ({ ok: false, failure });

/** What happened, and the one thing to do next. Both are whole sentences. */
export interface FailureWords {
  readonly what: string;
  readonly next: string;
}

/** More of what a file or a browser says about itself helps nobody. */
const wordsLimit = 600;

/** The words shown to people for a failure, fit to be shown whatever a file or a device is called. */
export function describeFailure(failure: Failure): FailureWords {
  const { what, next } = wordsOf(failure);
  return { what: shortText(what, wordsLimit), next: shortText(next, wordsLimit) };
}

/** Every code has some: the compiler sees to it. */
function wordsOf(failure: Failure): FailureWords {
  switch (failure.code) {
    case 'camera-denied':
      return {
        what: 'The browser was not allowed to use the camera.',
        next: 'Click the camera sign in the address bar, allow it, then press “Turn the camera on”. You can also drop pictures instead.',
      };
    case 'camera-missing':
      return {
        what: 'No camera was found.',
        next: 'Plug one in and try again, or drop pictures onto a class instead.',
      };
    case 'camera-busy':
      return {
        what: 'Another program is using the camera.',
        next: 'Close the other program or tab that shows the camera, then try again.',
      };
    case 'camera-unplugged':
      return {
        what: `The camera “${failure.label}” went away.`,
        next: 'Plug it in again or choose another camera. Everything you recorded is kept.',
      };
    case 'camera-unsupported':
      return {
        what: 'This page cannot reach a camera.',
        next: 'Open it over https or on localhost in a current browser, or drop pictures instead.',
      };
    case 'camera-failed':
      return {
        what: `The camera did not start (${failure.detail}).`,
        next: 'Unplug it and plug it in again, or choose another camera.',
      };
    case 'storage-full':
      return {
        what: 'This device has no room left, so the newest samples are not saved yet.',
        next: 'Download the project file now, or free some space (delete samples or other projects); saving then goes on by itself.',
      };
    case 'storage-low':
      return {
        what: `This device has only ${(failure.leftBytes / 1e6).toFixed(1)} MB left for Handful. Everything is saved so far.`,
        next: 'Delete projects or samples you no longer need to make room, and download the project file to be safe.',
      };
    case 'storage-unavailable':
      return {
        what: 'This browser does not let the page save anything here (often a private window).',
        next: 'You can go on. Download the project file before you close the tab.',
      };
    case 'storage-failed':
      return {
        what: `Saving did not work (${failure.detail}).`,
        next: 'Download the project file to be safe, then reload the page.',
      };
    case 'storage-newer':
      return {
        what: 'A newer version of Handful looks after the saved projects now, perhaps in another tab. This page can save nothing more.',
        next: 'Reload the page to get the newest version. What was saved is there.',
      };
    case 'project-missing':
      return {
        what: 'That project is not on this device.',
        next: 'Open another project from the list, or import its project file.',
      };
    case 'project-elsewhere':
      return {
        what: 'This project is open in another tab, and is changed there.',
        next: 'Here you can look at it and try it. To change it here, take it over.',
      };
    case 'project-changed':
      return {
        what: 'This project was changed in another tab at the same time. Here you see now what was saved there; new samples of this tab were added to it.',
        next: 'Look it over, make again what is missing, and keep the project open in one tab only.',
      };
    case 'bad-file':
      return { what: `“${failure.fileName}” ${failure.reason}`, next: failure.advice };
    case 'bad-picture':
      return {
        what: `“${failure.fileName}” could not be read as a picture (${failure.detail}).`,
        next: 'Save it as JPEG or PNG and add it again.',
      };
    case 'bad-pictures':
      return {
        what: `${failure.count} of ${failure.total} pictures could not be read: ${failure.fileNames.map((name) => `“${name}”`).join(', ')}${failure.count > failure.fileNames.length ? ' and others' : ''}.`,
        next: 'Save them as JPEG or PNG and add them again. The other pictures are in.',
      };
    case 'engine-unsupported':
      return {
        what: `This browser cannot run the network (${failure.detail}).`,
        next: 'Open the page in a current Chrome, Edge, Firefox or Safari.',
      };
    case 'engine-crashed':
      return {
        what: `The network stopped (${failure.detail}) and could not be restarted.`,
        next: 'Reload the page. Everything you recorded is kept.',
      };
    case 'maps-stopped':
      return {
        what: `The feature maps stopped (${failure.detail}).`,
        next: 'Reload the page. Everything you recorded is kept.',
      };
    case 'map-stopped':
      return {
        what: `The map of the samples stopped (${failure.detail}).`,
        next: 'Reload the page. Everything you recorded is kept.',
      };
    case 'backend-unavailable':
      return {
        what: `“${failure.backend}” does not work in this browser (${failure.detail}).`,
        next: 'Choose another way to compute, or “automatic”.',
      };
    case 'backbone-unavailable':
      return {
        what: `The backbone “${failure.name}” could not be loaded (${failure.detail}).`,
        next: 'Check that the site is complete and reload, or choose another backbone.',
      };
    case 'backbone-corrupt':
      return {
        what: `The backbone “${failure.name}” arrived damaged (${failure.detail}).`,
        next: 'Reload the page. If it happens again, the copy of the site is damaged.',
      };
    case 'too-few-classes':
      return {
        what: 'Learning needs samples in at least two classes.',
        next: 'Record a sample in a second class.',
      };
    case 'head-mismatch':
      return {
        what: `This trained head does not fit here: ${failure.reason}.`,
        next: 'Choose the backbone it was made with, or record the samples again.',
      };
    case 'device-unsupported':
      return {
        what: `This browser cannot reach ${failure.device}.`,
        next: 'Open the page in Chrome or Edge on a computer. All other actions work here too.',
      };
    case 'device-not-chosen':
      return {
        what: `No device was chosen for ${failure.device}, or the browser was not allowed to use it.`,
        next: 'Plug it in or switch it on, press “Connect”, and choose it from the browser’s list.',
      };
    case 'device-not-connected':
      return {
        what: `There is no connection to ${failure.device} yet.`,
        next: 'Press “Connect” in the list of actions.',
      };
    case 'device-failed':
      return {
        what: `Sending to ${failure.device} did not work (${failure.detail}).`,
        next: 'Check that it is plugged in and that no other program uses it, then press “Connect” again.',
      };
    case 'no-voice':
      return {
        what: 'This device has no voice of its own to speak with.',
        next: 'Install a voice in the settings of the device, or let the class play a sound or show words instead.',
      };
    case 'own-file-missing':
      return {
        what: `“${failure.name}”, which an action needs, is not on this device any more.`,
        next: 'Choose it again under “What gestures do”, or open the project file that has it.',
      };
    case 'not-embedded':
      return {
        what: 'This page is not inside another page, so there is nobody to send the message to.',
        next: 'Open it in a frame of your own page, or choose another action.',
      };
    case 'webhook-forbidden':
      return {
        what: `This copy of Handful may not send anything to ${failure.origin}.`,
        next: 'Only whoever builds the site can allow that; “Use” in the documentation says how.',
      };
    case 'webhook-failed':
      return {
        what: `Nothing arrived at ${failure.address} (${failure.detail}).`,
        next: 'Check the address, that its server runs, and that it accepts messages from other pages (CORS).',
      };
    case 'unexpected':
      return {
        what: `Something went wrong that should not (${failure.detail}).`,
        next: 'The page goes on. If it happens again, reload it; everything you recorded is kept.',
      };
  }
}

/** What was thrown although nothing should, as a failure people can be told. */
export function unexpected(error: unknown): Failure {
  return { code: 'unexpected', detail: messageOf(error) };
}

/** Whether a caught value is the rejection of an aborted verb (which is no failure). */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
