// A message to an address that a person typed. The site's policy (`connect-src`) keeps every other address closed: only whoever
// builds the site opens some, and this asks that list first, so that a refusal is told in words.

import { isWebhookAddress, originOf, type DeedOf } from '#lib/core/class-action.ts';
import { fail, messageOf, succeed } from '#lib/core/failure.ts';
import type { DeedRunner } from './deed-runner.ts';
import { messageOf as gestureMessage } from './message.ts';

const patienceMs = 10_000;

/** `allowed`: origins that the site was built to reach. */
export function webhookRunner(allowed: readonly string[]): DeedRunner<DeedOf<'webhook'>> {
  let stop = new AbortController();
  return {
    async run({ address }, moment) {
      const stopped = stop.signal;
      const origin = originOf(address);
      const open = isWebhookAddress(address) && allowed.includes(origin);
      if (!open) return fail({ code: 'webhook-forbidden', origin: origin || address });
      try {
        const response = await fetch(address, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(gestureMessage('held', moment)),
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
          redirect: 'error',
          signal: AbortSignal.any([stopped, AbortSignal.timeout(patienceMs)]),
        });
        if (response.ok) return succeed(null);
        const detail = `the server answered ${response.status}`;
        return fail({ code: 'webhook-failed', address, detail });
      } catch (error) {
        // Nobody waits for it any more.
        if (stopped.aborted) return succeed(null);
        return fail({ code: 'webhook-failed', address, detail: messageOf(error) });
      }
    },
    stop() {
      stop.abort();
      stop = new AbortController();
    },
  };
}
