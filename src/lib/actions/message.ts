// Messages to other pages: of the same site by a channel, or to the page that holds this one in a frame.

import type { DeedOf } from '#lib/core/class-action.ts';
import { fail, succeed } from '#lib/core/failure.ts';
import type { DeedRunner, Moment } from './deed-runner.ts';

/** What is told: docs/live.md promises this form. */
export interface GestureMessage {
  readonly app: 'handful';
  readonly event: 'held' | 'left';
  readonly class: string;
  readonly heldMs: number;
}

export function messageOf(
  event: GestureMessage['event'],
  { className, heldMs }: Moment,
): GestureMessage {
  return { app: 'handful', event, class: className, heldMs: Math.round(heldMs) };
}

export function channelRunner(): DeedRunner<DeedOf<'channel'>> {
  const channels = new Map<string, BroadcastChannel>();
  const post = (name: string, message: GestureMessage): void => {
    const channel = channels.get(name) ?? new BroadcastChannel(name);
    channels.set(name, channel);
    channel.postMessage(message);
  };
  return {
    run({ name }, moment) {
      post(name, messageOf('held', moment));
      return succeed(null);
    },
    left: ({ name }, moment) => post(name, messageOf('left', moment)),
    stop() {
      for (const channel of channels.values()) channel.close();
      channels.clear();
    },
  };
}

/** Only a page of the origin that the person named gets to read it. */
export function embedderRunner(): DeedRunner<DeedOf<'embedder'>> {
  return {
    run({ origin }, moment) {
      if (window.parent === window) return fail({ code: 'not-embedded' });
      window.parent.postMessage(messageOf('held', moment), origin);
      return succeed(null);
    },
    left({ origin }, moment) {
      if (window.parent !== window) window.parent.postMessage(messageOf('left', moment), origin);
    },
  };
}
