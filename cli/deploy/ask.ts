import { createInterface } from 'node:readline/promises';

/** Whether somebody sits at the terminal. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

/** Asks at the terminal; anything but the expected word is a no. */
export async function ask(question: string, expected: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `)).trim() === expected;
  } finally {
    terminal.close();
  }
}
