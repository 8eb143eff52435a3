import { createColors } from 'picocolors';

const FRAME_MILLISECONDS = 100;
/** Without a terminal a long step says so often what it does, and no more. */
const NOTE_MILLISECONDS = 10_000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Tells the user what a long step is doing now. */
export type Note = (text: string) => void;

/** Shows the steps of a long command on standard error: a live line on a terminal, plain lines elsewhere. */
export class Progress {
  private readonly colors: ReturnType<typeof createColors>;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    this.colors = createColors(isColorful(stream));
  }

  /**
   * Runs one step.
   * @param describe what to say of its result
   * @throws what the step throws, after the step is shown as failed
   */
  async step<T>(
    title: string,
    run: (note: Note) => Promise<T>,
    describe: (result: T) => string = () => '',
  ): Promise<T> {
    const started = Date.now();
    const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    const line = this.stream.isTTY ? this.animate(title, elapsed) : this.announce(title);
    try {
      const result = await run(line.note);
      line.end(`${this.colors.green('✓')} ${title} ${this.colors.dim(`(${elapsed()})`)}`, describe(result));
      return result;
    } catch (error) {
      line.end(`${this.colors.red('✗')} ${title} ${this.colors.dim(`(${elapsed()})`)}`, '');
      throw error;
    }
  }

  /** One line that changes until the step ends. */
  private animate(title: string, elapsed: () => string) {
    let frame = 0;
    let note = '';
    const draw = () => {
      const text = `${FRAMES[frame++ % FRAMES.length]} ${title} (${elapsed()})${note && `  ${note}`}`;
      // Cut to the width: a line that wraps cannot be drawn over.
      this.stream.write(`\r\u001b[2K${text.slice(0, (this.stream.columns || 80) - 1)}`);
    };
    const timer = setInterval(draw, FRAME_MILLISECONDS);
    draw();
    return {
      note: (text: string) => {
        note = text;
      },
      end: (text: string, detail: string) => {
        clearInterval(timer);
        this.stream.write('\r\u001b[2K');
        this.write(text, detail);
      },
    };
  }

  private announce(title: string) {
    this.stream.write(`… ${title}\n`);
    let noted = 0;
    return {
      note: (text: string) => {
        if (Date.now() - noted < NOTE_MILLISECONDS) return;
        noted = Date.now();
        this.stream.write(`    ${text}\n`);
      },
      end: (text: string, detail: string) => this.write(text, detail),
    };
  }

  private write(text: string, detail: string): void {
    this.stream.write(`${text}\n${detail && `    ${detail}\n`}`);
  }
}

/** Colours only where a person sees them and has not refused them (https://no-color.org). */
export function isColorful(stream: NodeJS.WriteStream): boolean {
  return Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
