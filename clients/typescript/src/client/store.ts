/** What React's useSyncExternalStore asks for: both methods may be passed around without their object. */
export interface Store<Snapshot> {
  /** Calls back after each change, until the returned function is called. */
  subscribe(onChange: () => void): () => void;
  /** The very same object until something changes. */
  getSnapshot(): Snapshot;
}

/** A value that tells when it has changed. */
export class Observable<Snapshot> implements Store<Snapshot> {
  private readonly listeners = new Set<{ run: () => void }>();

  constructor(private value: Snapshot) {}

  readonly subscribe = (onChange: () => void): (() => void) => {
    const listener = { run: onChange };
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly getSnapshot = (): Snapshot => this.value;

  set(value: Snapshot): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const { run } of [...this.listeners]) run();
  }
}
