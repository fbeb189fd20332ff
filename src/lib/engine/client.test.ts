import { afterEach, describe, expect, test, vi } from 'vitest';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import type { RidgeHead } from '#lib/learning/head.ts';
import { fakeFrame, startOptions, valueOf } from '#tests/engine/node-engine.ts';
import { EngineClient } from './client.ts';
import type { FromWorker, ToWorker, VerbName } from './protocol.ts';

type Asked = Extract<ToWorker, { verb: VerbName }>;

/** A worker whose answers are scripted by the test. */
class FakeWorker {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  ended = false;
  /** Requests without an answer yet. */
  readonly asked: Asked[] = [];
  readonly log: ToWorker[] = [];
  /** Verbs that are answered by themselves. */
  readonly answers: Partial<Record<VerbName, unknown>>;

  constructor(answers: Partial<Record<VerbName, unknown>>) {
    this.answers = answers;
  }

  postMessage(message: ToWorker): void {
    this.log.push(message);
    if (!('verb' in message)) return;
    if (message.verb in this.answers) this.answer(message, this.answers[message.verb]);
    else this.asked.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  answer({ id }: Asked, answer: unknown): void {
    queueMicrotask(() =>
      this.onmessage?.({ data: { id, kind: 'answer', answer: answer as null } }),
    );
  }

  say(message: FromWorker): void {
    this.onmessage?.({ data: message });
  }

  die(message = 'boom'): void {
    this.onerror?.({ message });
  }
}

const state = {
  backend: 'webgl',
  trials: [],
  backbone: { id: 'small@1', sha256: 'aa' },
  catalogue: [],
  skipped: [],
};
const head = { kind: 'ridge', backboneSha256: 'aa' } as RidgeHead;

function clientWith(answers: Partial<Record<VerbName, unknown>> = {}, silenceMs?: number) {
  const workers: FakeWorker[] = [];
  const client = new EngineClient(() => {
    const worker = new FakeWorker({ start: state, setHead: null, ...answers });
    workers.push(worker);
    return worker as unknown as Worker;
  }, silenceMs);
  const events: string[] = [];
  client.onRestart(() => events.push('restart'));
  client.onFailure(({ code }) => events.push(code));
  client.onStateChange((_, reason) => events.push(reason));
  return { client, workers, events, last: () => workers.at(-1)! };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  vi.useRealTimers();
});

describe('classify', () => {
  test('newest frame wins: of those that wait only the last is asked, the others are closed', async () => {
    const { client, last } = clientWith();
    const frames = [1, 2, 3, 4].map((seed) => fakeFrame(seed));
    const answered = frames.map(({ frame }) => client.classify({ frame }));
    expect(last().asked).toHaveLength(1);
    expect(frames.map(({ image }) => image.closed)).toEqual([0, 1, 1, 0]);
    expect(valueOf(await (answered[1] ?? Promise.reject(new Error('none'))))).toBeNull();
    last().answer(last().asked[0]!, 'first');
    await turn();
    expect(last().asked).toHaveLength(2);
    expect(last().asked[1]?.request).toEqual({ frame: frames[3]?.frame });
    last().answer(last().asked[1]!, 'last');
    const values = await Promise.all(answered);
    expect(values.map((each) => valueOf(each))).toEqual(['first', null, null, 'last']);
    await turn();
    expect(frames.every(({ image }) => image.closed > 0)).toBe(true);
  });

  test('a failure lets the next frame through', async () => {
    const { client, last } = clientWith();
    const first = client.classify({ frame: fakeFrame(1).frame });
    const second = client.classify({ frame: fakeFrame(2).frame });
    const [asked] = last().asked;
    last().say({ id: asked?.id ?? 0, kind: 'bug', message: 'oh', stack: '' });
    await expect(first).rejects.toThrow('oh');
    await turn();
    last().answer(last().asked[1]!, 'second');
    expect(valueOf(await second)).toBe('second');
  });
});

describe('answers', () => {
  test('progress, failures, aborts', async () => {
    const { client, last } = clientWith();
    const heard: unknown[] = [];
    const stop = new AbortController();
    const used = client.useBackbone(
      { backboneId: 'b' },
      { signal: stop.signal, onProgress: (progress) => heard.push(progress) },
    );
    const id = last().asked[0]?.id ?? 0;
    last().say({ id, kind: 'progress', progress: { kind: 'count', done: 1, total: 2 } });
    expect(heard).toEqual([{ kind: 'count', done: 1, total: 2 }]);
    stop.abort();
    expect(last().log.at(-1)).toEqual({ id, abort: true });
    last().say({ id, kind: 'aborted' });
    await expect(used).rejects.toMatchObject({ name: 'AbortError' });

    const failing = client.embedJpeg({ jpeg: new Uint8Array(1) });
    const failure = { code: 'too-few-classes' } as const;
    last().say({ id: last().asked[1]?.id ?? 0, kind: 'failure', failure });
    expect(await failing).toEqual({ ok: false, failure });
  });

  test('an aborted signal rejects without asking; a fit is asked all the same and stopped', async () => {
    const { client, last, workers } = clientWith();
    const signal = AbortSignal.abort();
    const { image, frame } = fakeFrame(1);
    await expect(client.capture({ frame }, { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(image.closed).toBe(1);
    expect(workers).toHaveLength(0);
    const fitting = client.fit({ spec: defaultHeadSettings.dense, classes: [] }, { signal });
    expect(last().log.map((message) => 'abort' in message)).toEqual([false, true]);
    last().answer(last().asked[0]!, { head });
    expect(valueOf(await fitting)).toEqual({ head });
  });

  test('dispose ends the worker and rejects what is open', async () => {
    const { client, last } = clientWith();
    const open = client.embedJpeg({ jpeg: new Uint8Array(1) });
    client.dispose();
    await expect(open).rejects.toMatchObject({ name: 'AbortError' });
    expect(last().ended).toBe(true);
  });

  test('a state that changed by itself is told', () => {
    const { client, last, events } = clientWith();
    void client.memory();
    last().say({ id: null, kind: 'state', state: state as never, reason: 'context lost' });
    expect(events).toEqual(['context lost']);
  });
});

describe('a worker that died', () => {
  test('is replaced, gets backbone and head back, and unanswered calls are asked again', async () => {
    const { client, workers, events, last } = clientWith();
    await client.start(startOptions);
    await client.setHead({ head });
    const jpeg = new Uint8Array([1]);
    const embedding = client.embedJpeg({ jpeg });
    const frame = client.classify({ frame: fakeFrame(1).frame });
    const fit = client.fit({ spec: defaultHeadSettings.ridge, classes: [] });
    workers[0]?.die();
    expect(workers[0]?.ended).toBe(true);
    await turn();
    expect(workers).toHaveLength(2);
    expect(last().log).toMatchObject([
      { verb: 'start', request: { backboneId: 'small@1', rememberedBackend: 'webgl' } },
      { verb: 'setHead', request: { head } },
      { verb: 'embedJpeg', request: { jpeg } },
    ]);
    expect(events).toEqual(['the engine was restarted', 'restart']);
    // A frame is dropped; a fit needs its samples first.
    expect(valueOf(await frame)).toBeNull();
    expect(await fit).toMatchObject({ ok: false, failure: { code: 'engine-crashed' } });
    last().answer(last().asked[0]!, 'embedded');
    expect(valueOf(await embedding)).toBe('embedded');
  });

  test('a call that kills the worker twice fails instead of killing a third', async () => {
    const { client, last } = clientWith();
    await client.start(startOptions);
    const deadly = client.embedJpeg({ jpeg: new Uint8Array(1) });
    last().die();
    await turn();
    last().die();
    expect(await deadly).toMatchObject({ ok: false, failure: { code: 'engine-crashed' } });
  });

  test('the second time soon after it comes back on wasm', async () => {
    const { client, last } = clientWith();
    await client.start({ ...startOptions, backend: 'webgl' });
    for (const backend of ['webgl', 'wasm']) {
      last().die();
      await turn();
      expect(last().log[0]).toMatchObject({ verb: 'start', request: { backend } });
    }
  });

  test('after three restarts in a minute it is given up with words, until a new start', async () => {
    const { client, workers, events, last } = clientWith();
    await client.start(startOptions);
    for (let death = 0; death < 4; death += 1) {
      last().die(`death ${death}`);
      await turn();
    }
    expect(workers).toHaveLength(4);
    expect(events.at(-1)).toBe('engine-crashed');
    const failure = { code: 'engine-crashed', detail: 'death 3' };
    expect(await client.memory()).toEqual({ ok: false, failure });
    const { image, frame } = fakeFrame(1);
    expect(await client.classify({ frame })).toEqual({ ok: false, failure });
    await turn();
    expect(image.closed).toBe(1);
    expect(valueOf(await client.start(startOptions))).toEqual(state);
    expect(workers).toHaveLength(5);
  });

  test('one that dies while it comes back counts as a restart', async () => {
    const { client, workers, events } = clientWith();
    await client.start(startOptions);
    workers[0]?.die();
    workers[1]?.die();
    await turn();
    expect(workers).toHaveLength(3);
    expect(events).toEqual(['the engine was restarted', 'restart']);
  });

  test('calls made during a restart wait for it, and can be aborted meanwhile', async () => {
    const { client, last } = clientWith({ memory: 'memory' });
    await client.start(startOptions);
    last().die();
    const waiting = client.memory();
    const stop = new AbortController();
    const aborted = client.embedJpeg({ jpeg: new Uint8Array(1) }, { signal: stop.signal });
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect(valueOf(await waiting)).toBe('memory');
  });

  test('one that no longer answers is asked, then replaced', async () => {
    vi.useFakeTimers();
    const { client, workers } = clientWith({}, 1000);
    await client.start(startOptions);
    vi.advanceTimersByTime(5000);
    expect(workers).toHaveLength(1);
    void client.embedJpeg({ jpeg: new Uint8Array(1) });
    vi.advanceTimersByTime(600);
    const id = workers[0]?.asked[0]?.id ?? 0;
    expect(workers[0]?.log.at(-1)).toEqual({ id, ping: true });
    workers[0]?.say({ id, kind: 'pong' });
    vi.advanceTimersByTime(600);
    expect(workers[0]?.ended).toBe(false);
    vi.advanceTimersByTime(600);
    expect(workers[0]?.ended).toBe(true);
    expect(workers).toHaveLength(2);
  });
});
