import { createInterface } from 'node:readline';
import { SIGNALS } from '../cleanup';

/** Whether somebody sits at the terminal. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

/** Asks at the terminal; anything but the expected word is a no, so are Ctrl-C, Ctrl-D and the end of the terminal. */
export async function ask(
  question: string,
  expected: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const lines = createInterface({ input, output });
  const close = () => lines.close();
  for (const signal of SIGNALS) process.once(signal, close);
  try {
    return await new Promise<boolean>((resolve) => {
      lines.question(`${question} `, (answer) => resolve(answer.trim() === expected));
      lines.once('close', () => {
        output.write('\n');
        resolve(false);
      });
      // Of a terminal that is gone: its mode cannot be set back.
      lines.on('error', () => resolve(false));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, close);
    lines.removeAllListeners('close');
    lines.close();
  }
}
