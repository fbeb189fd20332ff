// Deeds in words: as they are chosen, as they are told, and what leaves the page with them.

import { keyNames, type ClassAction, type Deed, type DeedKind } from '#lib/core/class-action.ts';
import type { OwnFileKind } from '#lib/core/own-file.ts';

/** What follows “…: ”. */
export const deedNames: Readonly<Record<DeedKind, string>> = {
  speak: 'say',
  sound: 'play a sound',
  text: 'show words or a picture full screen',
  key: 'press a key on this page',
  count: 'count it',
  time: 'add up the time',
  photo: 'take a photo',
  serial: 'send a line over the cable',
  bluetooth: 'send a line over Bluetooth',
  midi: 'play a MIDI note',
  channel: 'tell other tabs of this site',
  embedder: 'tell the page around this one',
  webhook: 'send a message to an address',
};

export const deedKinds = Object.keys(deedNames) as DeedKind[];

const keyWords: Readonly<Record<(typeof keyNames)[number], string>> = {
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ' ': 'Space',
  Enter: 'Enter',
};

export const keyChoices: readonly { value: string; label: string }[] = keyNames.map((value) => ({
  value,
  label: keyWords[value],
}));

/** For choosing a file of one's own. */
export const ownFileWords: Readonly<
  Record<OwnFileKind, Readonly<Record<'drop' | 'choose' | 'another' | 'hint' | 'accept', string>>>
> = {
  picture: {
    drop: 'Picture of your own',
    choose: 'Show a picture …',
    another: 'Another picture …',
    hint: 'JPEG, PNG, WebP or GIF.',
    accept: 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/bmp',
  },
  sound: {
    drop: 'Sound of your own',
    choose: 'Play a file …',
    another: 'Another file …',
    hint: 'MP3, WAV, OGG or M4A, up to 5 MB and 30 seconds.',
    accept: 'audio/*,.mp3,.wav,.ogg,.m4a',
  },
};

/** What was done just now. */
export function doneWords({ deed }: ClassAction): string {
  switch (deed.kind) {
    case 'speak':
      return `Said “${deed.text}”`;
    case 'sound':
      return `Played “${deed.own?.name ?? deed.sound}”`;
    case 'text':
      return `Showed “${deed.text}”`;
    case 'key':
      return `Pressed ${keyChoices.find(({ value }) => value === deed.key)?.label ?? deed.key}`;
    case 'count':
      return 'Counted';
    case 'time':
      return 'Timing';
    case 'photo':
      return 'Took a photo';
    case 'serial':
    case 'bluetooth':
      return `Sent “${deed.line}”`;
    case 'midi':
      return `Played note ${deed.note}`;
    case 'channel':
      return 'Told other tabs';
    case 'embedder':
      return 'Told the page around this one';
    case 'webhook':
      return `Told ${deed.address}`;
  }
}

/** What a person allows; null: nothing leaves the page. */
export function reachWords(deed: Deed): string | null {
  switch (deed.kind) {
    case 'serial':
      return 'Send lines to a board on the cable';
    case 'bluetooth':
      return 'Send lines to a board by Bluetooth';
    case 'midi':
      return 'Play notes on a MIDI instrument';
    case 'channel':
      return `Tell other tabs of this site, on the channel “${deed.name}”`;
    case 'embedder':
      return `Tell ${deed.origin || 'the page around this one'} which class is seen`;
    case 'webhook':
      return `Tell ${deed.address || 'the address'} which class is seen`;
    case 'speak':
    case 'sound':
    case 'text':
    case 'key':
    case 'count':
    case 'time':
    case 'photo':
      return null;
  }
}

/** `1:05`, or `4.2 s` under a minute. */
export function durationWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
