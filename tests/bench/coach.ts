// Does following the coach raise accuracy on takes that were held out? Advice by advice, and step by step with the coach itself.
// npx tsx tests/bench/coach.ts
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { emptyProject, type ProjectDocument, type Sample } from '#lib/core/project.ts';
import { actionOf } from '#lib/core/coaching.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { adviceOn } from '#lib/learning/coach.ts';
import { closedFormProbabilities, summarise } from '#lib/learning/evaluation/evaluate.ts';
import { evaluationSet } from '#lib/learning/evaluation/evaluation-set.ts';
import { enoughTakes } from '#lib/learning/evaluation/folds.ts';
import {
  balancedAccuracy,
  confusionOf,
  pairedDifference,
} from '#lib/learning/evaluation/metrics.ts';
import { fitClosedForm } from '#lib/learning/fit.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import { openPicture } from '../../src/cli/class-folders.ts';
import { startEngine } from '../../src/cli/node-engine.ts';
import { NodePicture } from '../../src/cli/node-pictures.ts';
import { calm, valueOf } from '#tests/engine/node-engine.ts';
import { benchSet, hasData, storeOf, type BenchSet } from './bench-set.ts';

const blockSize = 30;
const blocks = [0, 1, 2, 3, 4];
const pause = (): Promise<void> => Promise.resolve();

interface Shot {
  readonly classIndex: number;
  readonly block: number;
  readonly place: number;
  readonly embedding: Float32Array;
}

type Pick = (classIndex: number, block: number, places: readonly number[]) => Shot[];

/** `count` places spread over a block. */
const spread = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * blockSize) / count));
const firsts = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Balanced accuracy on whole blocks, and the recall of each class. */
function tested(
  set: BenchSet,
  train: readonly Shot[],
  held: readonly number[],
): { accuracy: number; recalls: number[] } {
  const classes = set.classes.map(({ name }, c) => ({ id: `${c}`, name }));
  const store = storeOf(
    set.origin,
    train.map((shot) => ({
      id: idOf(shot),
      classId: `${shot.classIndex}`,
      embedding: shot.embedding,
    })),
  );
  const trained = valueOf(fitClosedForm(store, defaultHeadSettings.ridge, classes));
  const head = valueOf(createHead(trained, set.origin.whitening));
  const truth: number[] = [];
  const predicted: number[] = [];
  set.classes.forEach(({ pictures }, c) => {
    for (const block of held) {
      for (const { embedding } of pictures.slice(block * blockSize, (block + 1) * blockSize)) {
        truth.push(c);
        predicted.push(largestIndex(head.predict(embedding)));
      }
    }
  });
  const confusion = confusionOf(
    Uint16Array.from(truth),
    Uint16Array.from(predicted),
    classes.length,
  );
  const recalls = confusion.map((row, c) => (row[c] ?? 0) / row.reduce((a, b) => a + b, 0));
  return { accuracy: balancedAccuracy(confusion), recalls };
}

const idOf = ({ classIndex, block, place }: Shot): string =>
  `${classIndex}/${block}/${String(place).padStart(2, '0')}`;

function without(held: number): number[] {
  return blocks.filter((block) => block !== held);
}

function row(name: string, before: readonly number[], after: readonly number[]): void {
  const mean = (values: readonly number[]): string =>
    ((100 * values.reduce((a, b) => a + b, 0)) / values.length).toFixed(1);
  const { mean: gain, error } = pairedDifference(after, before);
  process.stdout.write(
    `| ${name} | ${mean(before)} | ${mean(after)} | ${gain >= 0 ? '+' : '−'}${Math.abs(100 * gain).toFixed(1)} ± ${(100 * (error ?? 0)).toFixed(1)} |\n`,
  );
}

async function main(): Promise<void> {
  if (!hasData) {
    process.stdout.write('skipped: no ../shared/data\n');
    return;
  }
  const set = await benchSet('gestures_regalleoc');
  const pick: Pick = (classIndex, block, places) =>
    places.map((place) => {
      const picture = set.classes[classIndex]?.pictures[block * blockSize + place];
      if (!picture) throw new RangeError('no such picture');
      return { classIndex, block, place, embedding: picture.embedding };
    });
  const all = (of: (classIndex: number) => Shot[]): Shot[] => set.classes.flatMap((_, c) => of(c));
  process.stdout.write('| advice | before | after | gain, points |\n|---|---|---|---|\n');
  variety(set, pick, all);
  imbalance(set, pick, all);
  collision(set, pick, all);
  await badPictures(set, pick, all);
  await stepByStep(set, pick);
}

type All = (of: (classIndex: number) => Shot[]) => Shot[];

function variety(set: BenchSet, pick: Pick, all: All): void {
  const one: number[] = [];
  const three: number[] = [];
  const many: number[] = [];
  for (const held of blocks) {
    for (const first of without(held)) {
      const rest = without(held).filter((block) => block !== first);
      const [second = 0, third = 0] = rest;
      const takes = [first, second, third];
      one.push(
        tested(
          set,
          all((c) => pick(c, first, spread(20))),
          [held],
        ).accuracy,
      );
      three.push(
        tested(
          set,
          all((c) => takes.flatMap((t) => pick(c, t, [15]))),
          [held],
        ).accuracy,
      );
      many.push(
        tested(
          set,
          all((c) => takes.flatMap((t) => pick(c, t, spread(7)))),
          [held],
        ).accuracy,
      );
    }
  }
  row('few takes: 20 shots of one take → 3 shots of 3 takes', one, three);
  row('few takes: 20 shots of one take → 21 shots of 3 takes', one, many);
}

/** One class has 3 shots in one take, the others 20 in two; after it, it has another take of 7. Its own recall. */
function imbalance(set: BenchSet, pick: Pick, all: All): void {
  const before: number[] = [];
  const after: number[] = [];
  const recallBefore: number[] = [];
  const recallAfter: number[] = [];
  for (const held of blocks) {
    const [a = 0, b = 0] = without(held);
    set.classes.forEach((_, poor) => {
      const rich = all((c) =>
        c === poor ? [] : [...pick(c, a, spread(10)), ...pick(c, b, spread(10))],
      );
      const few = [...rich, ...pick(poor, a, spread(3))];
      const more = [...few, ...pick(poor, b, spread(7))];
      const was = tested(set, few, [held]);
      const is = tested(set, more, [held]);
      before.push(was.accuracy);
      after.push(is.accuracy);
      recallBefore.push(was.recalls[poor] ?? 0);
      recallAfter.push(is.recalls[poor] ?? 0);
    });
  }
  row('unbalanced, 3 shots against 20: another take of 7 (all classes)', before, after);
  row('unbalanced, 3 shots against 20: another take of 7 (that class)', recallBefore, recallAfter);
}

/** Two takes of each class; the worst pair on held-out takes gets a third. */
function collision(set: BenchSet, pick: Pick, all: All): void {
  const before: number[] = [];
  const after: number[] = [];
  for (const held of blocks) {
    for (const start of without(held)) {
      const order = [start, ...without(held).filter((block) => block !== start)];
      const [a = 0, b = 0, c3 = 0] = order;
      const two = all((c) => [...pick(c, a, spread(10)), ...pick(c, b, spread(10))]);
      const { recalls } = tested(set, two, [c3]);
      const worst = recalls.indexOf(Math.min(...recalls));
      before.push(tested(set, two, [held]).recalls[worst] ?? 0);
      after.push(tested(set, [...two, ...pick(worst, c3, spread(10))], [held]).recalls[worst] ?? 0);
    }
  }
  row('collision: a third take of the class that is mixed up (that class)', before, after);
}

/** The takes of half of the classes are dark, or blurred; recorded again in good light. */
async function badPictures(set: BenchSet, pick: Pick, all: All): Promise<void> {
  const changes = [
    ['too dark', 'brightness(0.18)'],
    ['too bright', 'brightness(2.4)'],
    ['blurred', 'blur(6px)'],
  ] as const;
  for (const [name, filter] of changes) {
    const { shots, advised } = await changed(set, filter);
    const before: number[] = [];
    const after: number[] = [];
    const added: number[] = [];
    for (const held of without(0)) {
      const b = held === 1 ? 2 : 1;
      const good = all((c) => pick(c, 0, spread(10)));
      const bad = all((c) =>
        c % 2 === 0 ? shots.filter((s) => s.classIndex === c) : pick(c, 0, spread(10)),
      );
      before.push(tested(set, bad, [held]).accuracy);
      after.push(tested(set, good, [held]).accuracy);
      added.push(
        tested(set, [...bad, ...all((c) => (c % 2 === 0 ? pick(c, b, spread(10)) : []))], [held])
          .accuracy,
      );
    }
    row(`${name} in half of the classes (told of ${advised} of 3): recorded again`, before, after);
    row(`${name} in half of the classes: a good take added`, before, added);
  }
}

/** Ten shots of the first block of every other class, with a filter over them; and how many classes the coach names. */
async function changed(set: BenchSet, filter: string): Promise<{ shots: Shot[]; advised: number }> {
  const { engine } = valueOf(await startEngine(null, calm.signal));
  const shots: Shot[] = [];
  const pictures = new Map<string, BenchSet['classes'][number]['pictures'][number]['facts']>();
  const samples: Sample[] = [];
  for (const [c, { pictures: list }] of set.classes.entries()) {
    for (const place of spread(10)) {
      const id = idOf({ classIndex: c, block: 0, place, embedding: new Float32Array(0) });
      samples.push(sampleOf(id, c, 0, samples.length));
      const picture = list[place];
      if (!picture) continue;
      pictures.set(id, picture.facts);
      if (c % 2 === 1) continue;
      const { image } = valueOf(await openPicture(picture.file));
      const canvas = createCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.filter = filter;
      context.drawImage(image, 0, 0);
      const frame = {
        image: new NodePicture(await loadImage(canvas.toBuffer('image/png'))),
        crop: { centreX: 0.5, centreY: 0.5, size: 1 },
      };
      const { jpeg, embedding } = valueOf(await engine.capture({ frame }, calm));
      pictures.set(id, valueOf(await engine.inspectJpeg({ jpeg, border: false }, calm)).facts);
      shots.push({ classIndex: c, block: 0, place, embedding });
    }
  }
  engine.dispose();
  const advice = adviceOn({
    document: documentOf(set, samples),
    evaluation: null,
    pictures,
    borders: new Map(),
    isRight: () => false,
  });
  const about = advice.filter(({ code }) => ['too-dark', 'too-bright', 'blurred'].includes(code));
  const bad = about.filter(({ classIds }) => Number(classIds[0]) % 2 === 0).length;
  if (bad < about.length) process.stderr.write(`${filter}: ${about.length - bad} false alarms\n`);
  return { shots, advised: bad };
}

/** From one take of 5 shots a class: six more takes of 5, of the class that the coach names, of one at random, or none new. */
async function stepByStep(set: BenchSet, pick: Pick): Promise<void> {
  const steps = 6;
  const start: number[] = [];
  const coached: number[] = [];
  const alone: number[] = [];
  const longer: number[] = [];
  for (const held of blocks) {
    for (const first of without(held)) {
      const order = [first, ...without(held).filter((block) => block !== first)];
      const begun = set.classes.flatMap((_, c) => pick(c, first, firsts(5)));
      start.push(tested(set, begun, [held]).accuracy);
      coached.push(tested(set, await follow(set, pick, begun, order, steps), [held]).accuracy);
      // The same work without takes: the button held longer.
      longer.push(
        tested(
          set,
          set.classes.flatMap((_, c) => pick(c, first, firsts(10))),
          [held],
        ).accuracy,
      );
      // The same takes, of classes in turn that nobody chose: the first ones of the list, again and again.
      let shots = begun;
      for (let step = 0; step < steps; step += 1) {
        const c = step % 2;
        shots = [...shots, ...pick(c, order[1 + Math.floor(step / 2)] ?? 0, firsts(5))];
      }
      alone.push(tested(set, shots, [held]).accuracy);
    }
  }
  row('the coach’s first advice six times: start → six takes of 5', start, coached);
  row('as many shots in the first take instead → the coach', longer, coached);
  row('as many takes, all of two classes → the coach', alone, coached);
}

async function follow(
  set: BenchSet,
  pick: Pick,
  begun: readonly Shot[],
  order: readonly number[],
  steps: number,
): Promise<Shot[]> {
  let shots = [...begun];
  for (let step = 0; step < steps; step += 1) {
    const advice = adviceOn({
      document: documentOf(
        set,
        shots.map((shot) =>
          sampleOf(
            idOf(shot),
            shot.classIndex,
            order.indexOf(shot.block),
            shot.block * 100 + shot.place,
          ),
        ),
      ),
      evaluation: await evaluated(set, shots),
      pictures: new Map(),
      borders: new Map(),
      isRight: () => false,
    });
    const action = advice.map(actionOf).find(({ kind }) => kind !== 'open-suspects');
    const named =
      action?.kind === 'record'
        ? action.classId
        : action?.kind === 'open-cell'
          ? action.from
          : null;
    if (named === null) break;
    const c = Number(named);
    const have = new Set(
      shots.filter(({ classIndex }) => classIndex === c).map(({ block }) => block),
    );
    const next = order.find((block) => !have.has(block));
    if (next === undefined) break;
    shots = [...shots, ...pick(c, next, firsts(5))];
  }
  return shots;
}

async function evaluated(
  set: BenchSet,
  shots: readonly Shot[],
): Promise<ReturnType<typeof summarise>> {
  const samples = shots.map((shot) => ({
    id: idOf(shot),
    classId: `${shot.classIndex}`,
    takeId: `${shot.classIndex} ${shot.block}`,
    embedding: shot.embedding,
  }));
  const store = storeOf(set.origin, samples);
  const chosen = evaluationSet(
    store,
    set.classes.map(({ name }, c) => ({ id: `${c}`, name })),
    samples,
  );
  const probabilities = enoughTakes(chosen.plan)
    ? await closedFormProbabilities(store, chosen, defaultHeadSettings.ridge, pause)
    : null;
  return summarise(chosen, 'ridge', probabilities);
}

function sampleOf(id: string, classIndex: number, take: number, capturedAtMs: number): Sample {
  const classId = `${classIndex}`;
  return {
    id,
    classId,
    takeId: `${classIndex} ${take}`,
    capturedAtMs,
    source: 'camera',
    sizePx: 256,
  };
}

function documentOf(set: BenchSet, samples: readonly Sample[]): ProjectDocument {
  const classes = set.classes.map(({ name }, c) => ({
    id: `${c}`,
    name,
    colour: c,
    enabled: true,
  }));
  return { project: { ...emptyProject('bench', 'Bench', 'b', 0), classes }, samples };
}

await main();
