// The marks: what is measured against whom, and what we want of it. One row each; `run.ts` runs them in this order.
import type { Page } from '@playwright/test';
import { ratios, spreadOf, type Spread } from './statistics.ts';

/** One line of the table. `ratio` = peer / ours where there is a peer: more is better for us. */
export interface Mark {
  readonly name: string;
  readonly ours: Spread;
  readonly peer: Spread | null;
  readonly peerName: string | null;
  readonly unit: string;
  readonly ratio: Spread | null;
  /** In words. */
  readonly goal: string;
  readonly met: boolean;
  /** What else should be known, in words. */
  readonly note: string;
}

export interface Pace {
  readonly quick: boolean;
}

export type Measure = (page: Page, pace: Pace) => Promise<readonly Mark[]>;

interface Duel {
  readonly name: string;
  readonly peerName: string;
  readonly times: Readonly<Record<string, readonly number[]>>;
  readonly leastRatio: number;
  readonly note: string;
}

function duel({ name, peerName, times, leastRatio, note }: Duel): Mark {
  const ours = times.ours ?? [];
  const peer = times.peer ?? [];
  const ratio = spreadOf(ratios(ours, peer));
  return {
    name,
    ours: spreadOf(ours),
    peer: spreadOf(peer),
    peerName,
    unit: 'ms',
    ratio,
    goal: `ratio ≥ ${leastRatio}`,
    met: ratio.median >= leastRatio,
    note,
  };
}

/** The bench compares times of the same answers; without them there is nothing to compare. Throws when they differ. */
function agree(peerName: string, difference: number): void {
  if (difference <= 1e-3) return;
  throw new Error(`${peerName} and Handful answer differently: ${difference}`);
}

const exactly = (value: number): Spread => ({ median: value, lower: value, upper: value });

const frameMarks: Measure = async (page, { quick }) => {
  const rounds = quick ? 20 : 200;
  const tm = await page.evaluate((n) => window.marks.againstTeachableMachine(n), rounds);
  const knn = await page.evaluate((n) => window.marks.againstMobileNetKnn(n), rounds);
  const trip = await page.evaluate((n) => window.marks.roundTrip(n), rounds);
  const bare = await page.evaluate((n) => window.marks.againstOnnxRuntime(n), rounds);
  const multiplyAdds = await page.evaluate(() => window.marks.multiplyAdds());
  const most = await page.evaluate((n) => window.marks.ceiling(n), quick ? 5 : 50);
  const share = (1000 * multiplyAdds) / (spreadOf(bare.times.ours ?? []).median * most);
  agree('@teachablemachine/image', tm.difference ?? NaN);
  agree('onnxruntime-web', bare.difference);
  const alike = `probabilities of one picture differ by ${(tm.difference ?? NaN).toExponential(1)}`;
  const whole = duel({
    name: 'whole round trip against the bare network, embedded backbone',
    peerName: 'the network alone',
    times: trip,
    leastRatio: 1 / 1.2,
    note: 'VideoFrame → worker → embedding → head → page',
  });
  return [
    duel({
      name: 'camera frame → prediction, MobileNetV2 0.35 at 224',
      peerName: '@teachablemachine/image',
      times: tm.times,
      leastRatio: 3,
      note: `the same model, seeded random weights; ${alike}`,
    }),
    duel({
      name: 'camera frame → prediction, MobileNet V1 0.25 at 224, 90 samples',
      peerName: '@tensorflow-models/mobilenet + knn-classifier',
      times: knn.times,
      leastRatio: 2,
      note: 'the same graph',
    }),
    { ...whole, goal: 'at most 1.2 × the network alone' },
    duel({
      name: 'the bare network, embedded backbone',
      peerName: 'onnxruntime-web',
      times: bare.times,
      leastRatio: 1.2,
      note: `embeddings differ by ${bare.difference.toExponential(1)} of the largest; ours reaches ${(100 * share).toFixed(0)} % of one core's ${(most / 1e9).toFixed(1)} billion multiply-adds a second`,
    }),
  ];
};

const learningMarks: Measure = async (page, { quick }) => {
  const each = quick ? 20 : 100;
  const learn = await page.evaluate(
    ([rounds = 0, n = 0]) => window.marks.againstTeachableRecipe(rounds, n),
    [quick ? 1 : 5, each],
  );
  const { accuracy } = learn;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const recipe = duel({
    name: `learning after a take, 5 × ${each} samples`,
    peerName: 'Teachable Machine’s recipe in tfjs',
    times: learn.times,
    leastRatio: 50,
    note: `right on 100 other pictures: ${percent(accuracy.ours)} against ${percent(accuracy.peer)}`,
  });
  const many = await page.evaluate(
    ([rounds = 0, n = 0]) => window.marks.fitOf(rounds, 10, n),
    [quick ? 1 : 5, quick ? 100 : 1000],
  );
  const few = await page.evaluate((rounds) => window.marks.fitOf(rounds, 10, 30), quick ? 3 : 20);
  return [
    {
      ...recipe,
      goal: 'ratio ≥ 50, accuracy no lower',
      met: recipe.met && accuracy.ours >= accuracy.peer,
    },
    alone(`learning, 10 × ${quick ? 100 : 1000} samples`, many.ours ?? [], 1000),
    alone('learning, 10 × 30 samples', few.ours ?? [], 50),
  ];
};

function alone(name: string, times: readonly number[], mostMs: number): Mark {
  const ours = spreadOf(times);
  return {
    name,
    ours,
    peer: null,
    peerName: null,
    unit: 'ms',
    ratio: null,
    goal: `≤ ${mostMs} ms`,
    met: ours.median <= mostMs,
    note: '',
  };
}

const neighbourMarks: Measure = async (page, { quick }) => {
  const total = quick ? 1000 : 10_000;
  const knn = await page.evaluate(
    ([rounds = 0, n = 0]) => window.marks.againstKnnClassifier(rounds, n),
    [quick ? 5 : 20, total],
  );
  const { ours, peer } = knn.bytes;
  const mb = (bytes: number): Spread => exactly(bytes / 2 ** 20);
  return [
    duel({
      name: `neighbours right after an added sample, ${total} samples`,
      peerName: '@tensorflow-models/knn-classifier',
      times: knn.times,
      leastRatio: 2.5,
      note: '',
    }),
    {
      name: `memory of ${total} samples for neighbours`,
      ours: mb(ours),
      peer: mb(peer),
      peerName: '@tensorflow-models/knn-classifier',
      unit: 'MB',
      ratio: exactly(peer / ours),
      goal: 'ratio ≥ 2',
      met: peer / ours >= 2,
      note: 'ours also serves the ridge head',
    },
  ];
};

const memoryMarks: Measure = async (page, { quick }) => {
  const [frames, fits] = quick ? [300, 10] : [10_000, 100];
  const run = await page.evaluate(([f = 0, n = 0]) => window.marks.memoryRun(f, n), [frames, fits]);
  const { before, after } = run;
  const grown = after.tensorBytes - before.tensorBytes;
  return [
    {
      name: `memory after ${frames} frames and ${fits} trainings`,
      ours: exactly(grown),
      peer: null,
      peerName: null,
      unit: 'bytes of tensors more',
      ratio: null,
      goal: 'no tensor and no byte more',
      met: after.tensors === before.tensors && grown === 0,
      note: `${before.tensors} → ${after.tensors} tensors; the page’s heap ${mbOf(before.heapBytes)} → ${mbOf(after.heapBytes)} MB`,
    },
  ];
};

const mbOf = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

export const measures: Readonly<Record<string, Measure>> = {
  frames: frameMarks,
  learning: learningMarks,
  neighbours: neighbourMarks,
  memory: memoryMarks,
};
