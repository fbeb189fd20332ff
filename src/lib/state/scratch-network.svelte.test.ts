import { expect, test } from 'vitest';
import { defaultStack } from '#lib/convnet/network.ts';
import { untrainedNetwork } from '#lib/convnet/start-weights.ts';
import { succeed } from '#lib/core/failure.ts';
import type { ProjectClass } from '#lib/core/project.ts';
import type { NetworkRequest } from '#lib/engine/protocol.ts';
import { ScratchNetwork, type ScratchNetworkParts } from './scratch-network.svelte.ts';

interface Asked {
  readonly request: NetworkRequest;
  readonly signal: AbortSignal;
  /** Ends the training: `named` of the pictures that were asked about. */
  readonly end: (named: ArrayLike<number>, epochs?: number) => void;
  readonly epoch: () => void;
}

const log = { epoch: 1, epochs: 60, loss: 0.5, accuracy: 0.5 };
const classOf = (id: string): ProjectClass => ({ id, name: id, colour: 0, enabled: true });

/** A scratch network with an engine that trains when the test says so. */
function setUp() {
  const project = $state({ id: 'p', classes: [classOf('a'), classOf('b')] });
  const asked: Asked[] = [];
  const said: string[] = [];
  const parts = {
    engine: {
      client: {
        trainNetwork: (
          request: NetworkRequest,
          { signal, onProgress }: { signal: AbortSignal; onProgress: (p: unknown) => void },
        ) =>
          new Promise((resolve) => {
            const network = untrainedNetwork(request.stack, 1);
            asked.push({
              request,
              signal,
              epoch: () => onProgress({ kind: 'epoch', log }),
              end: (named, epochs = 1) =>
                resolve(
                  succeed({
                    network,
                    history: new Array<unknown>(epochs).fill(log),
                    trainMs: 10,
                    stopped: signal.aborted,
                    named: Uint16Array.from(named),
                  }),
                ),
            });
          }),
      },
    },
    open: {
      get project() {
        return project;
      },
      get learnable() {
        return project.classes;
      },
      get samples() {
        return project.classes.map(({ id }) => ({ id: `${id} 1`, classId: id }));
      },
    },
    grids: {
      read: ({ samples }: { samples: readonly { id: string }[] }) =>
        Promise.resolve(succeed(new Map(samples.map(({ id }) => [id, new Float32Array(28 * 28)])))),
    },
    notices: { announce: (words: string) => said.push(words) },
  } as unknown as ScratchNetworkParts;
  return { scratch: new ScratchNetwork(parts), project, asked, said };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function begun() {
  const set = setUp();
  const training = set.scratch.train();
  await turn();
  const [trained] = set.asked;
  if (!trained) throw new Error('nothing was trained');
  return { ...set, trained, training };
}

test('its accuracy is the final network’s own on the pictures it learned from', async () => {
  const { scratch, trained, training, said } = await begun();
  expect(trained.request.test).toEqual(trained.request.train.inputs);
  trained.end([0, 0]);
  await training;
  expect(scratch.outcome).toMatchObject({ accuracy: 0.5, pictures: 2 });
  expect(said.join()).toContain('50 per cent right');
});

test('stopped in the first epoch it still says what the network gets right', async () => {
  const { scratch, trained, training } = await begun();
  scratch.stop();
  trained.end([0, 1], 0);
  await training;
  expect(scratch.outcome).toMatchObject({ accuracy: 1, stopped: true });
});

test('other classes are another network, even as many; back again it is the old one', async () => {
  const { scratch, project, trained, training } = await begun();
  trained.end([0, 1]);
  await training;
  expect(scratch.learned).toBe(true);
  project.classes = [classOf('a'), classOf('c')];
  expect(scratch.learned).toBe(false);
  expect(scratch.history).toEqual([]);
  expect(scratch.outdated).toBe(true);
  project.classes = [classOf('a'), classOf('b')];
  expect(scratch.learned).toBe(true);
  expect(scratch.history).toHaveLength(1);
});

test('another project begins with nothing learned', async () => {
  const { scratch, project, trained, training } = await begun();
  trained.end([0, 1]);
  await training;
  project.id = 'q';
  expect(scratch.learned).toBe(false);
  expect(scratch.outdated).toBe(false);
});

test('what is drawn is no project’s', async () => {
  const set = setUp();
  set.scratch.choose('drawn');
  const training = set.scratch.train();
  await turn();
  set.asked[0]?.end([0]);
  await training;
  set.project.id = 'q';
  expect(set.scratch.learned).toBe(true);
});

test('a change of the stack stops the training, which is said and leaves nothing behind', async () => {
  const { scratch, trained, training, said } = await begun();
  trained.epoch();
  expect(scratch.history).toHaveLength(1);
  scratch.builder.change(0, { kind: 'conv', kernel: 3, stride: 1, maps: 4 });
  await turn();
  expect(trained.signal.aborted).toBe(true);
  trained.end([0, 1]);
  await training;
  expect(scratch.interrupted).toBe(true);
  expect(scratch.learned).toBe(false);
  expect(scratch.history).toEqual([]);
  expect(said.join()).toContain('stopped');
  expect(said.join()).not.toContain('finished');
  scratch.builder.reset();
  expect(scratch.learned).toBe(false);
  expect(scratch.builder.stack).toEqual(defaultStack);
});

test('classes that change while it learns end the training with the next epoch', async () => {
  const { scratch, project, trained, training } = await begun();
  project.classes = [classOf('a'), classOf('c')];
  trained.epoch();
  expect(trained.signal.aborted).toBe(true);
  trained.end([0, 1]);
  await training;
  expect(scratch.interrupted).toBe(true);
  expect(scratch.learned).toBe(false);
});
