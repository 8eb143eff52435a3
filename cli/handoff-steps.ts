import { wrap } from './wrap';

/** Text for people is wrapped to it; what is pasted never is. */
const WIDTH = 80;
const INDENT = '   ';
const PASTE_INDENT = '     ';

/** One step that is left by hand. */
export interface Step {
  readonly title: string;
  /** What to read, and what to paste: lines that belong together. */
  readonly parts: readonly (string | readonly string[])[];
}

/** Numbered steps, for people. */
export function renderSteps(steps: readonly Step[]): string {
  return steps.map(renderStep).join('\n\n');
}

/** Fields of a form, to paste: each value alone on its line, beside its field. */
export function inColumns(fields: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

function renderStep({ title, parts }: Step, index: number): string {
  const lines = parts.flatMap((part) =>
    typeof part === 'string'
      ? wrap(part, WIDTH - INDENT.length).map((line) => INDENT + line)
      : part.map((line) => PASTE_INDENT + line),
  );
  return [`${index + 1}. ${title}`, ...lines].join('\n');
}
