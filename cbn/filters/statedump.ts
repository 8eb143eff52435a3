import { DEEPEST, isMap, type StateMap, tooDeep, type Value } from '../values';
import type { Filter } from './filter';

/** `statedump { label => "x" }`: keeps the state as text, for debugging. To be removed before a parser is submitted. */
export const statedump: Filter = {
  options: ['label'],
  compile(options) {
    const label = options.text('label') ?? '';
    options.report.warn(
      'statedump',
      options.plugin.position,
      'statedump is for debugging; SecOps refuses a parser that has it.',
      'Remove it before deploying.',
    );
    return (run) => {
      const text = dumpState(run.root);
      run.chargeText(text.length);
      run.dumps.push({ label, text: `Internal State (label=${label}):\n\n${text}` });
      return undefined;
    };
  },
};

/** The state as JSON, keys sorted; bytes as base64, whole numbers beyond 2^53 with all their digits. */
export function dumpState(state: StateMap): string {
  return write(state, '', 0);
}

function write(value: Value, indent: string, depth: number): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > DEEPEST) throw tooDeep();
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return block(
      '[',
      value.map((item) => write(item, inner, depth + 1)),
      ']',
      indent,
    );
  if (!isMap(value)) return JSON.stringify(Buffer.from(value).toString('base64'));
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}: ${write(value[key] ?? null, inner, depth + 1)}`);
  return block('{', entries, '}', indent);
}

function block(open: string, lines: readonly string[], close: string, indent: string): string {
  return lines.length === 0
    ? open + close
    : `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`;
}
