// A short message about what just happened, as data.

export interface Toast {
  readonly id: string;
  readonly text: string;
  /** Usually “Undo”. */
  readonly action?: { readonly label: string; readonly onselect: () => void };
}
