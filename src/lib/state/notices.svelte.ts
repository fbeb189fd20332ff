// What the app tells the person: toasts that go, banners that stay until dealt with, and words for screen readers.

import {
  describeFailure,
  type Failure,
  type FailureCode,
  type FailureWords,
} from '#lib/core/failure.ts';

export interface NoticeAction {
  readonly label: string;
  readonly onselect: () => void;
}

export interface Toast {
  readonly id: string;
  readonly text: string;
  readonly action?: NoticeAction;
}

export interface FailureNotice {
  readonly code: FailureCode;
  readonly words: FailureWords;
  readonly action: NoticeAction | null;
}

/** More would cover what the person is working with. */
const toastLimit = 2;

export class Notices {
  toasts = $state.raw<readonly Toast[]>([]);
  failures = $state.raw<readonly FailureNotice[]>([]);
  /** Read out politely by screen readers; replaced, never queued. */
  announcement = $state('');
  /** Counts announcements, so that the same words can be said again. */
  turn = $state(0);
  #nextId = 1;

  toast(text: string, action: NoticeAction | null = null): void {
    const toast = { id: `${this.#nextId}`, text, ...(action && { action }) };
    this.#nextId += 1;
    const others = this.toasts.filter((shown) => shown.text !== text);
    this.toasts = [...others, toast].slice(-toastLimit);
  }

  dismissToast(id: string): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  announce(text: string): void {
    this.announcement = text;
    this.turn += 1;
  }

  /** Shows a failure until it is dismissed or cleared; the same code is shown once, newest words first. */
  report(failure: Failure, action: NoticeAction | null = null): void {
    const notice = { code: failure.code, words: describeFailure(failure), action };
    this.failures = [notice, ...this.failures.filter(({ code }) => code !== failure.code)];
  }

  /** Takes failures away that no longer hold. */
  clear(...codes: FailureCode[]): void {
    if (!this.failures.some(({ code }) => codes.includes(code))) return;
    this.failures = this.failures.filter(({ code }) => !codes.includes(code));
  }
}
