import { expect, test } from 'vitest';
import { Sequence } from './sequence.ts';

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

test('tasks run one after the other in order, and a failing one stops none', async () => {
  const sequence = new Sequence();
  const log: string[] = [];
  const task = (name: string) => async (): Promise<void> => {
    log.push(`${name} begins`);
    await later();
    log.push(`${name} ends`);
    if (name === 'b') throw new Error('b fails');
  };
  const done = await Promise.allSettled(['a', 'b', 'c'].map((name) => sequence.run(task(name))));
  expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await sequence.run(() => Promise.resolve(4))).toBe(4);
});

test('in a pause light tasks overtake, others wait', async () => {
  const sequence = new Sequence();
  const log: string[] = [];
  const say = (words: string) => (): Promise<number> => Promise.resolve(log.push(words));
  const long = sequence.run(async () => {
    log.push('long begins');
    await sequence.pause();
    log.push('long ends');
  });
  await Promise.all([
    long,
    sequence.run(say('heavy')),
    sequence.run(say('light 1'), true),
    sequence.run(() => Promise.reject(new Error('broken')), true).catch(() => log.push('broken')),
    sequence.run(say('light 2'), true),
  ]);
  expect(log.slice(0, 2)).toEqual(['long begins', 'light 1']);
  expect(log.indexOf('light 2')).toBeLessThan(log.indexOf('long ends'));
  expect(log.at(-1)).toBe('heavy');
});
