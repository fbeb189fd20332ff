// What a file from outside would bring, before anything is imported.

export type FileKind =
  'project' | 'head' | 'tm-project' | 'tm-model' | 'knn' | 'folders' | 'pictures' | 'video';

/** `classes` in order; `takes` in all classes together; `warnings` are whole sentences. */
export interface FileSummary {
  readonly kind: FileKind;
  readonly classes: readonly { readonly name: string; readonly samples: number }[];
  readonly takes: number;
  readonly warnings: readonly string[];
}
