import type { StackReport } from './report';

export interface Warning {
  /** At least one. */
  readonly stacks: readonly string[];
  readonly text: string;
}

/** Warnings of several stacks that say the same, but for a number at their beginning: it is summed. */
export function mergeWarnings(reports: readonly Pick<StackReport, 'stack' | 'warnings'>[]): Warning[] {
  const merged = new Map<string, { stacks: string[]; sum: number; rest: string }>();
  for (const { stack, warnings } of reports)
    for (const text of warnings) {
      const [, number, rest = text] = /^(\d+)( .*)$/s.exec(text) ?? [];
      const key = JSON.stringify([number === undefined, rest]);
      const known = merged.get(key) ?? { stacks: [], sum: 0, rest };
      known.stacks.push(stack);
      known.sum += Number(number ?? 0);
      merged.set(key, known);
    }
  return [...merged.values()].map(({ stacks, sum, rest }) => ({ stacks, text: sum > 0 ? `${sum}${rest}` : rest }));
}
