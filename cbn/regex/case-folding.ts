const LAST_WITH_CASE = 0x1ffff;
const known = new Map<number, readonly number[]>();

/**
 * The code points that count as one when case does not matter, in ascending order, such as `K`, `k` and the Kelvin sign.
 * @param matches what re2js takes for the same
 */
export function foldedRunes(rune: number, matches: (candidate: number) => boolean): readonly number[] {
  let folded = known.get(rune);
  if (folded === undefined) {
    const found: number[] = [];
    for (let candidate = 0; candidate <= LAST_WITH_CASE; candidate++) if (matches(candidate)) found.push(candidate);
    folded = found.length === 0 ? [rune] : found;
    known.set(rune, folded);
  }
  return folded;
}
