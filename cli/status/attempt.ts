import { UserError } from '../../environments/user-error';
import type { Fact } from './model';

/**
 * Looks, and turns a refusal, missing credentials or no answer into a fact that could not tell, so that the other looks
 * are not lost.
 * @param name of that fact
 */
export async function attempt(name: string, look: () => Promise<readonly Fact[]>): Promise<readonly Fact[]> {
  try {
    return await look();
  } catch (error) {
    return [unknownFact(name, error)];
  }
}

/**
 * The fact of a look that failed.
 * @throws the error itself if it is a defect
 */
export function unknownFact(name: string, error: unknown): Fact {
  if (!(error instanceof UserError)) throw error;
  // The lines after the first say what to do.
  const [finding = '', ...todo] = error.message.split('\n');
  return {
    name,
    state: 'could not tell',
    finding: finding.replace(/\.$/, ''),
    ...(todo.length > 0 && { todo: todo.join(' ') }),
  };
}

/** What could not be told for the same reason is told once, with all its names. */
export function merged(facts: readonly Fact[]): Fact[] {
  const alike = new Map<string, Fact[]>();
  for (const fact of facts)
    if (fact.state === 'could not tell') alike.set(fact.finding, [...(alike.get(fact.finding) ?? []), fact]);
  return facts.flatMap((fact) => {
    const [first, ...others] = (fact.state === 'could not tell' && alike.get(fact.finding)) || [fact];
    if (first !== fact) return [];
    return [{ ...fact, name: [...new Set([fact, ...others].map(({ name }) => name))].join(', ') }];
  });
}
