// What is said and sent, with the browser's interfaces faked.
import { afterEach, expect, test, vi } from 'vitest';
import type { Moment } from './deed-runner.ts';
import { channelRunner, embedderRunner } from './message.ts';
import { keyRunner } from './on-page.ts';
import { speakRunner } from './speak.ts';
import { webhookRunner } from './webhook.ts';

const moment: Moment = { actionId: 'a', className: 'Thumbs up', heldMs: 512.4 };
const message = { app: 'handful', event: 'held', class: 'Thumbs up', heldMs: 512 };

afterEach(() => vi.unstubAllGlobals());

test('a channel is told of hold and leave', async () => {
  const heard: unknown[] = [];
  const listener = new BroadcastChannel('mine');
  const both = new Promise<void>((resolve) => {
    listener.onmessage = ({ data }) => {
      heard.push(data);
      if (heard.length === 2) resolve();
    };
  });
  const runner = channelRunner();
  await runner.run({ kind: 'channel', name: 'mine' }, moment);
  runner.left?.({ kind: 'channel', name: 'mine' }, moment);
  await both;
  expect(heard).toEqual([message, { ...message, event: 'left' }]);
  runner.stop?.();
  listener.close();
});

test('an embedding page is told only at the origin that was named', async () => {
  const postMessage = vi.fn();
  vi.stubGlobal('window', { parent: { postMessage } });
  const deed = { kind: 'embedder', origin: 'https://example.org' } as const;
  expect(await embedderRunner().run(deed, moment)).toEqual({ ok: true, value: null });
  expect(postMessage).toHaveBeenCalledWith(message, 'https://example.org');
  const alone: { parent?: unknown } = {};
  alone.parent = alone;
  vi.stubGlobal('window', alone);
  expect(await embedderRunner().run(deed, moment)).toMatchObject({
    failure: { code: 'not-embedded' },
  });
});

test('a webhook reaches only what the site was built to reach, without cookies', async () => {
  const fetched = vi.fn<(address: string, wish: RequestInit) => Promise<Response>>();
  fetched.mockImplementation(() => Promise.resolve(new Response('', { status: 200 })));
  vi.stubGlobal('fetch', fetched);
  const runner = webhookRunner(['https://hooks.example']);
  const send = (address: string) => runner.run({ kind: 'webhook', address }, moment);
  expect(await send('https://hooks.example/up?x=1')).toEqual({ ok: true, value: null });
  const [address, wish] = fetched.mock.calls[0] ?? [];
  expect(address).toBe('https://hooks.example/up?x=1');
  expect(wish).toMatchObject({
    method: 'POST',
    credentials: 'omit',
    body: JSON.stringify(message),
  });
  for (const other of [
    'https://hooks.example.evil.test/',
    'https://hooks.example@evil.test/',
    'http://hooks.example/',
    'https://other.example/',
    'javascript:alert(1)',
  ]) {
    expect(await send(other)).toMatchObject({ failure: { code: 'webhook-forbidden' } });
  }
  expect(fetched).toHaveBeenCalledTimes(1);
  fetched.mockResolvedValueOnce(new Response('', { status: 500 }));
  expect(await send('https://hooks.example/')).toMatchObject({
    failure: { code: 'webhook-failed', detail: 'the server answered 500' },
  });
  fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  expect(await send('https://hooks.example/')).toMatchObject({
    failure: { code: 'webhook-failed', detail: 'Failed to fetch' },
  });
});

test('only a voice of this device speaks, in the language of the person', async () => {
  const spoken: { text: string; voice?: { name: string } }[] = [];
  const voices = [
    { name: 'far', lang: 'en-GB', localService: false },
    { name: 'ours', lang: 'de-DE', localService: true },
    { name: 'right', lang: 'en-US', localService: true },
  ];
  const speech = {
    getVoices: () => voices,
    cancel: vi.fn(),
    speak: (utterance: { text: string }) => spoken.push(utterance),
  };
  class Utterance {
    readonly text: string;
    constructor(text: string) {
      this.text = text;
    }
  }
  vi.stubGlobal('speechSynthesis', speech);
  vi.stubGlobal('SpeechSynthesisUtterance', Utterance);
  vi.stubGlobal('navigator', { language: 'en-GB' });
  expect(await speakRunner().run({ kind: 'speak', text: 'hello' }, moment)).toMatchObject({
    ok: true,
  });
  expect(spoken.map(({ text, voice }) => [text, voice?.name])).toEqual([['hello', 'right']]);
  voices.splice(1);
  expect(await speakRunner().run({ kind: 'speak', text: 'hello' }, moment)).toMatchObject({
    failure: { code: 'no-voice' },
  });
  expect(spoken).toHaveLength(1);
});

test('a key is down while the gesture is held', async () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  class Key extends Event {
    readonly key: string;
    constructor(type: string, { key }: { key: string }) {
      super(type);
      this.key = key;
    }
  }
  vi.stubGlobal('KeyboardEvent', Key);
  const heard: string[] = [];
  for (const type of ['keydown', 'keyup']) {
    page.addEventListener(type, (event) => {
      if (event instanceof Key) heard.push(`${type} ${event.key}`);
    });
  }
  const runner = keyRunner();
  await runner.run({ kind: 'key', key: 'ArrowLeft' }, moment);
  runner.left?.({ kind: 'key', key: 'ArrowLeft' }, moment);
  expect(heard).toEqual(['keydown ArrowLeft', 'keyup ArrowLeft']);
});
