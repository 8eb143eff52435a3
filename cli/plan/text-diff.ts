import { diffArrays } from 'diff';
import { sorted } from './digest';
import { cutPair, visible } from './show';

export interface TextDiff {
  /** Each with ` `, `+` or `-` before it; `@@` stands for lines that are equal on both sides. */
  readonly lines: readonly string[];
  readonly added: number;
  readonly removed: number;
}

/** Lines around a difference. */
const CONTEXT = 3;
/** Differing lines that are looked for: the time needed grows with their square. Beyond that all lines count as different. */
const MOST_EDITS = 400;
/** Lines of one side that are compared. */
const MOST_LINES = 100_000;
/** Lines that are kept of a diff. */
const MOST_SHOWN = 400;
/** Characters that are kept of a line. */
const LONGEST_LINE = 240;

/**
 * Compares two values by lines: JSON documents pretty-printed with sorted keys, so that order and white space make no
 * difference, others as they are. `null` has no lines.
 */
export function contextualDiff(before: unknown, after: unknown): TextDiff {
  const diff = diffLines(linesOf(before, true), linesOf(after, true));
  if (diff.added + diff.removed > 0) return diff;
  // Equal as documents: the texts differ in order and white space, or in numbers that JavaScript cannot hold.
  const texts = diffLines(linesOf(before, false), linesOf(after, false));
  return { ...texts, lines: [' (the same document, written differently)', ...texts.lines] };
}

function diffLines(before: readonly string[], after: readonly string[]): TextDiff {
  const chunks = compare(before, after) ?? [
    { value: before, removed: true },
    { value: after, added: true },
  ];
  const lines = chunks.flatMap(({ value, added, removed }, index) => {
    if (added) return value.map((line) => `+${line}`);
    if (removed) return value.map((line) => `-${line}`);
    return context(value, index > 0, index < chunks.length - 1);
  });
  const count = (side: 'added' | 'removed') =>
    chunks.reduce((sum, chunk) => sum + (side in chunk && chunk[side] ? chunk.value.length : 0), 0);
  const shown = cutLines(lines.slice(0, MOST_SHOWN));
  const left = lines.length - shown.length;
  return {
    lines: left > 0 ? [...shown, `@@ ${left} more lines @@`] : shown,
    added: count('added'),
    removed: count('removed'),
  };
}

interface Chunk {
  readonly value: readonly string[];
  readonly added?: boolean;
  readonly removed?: boolean;
}

/** `undefined` when that would take too long. */
function compare(before: readonly string[], after: readonly string[]): readonly Chunk[] | undefined {
  if (Math.max(before.length, after.length) > MOST_LINES) return undefined;
  return diffArrays([...before], [...after], {
    maxEditLength: MOST_EDITS,
    // An item that becomes the last of its list has lost nothing but its comma.
    comparator: (one, other) => one === other || one.replace(/,$/, '') === other.replace(/,$/, ''),
  });
}

/** The lines next to a difference, of lines that are equal. */
function context(lines: readonly string[], isAfter: boolean, isBefore: boolean): string[] {
  const head = isAfter ? CONTEXT : 0;
  const tail = isBefore ? CONTEXT : 0;
  const shown = (some: readonly string[]) => some.map((line) => ` ${line}`);
  if (lines.length <= head + tail) return shown(lines);
  const end = shown(lines.slice(lines.length - tail));
  return [...shown(lines.slice(0, head)), ...(isAfter && isBefore ? ['@@'] : []), ...end];
}

/** Long lines are cut where a removed one and the added one in its place differ. */
function cutLines(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const removed = run(lines, index, '-');
    const added = run(lines, index + removed, '+');
    if (removed + added === 0) result.push(...cutPair(lines[index++] ?? '', '', LONGEST_LINE).slice(0, 1));
    else {
      const pairs = Array.from({ length: Math.max(removed, added) }, (_, n) =>
        cutPair(
          n < removed ? (lines[index + n]?.slice(1) ?? '') : '',
          n < added ? (lines[index + removed + n]?.slice(1) ?? '') : '',
          LONGEST_LINE,
        ),
      );
      result.push(
        ...pairs.slice(0, removed).map(([old]) => `-${old}`),
        ...pairs.slice(0, added).map(([, now]) => `+${now}`),
      );
      index += removed + added;
    }
  }
  return result;
}

function run(lines: readonly string[], from: number, sign: string): number {
  let length = 0;
  while (lines[from + length]?.startsWith(sign)) length += 1;
  return length;
}

function linesOf(value: unknown, asDocument: boolean): string[] {
  if (value === null || value === undefined) return [];
  const document = asDocument ? pretty(value) : undefined;
  return (
    visible(document ?? (typeof value === 'string' ? value : JSON.stringify(value, null, 2)))
      .split('\n')
      // A last line without line feed is a line like the others.
      .filter((line, index, all) => line !== '' || index < all.length - 1)
  );
}

function pretty(value: unknown): string | undefined {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return typeof parsed === 'object' && parsed !== null ? JSON.stringify(sorted(parsed), null, 2) : undefined;
  } catch {
    return undefined;
  }
}
