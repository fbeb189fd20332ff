// A picture or sound that a person chose for an action, made into what is kept: a JPEG of bounded size, or a plain wave file.
// Written anew, so that nothing comes along that the file also held (a place, a camera's number, a cover), so that a project
// opens in any browser, and so that whoever gets it has nothing to decode that could be a trap.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { cleanText } from '#lib/core/clean-text.ts';
import { keptSize, ownFileLimits, type OwnFile, type OwnFileKind } from '#lib/core/own-file.ts';
import { writeWave } from '#lib/core/wave.ts';
import { sha256Of } from '#lib/exchange/file-hash.ts';
import { kindOfBytes } from '#lib/exchange/file-kind.ts';
import { badFile } from '#lib/exchange/zip.ts';
import { openPicture } from './decode-picture.ts';

export interface ChosenFile {
  /** As an action names it. */
  readonly own: OwnFile;
  readonly bytes: Uint8Array;
}

/** Refused in words where it is none, too large, too long, or cannot be decoded here. */
export async function chosenFile(kind: OwnFileKind, file: File): Promise<Result<ChosenFile>> {
  const made = kind === 'picture' ? await keptPicture(file) : await keptSound(file);
  if (!made.ok) return made;
  const name = cleanText(file.name, ownFileLimits.letters) || kind;
  try {
    return succeed({ own: { hash: await sha256Of(made.value), name }, bytes: made.value });
  } catch {
    const advice = 'Open Handful over https or on localhost.';
    return fail(badFile(file.name, 'cannot be kept by a page that is not secure.', advice));
  }
}

/** High enough that pictograms stay clean; from 0.9 on some browsers write twice the bytes. */
const jpegQuality = 0.85;

async function keptPicture(file: File): Promise<Result<Uint8Array>> {
  const start = new TextDecoder().decode(await startOf(file));
  if (/<svg[\s>]/i.test(start)) {
    return fail(
      badFile(file.name, 'is a drawing (SVG).', 'Save it as PNG or JPEG, then choose that.'),
    );
  }
  const opened = await openPicture(file);
  if (!opened.ok) return opened;
  const picture = opened.value;
  const { widthPx, heightPx } = keptSize(picture.width, picture.height);
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('a canvas without a context');
  // JPEG knows no clear pixels, and pictograms are drawn for paper.
  context.fillStyle = 'white';
  context.fillRect(0, 0, widthPx, heightPx);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, widthPx, heightPx);
  picture.close();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality });
  return succeed(new Uint8Array(await blob.arrayBuffer()));
}

const sampleRate = 44_100;
/** Encoders add some silence: a sound of just that length is not refused, only its end is cut off. */
const graceSeconds = 0.5;
const soundAdvice = 'Choose an MP3, WAV, OGG or M4A file of at most 5 MB and 30 seconds.';

async function keptSound(file: File): Promise<Result<Uint8Array>> {
  const refuse = (reason: string): Result<never> => fail(badFile(file.name, reason, soundAdvice));
  const { soundBytes, soundSeconds } = ownFileLimits;
  if (file.size > soundBytes) return refuse('is larger than 5 MB.');
  // Sound alone often comes in the container of films.
  const kind = kindOfBytes(await startOf(file));
  if (kind !== 'audio' && kind !== 'video') return refuse('is no sound.');
  // A few megabytes may hold hours, which decoding would spread out in memory.
  const tooLong = (seconds: number): boolean => seconds > soundSeconds + graceSeconds;
  const stated = await statedSeconds(file);
  if (stated !== null && tooLong(stated)) return refuse(`lasts ${Math.round(stated)} seconds.`);
  let decoded: AudioBuffer;
  try {
    const context = new OfflineAudioContext(1, 1, sampleRate);
    decoded = await context.decodeAudioData(await file.arrayBuffer());
  } catch (error) {
    return refuse(`cannot be played by this browser (${messageOf(error)}).`);
  }
  const { duration } = decoded;
  if (tooLong(duration)) return refuse(`lasts ${Math.round(duration)} seconds.`);
  const samples = inOneChannel(decoded).subarray(0, soundSeconds * decoded.sampleRate);
  return succeed(writeWave({ samples, sampleRate: decoded.sampleRate }));
}

async function startOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, 512).arrayBuffer());
}

/** The mean of all channels. */
function inOneChannel(sound: AudioBuffer): Float32Array {
  const channels = Array.from({ length: sound.numberOfChannels }, (_, i) =>
    sound.getChannelData(i),
  );
  const mixed = new Float32Array(sound.length);
  for (const channel of channels) {
    for (let i = 0; i < mixed.length; i += 1) {
      mixed[i] = (mixed[i] ?? 0) + (channel[i] ?? 0) / channels.length;
    }
  }
  return mixed;
}

const patienceMs = 3000;

/** How long a file says it is; null where it does not say, which decoding then finds out. */
function statedSeconds(file: File): Promise<number | null> {
  const audio = new Audio();
  const url = URL.createObjectURL(file);
  return new Promise<number | null>((resolve) => {
    setTimeout(() => resolve(null), patienceMs);
    audio.onerror = () => resolve(null);
    audio.onloadedmetadata = () => resolve(Number.isFinite(audio.duration) ? audio.duration : null);
    audio.preload = 'metadata';
    audio.src = url;
  }).finally(() => {
    audio.removeAttribute('src');
    URL.revokeObjectURL(url);
  });
}
