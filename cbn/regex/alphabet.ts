/** Kinds of characters for assertions. `END` is beyond the text, at either side. */
export const OTHER = 0;
export const WORD = 1;
export const NEWLINE = 2;
export const END = 3;

const NARROW = 256;

/**
 * The letters of a program: characters that no set of it tells apart are one letter. The letter after the last one
 * stands for the end of the text.
 */
export interface Alphabet {
  /** How many letters there are, without that for the end. */
  readonly letters: number;
  /** Letters of the code points below 256. */
  readonly narrow: Uint16Array;
  letterOf(codePoint: number): number;
  /** By letter, the end included: `OTHER` everywhere when the program has no assertion. */
  readonly kind: Uint8Array;
  /** Whether a letter belongs to a set, by `set * letters + letter`. */
  readonly contains: Uint8Array;
}

const WORD_RANGES = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const NEWLINE_RANGES = [0x0a, 0x0a];

/**
 * @param sets ranges of code points, first and last in turn, ascending
 * @param asserts whether letters must also tell word characters and line ends apart
 */
export function buildAlphabet(sets: readonly (readonly number[])[], asserts: boolean): Alphabet {
  const told = asserts ? [...sets, WORD_RANGES, NEWLINE_RANGES] : sets;
  const bounds = new Set([0]);
  for (const ranges of told)
    for (let at = 0; at < ranges.length; at += 2) bounds.add(ranges[at] ?? 0).add((ranges[at + 1] ?? 0) + 1);
  const starts = Int32Array.from([...bounds].filter((bound) => bound <= 0x10ffff)).sort();

  const letterByMembers = new Map<string, number>();
  const members: Uint8Array[] = [];
  const letters = new Uint16Array(starts.length);
  const cursors = new Int32Array(told.length);
  for (const [index, start] of starts.entries()) {
    const belongs = new Uint8Array(told.length);
    for (const [set, ranges] of told.entries()) {
      let at = cursors[set] ?? 0;
      while (at < ranges.length && (ranges[at + 1] ?? 0) < start) at += 2;
      cursors[set] = at;
      belongs[set] = at < ranges.length && (ranges[at] ?? 0) <= start ? 1 : 0;
    }
    const key = belongs.join('');
    let letter = letterByMembers.get(key);
    if (letter === undefined) {
      letter = members.length;
      letterByMembers.set(key, letter);
      members.push(belongs);
    }
    letters[index] = letter;
  }

  const letterOf = (codePoint: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= codePoint) low = middle;
      else high = middle - 1;
    }
    return letters[low] as number;
  };
  const kind = new Uint8Array(members.length + 1);
  const contains = new Uint8Array(sets.length * members.length);
  for (const [letter, belongs] of members.entries()) {
    if (asserts) kind[letter] = belongs[sets.length] ? WORD : belongs[sets.length + 1] ? NEWLINE : OTHER;
    for (let set = 0; set < sets.length; set++) contains[set * members.length + letter] = belongs[set] as number;
  }
  if (asserts) kind[members.length] = END;
  return {
    letters: members.length,
    narrow: Uint16Array.from({ length: NARROW }, (_, codePoint) => letterOf(codePoint)),
    letterOf,
    kind,
    contains,
  };
}
