import { conditionsBetween, Op, type Program } from './program';
import { NOWHERE, ROW_OF_MARKED, StateTable, UNKNOWN } from './state-table';
import { codePointAt, unitsOf } from './units';

/** Whether a match may still begin: none does once one has been found. */
const SETTLED = 0;
const SEARCHING = 1;

/**
 * Finds where a match ends: a deterministic automaton whose states are made as texts ask for them. A state is the kind of
 * the character before it, whether a match may still begin, and instructions in the order of preference, so that the end is
 * that of the match which Go's `regexp` prefers.
 */
export class Forward {
  private readonly states: StateTable;
  private readonly seen: Int32Array;
  private readonly seenNext: Int32Array;
  private stamp = 0;
  /** How many characters have been read in all. */
  read = 0;
  private readonly stack: number[] = [];

  constructor(private readonly program: Program) {
    this.states = new StateTable(program.alphabet.letters + 1);
    this.seen = new Int32Array(program.size);
    this.seenNext = new Int32Array(program.size);
  }

  /** The end of the match that begins first, at or after a place; -1 when there is none. With `any`, of any match. */
  find(text: string, from: number, any: boolean): number {
    const { narrow, letterOf, letters, kind } = this.program.alphabet;
    const { length } = text;
    const units = unitsOf(text);
    let end = -1;
    let row = this.states.rowOf([this.leftKind(text, from, kind), SEARCHING]);
    let { next } = this.states;
    for (let at = from; at < length; ) {
      const unit = units[at] as number;
      let after = at + 1;
      let letter: number;
      if (unit < 256) letter = narrow[unit] as number;
      else {
        const code = codePointAt(units, at, length);
        if (code > 0xffff) after++;
        letter = letterOf(code);
      }
      let step = next[row + letter] as number;
      if (step < 0) {
        if (step === UNKNOWN) {
          step = this.step(row, letter);
          next = this.states.next;
        }
        if (step === NOWHERE) {
          this.read += at - from;
          return end;
        }
        if (step < 0) {
          end = at;
          step = ROW_OF_MARKED - step;
          if (any || step === 0) {
            this.read += at - from;
            return end;
          }
        }
      }
      row = step;
      at = after;
    }
    this.read += length - from;
    let step = next[row + letters] as number;
    if (step === UNKNOWN) step = this.step(row, letters);
    return step <= ROW_OF_MARKED ? length : end;
  }

  private leftKind(text: string, from: number, kind: Uint8Array): number {
    const { alphabet, asserts } = this.program;
    if (!asserts) return 0;
    return from === 0
      ? (kind[alphabet.letters] as number)
      : (kind[alphabet.letterOf(text.charCodeAt(from - 1))] as number);
  }

  /** The transition of a row by a letter; marked when a match ends before the letter. */
  private step(row: number, letter: number): number {
    const { program, seen, seenNext } = this;
    const { op, arg, out, alphabet } = program;
    const key = this.states.keyOf(row);
    const [leftKind = 0, searching = 0] = key;
    const rightKind = alphabet.kind[letter] as number;
    const conditions = program.asserts ? conditionsBetween(leftKind, rightKind) : 0;
    const isEnd = letter === alphabet.letters;
    const stamp = ++this.stamp;
    const nextKey = [rightKind, SETTLED];
    let matched = false;
    const seeds = key.length + searching;
    for (let index = 2; index < seeds && !matched; index++) {
      const stack = this.stack;
      stack.length = 0;
      stack.push(index < key.length ? (key[index] as number) : program.start);
      while (stack.length > 0) {
        const pc = stack.pop() as number;
        if (seen[pc] === stamp) continue;
        seen[pc] = stamp;
        switch (op[pc]) {
          case Op.Split:
            stack.push(arg[pc] as number, out[pc] as number);
            break;
          case Op.Pass:
            stack.push(out[pc] as number);
            break;
          case Op.Assert:
            if (((arg[pc] as number) & ~conditions) === 0) stack.push(out[pc] as number);
            break;
          case Op.Char: {
            const to = out[pc] as number;
            if (isEnd || seenNext[to] === stamp || !alphabet.contains[(arg[pc] as number) * alphabet.letters + letter])
              break;
            seenNext[to] = stamp;
            nextKey.push(to);
            break;
          }
          case Op.Match:
            matched = true;
            stack.length = 0;
            break;
        }
      }
    }
    if (searching && !matched) nextKey[1] = SEARCHING;
    const isDead = isEnd || (nextKey.length === 2 && nextKey[1] === SETTLED);
    // A table that grew too large is begun anew; the state that led here is then gone, and nothing is kept for it.
    const cleared = this.states.isFull();
    if (cleared) this.states.clear();
    const step = this.states.transition(isDead ? 0 : this.states.rowOf(nextKey), matched);
    if (!cleared) this.states.next[row + letter] = step;
    return step;
  }
}
