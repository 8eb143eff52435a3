import { conditionsBetween, Op, type Program } from './program';
import { NOWHERE, ROW_OF_MARKED, StateTable, UNKNOWN } from './state-table';
import { codePointAt, unitsOf } from './units';

/** A longer trail than this is not kept for the next text. */
const LONGEST_KEPT = 1 << 16;

/**
 * Reads a text from the end of a match to the left: finds where the match begins, and tells for each place which
 * instructions lead to that end from there. A state is the set of instructions that take the character at its place, or
 * the match itself at the end.
 */
export class Backward {
  /** Row at each place of the last `find`, by its distance from `from`. */
  trail = new Int32Array(0);
  private readonly states: StateTable;
  /** Instructions that lead to an instruction without taking a character, and those that do by taking one. */
  private readonly passing: readonly (readonly number[])[];
  private readonly taking: readonly (readonly number[])[];
  private readonly matches: readonly number[];
  private readonly alive: Int32Array;
  private stamp = 0;

  constructor(private readonly program: Program) {
    this.states = new StateTable(program.alphabet.letters + 1);
    this.alive = new Int32Array(program.size);
    const passing: number[][] = Array.from({ length: program.size }, () => []);
    const taking: number[][] = Array.from({ length: program.size }, () => []);
    for (let pc = 0; pc < program.size; pc++) {
      const op = program.op[pc];
      if (op === Op.Fail || op === Op.Match) continue;
      (op === Op.Char ? taking : passing)[program.out[pc] as number]?.push(pc);
      if (op === Op.Split) passing[program.arg[pc] as number]?.push(pc);
    }
    this.passing = passing;
    this.taking = taking;
    this.matches = [...program.op.keys()].filter((pc) => program.op[pc] === Op.Match);
  }

  /**
   * The leftmost place from `from` on at which a match that ends at `end` begins; -1 when the states have grown too many
   * to tell.
   */
  find(text: string, from: number, end: number): number {
    const { narrow, letterOf, letters, kind } = this.program.alphabet;
    if (this.states.isFull()) {
      this.states.clear();
      this.cleared?.();
    }
    const units = unitsOf(text);
    const trail = this.roomFor(end - from + 1);
    const rightLetter = end === text.length ? letters : letterOf(codePointAt(units, end, text.length));
    const rightKind = this.program.asserts ? (kind[rightLetter] as number) : 0;
    let row = this.states.rowOf([rightKind, ...this.matches]);
    let begin = -1;
    let { next } = this.states;
    for (let at = end; at >= from; ) {
      trail[at - from] = row;
      let letter = letters;
      let before = at - 1;
      if (at > 0) {
        const unit = units[before] as number;
        if (unit < 256) letter = narrow[unit] as number;
        else {
          const wide = before > 0 ? codePointAt(units, before - 1, at) : 0;
          if (wide > 0xffff) before--;
          letter = letterOf(wide > 0xffff ? wide : unit);
        }
      }
      let step = next[row + letter] as number;
      if (step < 0) {
        if (step === UNKNOWN) {
          step = this.step(row, letter);
          if (step === UNKNOWN) return -1;
          next = this.states.next;
        }
        if (step === NOWHERE) break;
        if (step < 0) {
          begin = at;
          step = ROW_OF_MARKED - step;
          if (step === 0) break;
        }
      }
      row = step;
      at = before;
    }
    return begin;
  }

  /** Called when the states are forgotten: what is kept by their numbers must be, too. */
  cleared?: () => void;

  /** Whether an instruction takes the character at a place in that state, and leads to the end. */
  takes(row: number, pc: number): boolean {
    const key = this.states.keyOf(row);
    return key.indexOf(pc, 1) > 0;
  }

  rightKindOf(row: number): number {
    return this.states.keyOf(row)[0] as number;
  }

  private roomFor(places: number): Int32Array {
    if (this.trail.length < places || (this.trail.length > LONGEST_KEPT && places <= LONGEST_KEPT))
      this.trail = new Int32Array(Math.max(256, places + (places >> 1)));
    return this.trail;
  }

  /** The transition of a row by the letter to the left; marked when a match begins before it; `UNKNOWN` when the table is full. */
  private step(row: number, letter: number): number {
    const { program, alive, passing, taking } = this;
    const { op, arg, alphabet } = program;
    const key = this.states.keyOf(row);
    const leftKind = alphabet.kind[letter] as number;
    const conditions = program.asserts ? conditionsBetween(leftKind, key[0] as number) : 0;
    const stamp = ++this.stamp;
    const found: number[] = [];
    for (let index = 1; index < key.length; index++) {
      alive[key[index] as number] = stamp;
      found.push(key[index] as number);
    }
    for (let index = 0; index < found.length; index++) {
      for (const pc of passing[found[index] as number] as readonly number[]) {
        if (alive[pc] === stamp) continue;
        if (op[pc] === Op.Assert && ((arg[pc] as number) & ~conditions) !== 0) continue;
        alive[pc] = stamp;
        found.push(pc);
      }
    }
    const begins = alive[program.start] === stamp;
    const nextKey: number[] = [];
    if (letter !== alphabet.letters)
      for (const to of found)
        for (const pc of taking[to] as readonly number[])
          if (alphabet.contains[(arg[pc] as number) * alphabet.letters + letter]) nextKey.push(pc);
    nextKey.sort((a, b) => a - b);
    if (nextKey.length > 0 && this.states.isFull()) return UNKNOWN;
    const step = this.states.transition(nextKey.length === 0 ? 0 : this.states.rowOf([leftKind, ...nextKey]), begins);
    this.states.next[row + letter] = step;
    return step;
  }
}
