/** Exit code of a command that Ctrl-C ended, by the shell's convention. */
const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What must be undone when a command ends, in whatever way it ends: the last thing done is undone first. */
export class Cleanup {
  private readonly steps: (() => Promise<void>)[] = [];
  private running: Promise<void> | undefined;
  private interrupt: (() => void) | undefined;

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  /** Undoes everything once; a step that fails does not keep the others from their turn. */
  run(): Promise<void> {
    this.running ??= this.undo();
    return this.running;
  }

  /** Undoes everything on Ctrl-C and on a request to end, and then ends the process; until everything is undone. */
  onInterrupt(announce: () => void): void {
    this.interrupt = () => {
      announce();
      void this.run().finally(() => process.exit(INTERRUPTED));
    };
    for (const signal of SIGNALS) process.once(signal, this.interrupt);
  }

  private async undo(): Promise<void> {
    for (const step of this.steps.reverse()) await step().catch(() => undefined);
    // What comes after must not be ended before its own cleanup.
    if (this.interrupt) for (const signal of SIGNALS) process.off(signal, this.interrupt);
  }
}
