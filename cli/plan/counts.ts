import type { Action, ResourceChange, StackReport } from './report';

/** How many resources are created, updated, …; `import` and `move` count those that are also something else. */
export type Counts = Readonly<Record<Action | 'import' | 'move', number>>;

export function countsOf(changes: readonly ResourceChange[]): Counts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, forget: 0, none: 0, import: 0, move: 0 };
  for (const { action, importId, movedFrom } of changes) {
    counts[action] += 1;
    if (importId !== undefined) counts.import += 1;
    if (movedFrom !== undefined) counts.move += 1;
  }
  return counts;
}

/** `2 to add, 1 to change, 1 to replace, 3 to destroy`; `nothing to change` when there is nothing. */
export function describeCounts(counts: Counts): string {
  const parts = [
    [counts.create, 'to add'],
    [counts.update, 'to change'],
    [counts.replace, 'to replace'],
    [counts.delete, 'to destroy'],
    [counts.import, 'to import'],
    [counts.move, 'to move'],
    [counts.forget, 'to forget'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return said.length > 0 ? said.join(', ') : 'nothing to change';
}

/** Whether there is nothing to say of a stack but its name. */
export function isQuiet({ kind, changes, drift, outputs, warnings }: StackReport): boolean {
  return kind !== 'failed' && changes.length + drift.length + outputs.length + warnings.length === 0;
}
