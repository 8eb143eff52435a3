import { closest, distance } from 'fastest-levenshtein';

/** Longer words are not compared: the time grows with the product of the lengths. */
const LONGEST_WORD = 64;

/** The known word that is meant, when one is near enough: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD || known.length === 0) return undefined;
  const found = closest(
    word.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  const name = known.find((each) => each.toLowerCase() === found) ?? found;
  return distance(word.toLowerCase(), found) <= Math.max(1, Math.floor(found.length / 3)) ? name : undefined;
}
