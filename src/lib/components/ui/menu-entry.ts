// The entries of a menu as data.

import type { LucideIcon } from '@lucide/svelte';

export interface MenuItem {
  readonly kind: 'item';
  readonly label: string;
  readonly icon?: LucideIcon;
  /** A key that does the same, shown at the end of the row. */
  readonly key?: string;
  readonly danger?: boolean;
  /** Set: the item can be reached and read, with this reason, but not chosen. */
  readonly disabledReason?: string;
  readonly onselect: () => void;
}

/** An item that is on or off. */
export interface MenuCheck {
  readonly kind: 'check';
  readonly label: string;
  readonly checked: boolean;
  readonly onchange: (checked: boolean) => void;
}

export interface MenuSeparator {
  readonly kind: 'separator';
}

export type MenuEntry = MenuItem | MenuCheck | MenuSeparator;
