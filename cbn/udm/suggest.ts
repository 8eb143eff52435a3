import { closest, distance } from 'fastest-levenshtein';

/** Longer words are not compared: the time grows with the product of the lengths. */
const LONGEST_WORD = 64;

/** The known word that is meant, when one is near enough: of the same letters, or at most a third of them differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD || known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const found = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const isNear =
    distance(lower, found) <= Math.max(1, Math.floor(found.length / 3)) || letters(lower) === letters(found);
  return isNear ? known.find((name) => name.toLowerCase() === found) : undefined;
}

function letters(word: string): string {
  return [...word].sort().join('');
}
