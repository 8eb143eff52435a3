import type { RE2JS } from 're2js';
import { type Alphabet, buildAlphabet, END, NEWLINE, WORD } from './alphabet';
import { foldedRunes } from './case-folding';

/** What an instruction of a program does. */
export const Op = { Fail: 0, Split: 1, Pass: 2, Assert: 3, Char: 4, Match: 5 } as const;

/** Empty-width conditions, as bits: those of `syntax.EmptyOp` of Go. */
export const Empty = { BeginLine: 1, EndLine: 2, BeginText: 4, EndText: 8, Word: 16, NoWord: 32 } as const;

/**
 * What re2js compiled a pattern to, laid out for the automata: an instruction is an index into the arrays. It is the
 * program of Go's `regexp`: its order of alternatives is the order of preference among matches.
 */
export interface Program {
  readonly size: number;
  readonly start: number;
  readonly op: Uint8Array;
  /** Where an instruction leads. */
  readonly out: Int32Array;
  /** The second way of a split; the slot that a pass sets, -1 for none; the conditions of an assertion; the set of a char. */
  readonly arg: Int32Array;
  /** Two for each group, that of the whole match included. */
  readonly slots: number;
  readonly alphabet: Alphabet;
  /** Whether it looks at what stands before or after a place. */
  readonly asserts: boolean;
  /** What any match contains: a text without one of these has none. */
  readonly required: readonly string[];
  /** The text that is the only match, when the pattern has no sign of its own. */
  readonly literal?: string;
}

interface Re2Inst {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: Int32Array;
  matchRune(rune: number): boolean;
}
interface Re2Prefilter {
  readonly type: number;
  readonly subs: readonly Re2Prefilter[];
  readonly str: string;
}
interface Re2Program {
  readonly prog: { readonly inst: readonly Re2Inst[]; readonly start: number };
  readonly numSubexp: number;
  readonly prefilter: Re2Prefilter | null;
  readonly prefixComplete: boolean;
  readonly prefix: string;
}

const OPS: Record<number, number> = {
  1: Op.Split,
  2: Op.Split,
  3: Op.Pass,
  4: Op.Assert,
  5: Op.Fail,
  6: Op.Match,
  7: Op.Pass,
  8: Op.Char,
  9: Op.Char,
  10: Op.Char,
  11: Op.Char,
};
const CAPTURE = 3;
const RUNE = 8;
const RUNE_ANY = 10;
const RUNE_ANY_NOT_NL = 11;
const FOLD_CASE = 1;

export function programOf(compiled: RE2JS): Program {
  // The program is no part of the package's published types: its version is pinned, and the tests compare every
  // automaton's result with re2js' own.
  const { prog, numSubexp, prefilter, prefixComplete, prefix } = compiled.re2Input as unknown as Re2Program;
  const size = prog.inst.length;
  const op = new Uint8Array(size);
  const out = new Int32Array(size);
  const arg = new Int32Array(size);
  const sets: number[][] = [];
  const setIds = new Map<string, number>();
  let asserts = false;
  for (const [pc, inst] of prog.inst.entries()) {
    const kind = OPS[inst.op] ?? Op.Fail;
    op[pc] = kind;
    out[pc] = inst.out;
    arg[pc] = inst.op === CAPTURE || kind === Op.Split || kind === Op.Assert ? inst.arg : -1;
    asserts ||= kind === Op.Assert;
    if (kind !== Op.Char) continue;
    const ranges = rangesOf(inst);
    const key = ranges.join();
    let id = setIds.get(key);
    if (id === undefined) {
      id = sets.length;
      setIds.set(key, id);
      sets.push(ranges);
    }
    arg[pc] = id;
  }
  return {
    size,
    start: prog.start,
    op,
    out,
    arg,
    slots: 2 * (numSubexp + 1),
    alphabet: buildAlphabet(sets, asserts),
    asserts,
    required: prefilter === null ? [] : requiredOf(prefilter),
    ...(prefixComplete && numSubexp === 0 && prefix !== '' ? { literal: prefix } : {}),
  };
}

/** First and last code points of ranges, in ascending order. */
function rangesOf(inst: Re2Inst): number[] {
  if (inst.op === RUNE_ANY) return [0, 0x10ffff];
  if (inst.op === RUNE_ANY_NOT_NL) return [0, 9, 11, 0x10ffff];
  const [rune = 0] = inst.runes;
  if (inst.runes.length !== 1) return [...inst.runes];
  if (inst.op === RUNE && (inst.arg & FOLD_CASE) !== 0)
    return foldedRunes(rune, (candidate) => inst.matchRune(candidate)).flatMap((folded) => [folded, folded]);
  return [rune, rune];
}

function requiredOf(filter: Re2Prefilter): string[] {
  const EXACT = 1;
  const AND = 2;
  if (filter.type === EXACT) return [filter.str];
  // Longer words are rarer: they are looked for first.
  if (filter.type === AND) return filter.subs.flatMap(requiredOf).sort((a, b) => b.length - a.length);
  return [];
}

/** The conditions that hold between two characters, given by their kinds. */
export function conditionsBetween(left: number, right: number): number {
  const begin = left === END ? Empty.BeginText | Empty.BeginLine : left === NEWLINE ? Empty.BeginLine : 0;
  const end = right === END ? Empty.EndText | Empty.EndLine : right === NEWLINE ? Empty.EndLine : 0;
  return begin | end | ((left === WORD) !== (right === WORD) ? Empty.Word : Empty.NoWord);
}
