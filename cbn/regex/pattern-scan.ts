/** An opening bracket of a pattern that begins a group. */
export interface GroupOpening {
  /** Where it stands and how long it is, such as 1 for `(` and 7 for `(?P<ip>`. */
  readonly offset: number;
  readonly length: number;
  /** Whether it captures; then its name, when it has one. */
  readonly captures: boolean;
  readonly name?: string;
}

/**
 * The groups of a regular expression in the order of their opening brackets. Escapes, character classes and `\Q…\E` are
 * passed over. The pattern need not be valid: RE2 judges that.
 */
export function scanGroups(pattern: string): GroupOpening[] {
  const openings: GroupOpening[] = [];
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') {
      if (pattern[at + 1] === 'Q' && !inClass) {
        const end = pattern.indexOf('\\E', at + 2);
        at = end < 0 ? pattern.length : end + 1;
      } else at++;
    } else if (inClass) {
      if (char === ']') inClass = false;
      else if (char === '[' && pattern[at + 1] === ':') {
        const end = pattern.indexOf(':]', at + 2);
        if (end >= 0) at = end + 1;
      }
    } else if (char === '[') {
      inClass = true;
      if (pattern[at + 1] === '^') at++;
      // A bracket at the very beginning of a class is a member of it.
      if (pattern[at + 1] === ']') at++;
    } else if (char === '(') {
      openings.push(openingAt(pattern, at));
    }
  }
  return openings;
}

function openingAt(pattern: string, offset: number): GroupOpening {
  if (pattern[offset + 1] !== '?') return { offset, length: 1, captures: true };
  const nameAt = pattern.startsWith('(?P<', offset) ? offset + 4 : pattern.startsWith('(?<', offset) ? offset + 3 : -1;
  const next = pattern[nameAt];
  const end = nameAt < 0 || next === '=' || next === '!' ? -1 : pattern.indexOf('>', nameAt);
  if (end < 0) return { offset, length: 2, captures: false };
  return { offset, length: end + 1 - offset, captures: true, name: pattern.slice(nameAt, end) };
}
