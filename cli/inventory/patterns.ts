/**
 * Whether some text fits both of two patterns, in which `*` stands for any text, also none, and `?` for any one
 * character.
 */
export function overlap(one: string, other: string): boolean {
  const known = new Map<string, boolean>();
  const from = (i: number, j: number): boolean => {
    const at = `${i} ${j}`;
    const before = known.get(at);
    if (before !== undefined) return before;
    const [a, b] = [one[i], other[j]];
    let fits: boolean;
    if (a === undefined && b === undefined) fits = true;
    else if (a === '*') fits = from(i + 1, j) || (b !== undefined && from(i, j + 1));
    else if (b === '*') fits = from(i, j + 1) || (a !== undefined && from(i + 1, j));
    else fits = a !== undefined && b !== undefined && (a === b || a === '?' || b === '?') && from(i + 1, j + 1);
    known.set(at, fits);
    return fits;
  };
  return from(0, 0);
}

/** Whether a pattern reaches a resource, or something in it, such as an object of a bucket. */
export function reaches(pattern: string, id: string): boolean {
  return overlap(pattern, id) || overlap(pattern, `${id}/*`);
}
