// What a class does when it is recognised, as plain data: when (which class, held how long) and the deed.

import type { OwnFile, OwnFileKind } from './own-file.ts';

export const soundNames = ['ding', 'pop', 'chime', 'buzz'] as const;
export type SoundName = (typeof soundNames)[number];

/** Names of keys as `KeyboardEvent.key` has them; besides these, any one letter or digit. */
export const keyNames = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', ' ', 'Enter'] as const;

export type Deed =
  | { readonly kind: 'speak'; readonly text: string }
  /** `own` is played in the place of `sound`; versions that know of none play `sound`. */
  | { readonly kind: 'sound'; readonly sound: SoundName; readonly own?: OwnFile | undefined }
  /**
   * Words over the whole screen while the gesture is held; or `picture`, for which the words stand where it cannot be
   * seen, and in versions that know of none.
   */
  | { readonly kind: 'text'; readonly text: string; readonly picture?: OwnFile | undefined }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'time' }
  | { readonly kind: 'photo' }
  | { readonly kind: 'serial'; readonly line: string }
  | { readonly kind: 'bluetooth'; readonly line: string }
  | { readonly kind: 'midi'; readonly note: number }
  | { readonly kind: 'channel'; readonly name: string }
  | { readonly kind: 'embedder'; readonly origin: string }
  | { readonly kind: 'webhook'; readonly address: string };

export type DeedKind = Deed['kind'];
export type DeedOf<K extends DeedKind> = Extract<Deed, { readonly kind: K }>;

export interface ClassAction {
  readonly id: string;
  /** A `ClassId`, or null for none of these. An action whose class is gone does nothing, until undo brings it back. */
  readonly classId: string | null;
  /** How long the gesture must be held first. */
  readonly heldMs: number;
  readonly deed: Deed;
}

export const actionLimits = {
  heldMs: { min: 0, max: 60_000, step: 100 },
  note: { min: 0, max: 127, step: 1 },
  /** Letters of a text, a line, an address. */
  text: 200,
  address: 500,
  /** Actions of a project. */
  count: 100,
} as const;

/** Every kind once, in the order in which they are offered. */
export const newDeeds: { readonly [K in DeedKind]: DeedOf<K> } = {
  speak: { kind: 'speak', text: '' },
  sound: { kind: 'sound', sound: 'ding' },
  text: { kind: 'text', text: '' },
  key: { kind: 'key', key: 'ArrowLeft' },
  count: { kind: 'count' },
  time: { kind: 'time' },
  photo: { kind: 'photo' },
  serial: { kind: 'serial', line: '' },
  bluetooth: { kind: 'bluetooth', line: '' },
  midi: { kind: 'midi', note: 60 },
  channel: { kind: 'channel', name: 'handful' },
  embedder: { kind: 'embedder', origin: '' },
  webhook: { kind: 'webhook', address: '' },
};

/** The file of a person's own that a deed needs, and what it must be; null: none. */
export function ownFileOf(
  deed: Deed,
): { readonly kind: OwnFileKind; readonly file: OwnFile } | null {
  if (deed.kind === 'sound' && deed.own) return { kind: 'sound', file: deed.own };
  if (deed.kind === 'text' && deed.picture) return { kind: 'picture', file: deed.picture };
  return null;
}

/**
 * What leaves the page with a deed, as a text to be allowed on this device once; null: nothing does. Allowing an
 * address allows no other, and allowing one kind of device no other kind.
 */
export function reachOf(deed: Deed): string | null {
  switch (deed.kind) {
    case 'speak':
    case 'sound':
    case 'text':
    case 'key':
    case 'count':
    case 'time':
    case 'photo':
      return null;
    case 'serial':
    case 'bluetooth':
    case 'midi':
      return deed.kind;
    case 'channel':
      return `channel ${deed.name}`;
    case 'embedder':
      return `embedder ${deed.origin}`;
    case 'webhook':
      return `webhook ${deed.address}`;
  }
}

/** An address that a message may be sent to: over https, or to this computer. */
export function isWebhookAddress(text: string): boolean {
  return /^(https:\/\/[\w.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?(\/\S*)?$/.test(text);
}

/** The origin of an address for which `isWebhookAddress` holds. */
export const originOf = (address: string): string => /^https?:\/\/[^/]+/.exec(address)?.[0] ?? '';

/** What still has to be filled in before the deed can be done, in words; null: nothing. */
export function missingIn(deed: Deed): string | null {
  switch (deed.kind) {
    case 'speak':
      return deed.text === '' ? 'Type what it should say.' : null;
    case 'text':
      if (deed.text !== '') return null;
      return deed.picture ? 'Type what the picture shows.' : 'Type what it should say.';
    case 'serial':
    case 'bluetooth':
      return deed.line === '' ? 'Type the line to send.' : null;
    case 'channel':
      return deed.name === '' ? 'Type a name for the channel.' : null;
    case 'embedder':
      return isWebhookAddress(deed.origin) && originOf(deed.origin) === deed.origin
        ? null
        : 'Type the page’s origin, such as https://example.org.';
    case 'webhook':
      return isWebhookAddress(deed.address)
        ? null
        : 'Type an address that begins with https://, or http://localhost.';
    case 'sound':
    case 'key':
    case 'count':
    case 'time':
    case 'photo':
    case 'midi':
      return null;
  }
}
