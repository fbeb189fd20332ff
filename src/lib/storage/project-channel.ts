// What tabs tell each other about projects. Words only: what was saved is read from the database.

export type ProjectMessage =
  /** A change of the project is in the database now. */
  | { readonly kind: 'saved'; readonly projectId: string }
  /** This tab writes the project from now on. */
  | { readonly kind: 'writing'; readonly projectId: string }
  /** Another tab wants to write the project: save what is left and hand it over. */
  | { readonly kind: 'wanted'; readonly projectId: string }
  /** The same, but only if nobody looks at that tab and it has nothing to do. */
  | { readonly kind: 'asked'; readonly projectId: string };

export interface ProjectChannel {
  tell(message: ProjectMessage): void;
  close(): void;
}

/** Opens the channel of this site's tabs; `hear` gets what the others tell. A browser without channels tells nothing. */
export function openChannel(hear: (message: ProjectMessage) => void): ProjectChannel {
  const scope: { BroadcastChannel?: typeof BroadcastChannel } = globalThis;
  if (!scope.BroadcastChannel) return { tell: () => undefined, close: () => undefined };
  const channel = new scope.BroadcastChannel('handful-projects');
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isMessage(data)) hear(data);
  };
  return {
    tell: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}

const kinds: readonly ProjectMessage['kind'][] = ['saved', 'writing', 'wanted', 'asked'];

/** A tab of another version may say what this one does not know. */
function isMessage(data: unknown): data is ProjectMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { kind, projectId }: { kind?: unknown; projectId?: unknown } = data;
  return kinds.some((known) => known === kind) && typeof projectId === 'string';
}
