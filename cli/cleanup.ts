/** Exit code of a command that Ctrl-C ended, by the shell's convention. */
const INTERRUPTED = 130;

/** Ctrl-C, a request to end, and a terminal that is closed. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What an interruption must undo; each began while those before it were at work. */
const waiting: Cleanup[] = [];
let isInterrupted = false;

/** What must be undone when a command ends, in whatever way it ends: the last thing done is undone first. */
export class Cleanup {
  private readonly steps: (() => Promise<void>)[] = [];
  private running: Promise<void> | undefined;
  private announce = () => {};

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  /** Undoes everything once; a step that fails does not keep the others from their turn. */
  run(): Promise<void> {
    this.running ??= this.undo();
    return this.running;
  }

  /**
   * Undoes everything on Ctrl-C and on a request to end, with what began before it, and then ends the process; until
   * everything is undone. Further signals are not heeded: half of it would stay.
   */
  onInterrupt(announce: () => void): void {
    this.announce = announce;
    waiting.push(this);
    if (waiting.length === 1) listen();
  }

  async interrupt(): Promise<void> {
    this.announce();
    await this.run();
  }

  private async undo(): Promise<void> {
    for (const step of this.steps.reverse()) await step().catch(() => undefined);
    const index = waiting.indexOf(this);
    if (index === -1) return;
    waiting.splice(index, 1);
    if (waiting.length === 0) forget();
  }
}

function listen(): void {
  for (const signal of SIGNALS) process.on(signal, interrupt);
  // The same Ctrl-C ends a `tee` that reads this: a broken pipe must not end the process before its cleanup.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
}

function forget(): void {
  for (const signal of SIGNALS) process.off(signal, interrupt);
  for (const stream of [process.stdout, process.stderr]) stream.off('error', ignore);
}

function interrupt(): void {
  if (isInterrupted) {
    process.stderr.write('\nStill ending what has begun …\n');
    return;
  }
  isInterrupted = true;
  void interruptAll();
}

async function interruptAll(): Promise<void> {
  for (const cleanup of [...waiting].reverse()) await cleanup.interrupt();
  // What the command itself still has to say comes first.
  setImmediate(() => process.exit(INTERRUPTED));
}

function ignore(): void {}
