import { isDestroyed, lossOf } from './kinds';
import type { PlanReport } from './report';

/** Resources of one type that a stack destroys, or destroys and makes anew. */
export interface Loss {
  readonly stack: string;
  readonly action: 'delete' | 'replace';
  readonly type: string;
  /** At least one. */
  readonly addresses: readonly string[];
  /** What is lost for good; `undefined` when nothing. */
  readonly loss: string | undefined;
}

/** All that is destroyed, what is lost for good first. */
export function lossesOf({ stacks }: PlanReport): Loss[] {
  const losses = new Map<string, Loss & { addresses: string[] }>();
  for (const { stack, changes } of stacks)
    for (const change of changes) {
      const { action, type, address } = change;
      if ((action !== 'delete' && action !== 'replace') || !isDestroyed(change)) continue;
      const key = JSON.stringify([stack, action, type]);
      const known = losses.get(key);
      if (known) known.addresses.push(address);
      else losses.set(key, { stack, action, type, addresses: [address], loss: lossOf(change) });
    }
  return [...losses.values()].sort((one, other) => Number(!one.loss) - Number(!other.loss));
}

/** `a, b, c and 12 more` */
export function listed(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
