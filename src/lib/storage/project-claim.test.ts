import { describe, expect, test, vi } from 'vitest';
import { FakeLocks } from './fake-locks.test-helper.ts';
import { claimProject, isClaimed, type ClaimState } from './project-claim.ts';

function tab(locks: LockManager) {
  const states: ClaimState[] = [];
  const claim = claimProject('p', (state) => states.push(state), locks);
  return { claim, states, now: () => states.at(-1) };
}

describe('one tab writes a project', () => {
  test('the first writes, the second follows and takes its turn when the first leaves', async () => {
    const { manager } = new FakeLocks();
    const first = tab(manager);
    const second = tab(manager);
    await vi.waitFor(() => expect(second.now()).toBe('follower'));
    expect(first.states).toEqual(['writer']);
    expect(await isClaimed('p', manager)).toBe(true);
    first.claim.release();
    await vi.waitFor(() => expect(second.now()).toBe('writer'));
    second.claim.release();
    await vi.waitFor(async () => expect(await isClaimed('p', manager)).toBe(false));
  });

  test('handing over makes the waiting one the writer, and waits for it', async () => {
    const { manager } = new FakeLocks();
    const first = tab(manager);
    const second = tab(manager);
    await vi.waitFor(() => expect(second.now()).toBe('follower'));
    first.claim.handOver();
    await vi.waitFor(() => expect(second.now()).toBe('writer'));
    expect(first.now()).toBe('follower');
    second.claim.release();
    await vi.waitFor(() => expect(first.now()).toBe('writer'));
  });

  test('a writer that does not answer can be overruled, and follows from then on', async () => {
    const { manager } = new FakeLocks();
    const first = tab(manager);
    const second = tab(manager);
    await vi.waitFor(() => expect(second.now()).toBe('follower'));
    second.claim.seize();
    await vi.waitFor(() => expect(first.now()).toBe('follower'));
    expect(second.states).toEqual(['follower', 'writer']);
    second.claim.release();
    await vi.waitFor(() => expect(first.now()).toBe('writer'));
  });

  test('without Web Locks every tab is a writer', () => {
    const states: ClaimState[] = [];
    claimProject('p', (state) => states.push(state), undefined).seize();
    expect(states).toEqual(['writer']);
  });
});
