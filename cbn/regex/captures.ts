import { CbnError } from '../errors';
import type { Backward } from './backward';
import { conditionsBetween, Op, type Program } from './program';
import { codePointAt, unitsOf } from './units';

/** Steps that are kept for one pattern: 1.5 MB. */
const MOST_STEPS = 1 << 16;
const FEWEST_STEPS = 1 << 8;

const MATCHED = -1;

/**
 * Follows the preferred way through a program from the begin of a match to its known end. `Backward` has told for each
 * place which instructions lead to that end, so that the first way in the order of preference which it admits is the right
 * one, and none is ever taken back: the time is that of one look-up a character.
 */
export class Captures {
  /** Open hash table of three numbers each: row, instruction and kind, step plus one. */
  private steps = new Int32Array(3 * FEWEST_STEPS);
  private readonly nextPc: number[] = [];
  private readonly slotsSet: (readonly number[] | undefined)[] = [];
  private readonly seen: Int32Array;
  private stamp = 0;

  constructor(
    private readonly program: Program,
    private readonly backward: Backward,
  ) {
    this.seen = new Int32Array(program.size);
    backward.cleared = () => this.clear();
  }

  /** Places by slot, -1 where a group took no part. `from` is where `Backward` ended. */
  find(text: string, from: number, begin: number, end: number): Int32Array {
    const { program, backward } = this;
    const { alphabet, asserts } = program;
    const { trail } = backward;
    const slots = new Int32Array(program.slots).fill(-1);
    slots[0] = begin;
    slots[1] = end;
    if (program.slots === 2) return slots;
    let pc = program.start;
    let leftKind = 0;
    if (asserts)
      leftKind = begin === 0 ? (alphabet.kind[alphabet.letters] as number) : this.kindOf(text.charCodeAt(begin - 1));
    const units = unitsOf(text);
    let lastRow = -1;
    let lastKey = -1;
    let step = -1;
    for (let at = begin; ; ) {
      const row = trail[at - from] as number;
      const key = pc * 4 + leftKind;
      if (row !== lastRow || key !== lastKey) step = this.stepOf(row, key);
      lastRow = row;
      lastKey = key;
      const set = this.slotsSet[step];
      if (set !== undefined) for (let index = 0; index < set.length; index++) slots[set[index] as number] = at;
      pc = this.nextPc[step] as number;
      if (pc === MATCHED) return slots;
      const code = codePointAt(units, at, end);
      if (asserts) leftKind = this.kindOf(code);
      at += code > 0xffff ? 2 : 1;
    }
  }

  private kindOf(codePoint: number): number {
    const { alphabet } = this.program;
    return alphabet.kind[alphabet.letterOf(codePoint)] as number;
  }

  private clear(): void {
    this.steps.fill(0);
    this.nextPc.length = 0;
    this.slotsSet.length = 0;
  }

  private stepOf(row: number, key: number): number {
    const { steps } = this;
    const entries = steps.length / 3;
    let entry = hashOf(row, key);
    for (; ; entry++) {
      const place = (entry & (entries - 1)) * 3;
      const step = steps[place + 2] as number;
      if (step === 0) break;
      if (steps[place] === row && steps[place + 1] === key) return step - 1;
    }
    if (this.nextPc.length * 2 >= entries) {
      this.grow();
      return this.stepOf(row, key);
    }
    const step = this.step(row, key >> 2, key & 3);
    const place = (entry & (entries - 1)) * 3;
    steps[place] = row;
    steps[place + 1] = key;
    steps[place + 2] = step + 1;
    return step;
  }

  private grow(): void {
    if (this.nextPc.length >= MOST_STEPS) {
      this.clear();
      return;
    }
    const old = this.steps;
    this.steps = new Int32Array(2 * old.length);
    const entries = this.steps.length / 3;
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] === 0) continue;
      let entry = hashOf(old[at] as number, old[at + 1] as number);
      while (this.steps[(entry & (entries - 1)) * 3 + 2] !== 0) entry++;
      this.steps.set(old.subarray(at, at + 3), (entry & (entries - 1)) * 3);
    }
  }

  private step(row: number, from: number, leftKind: number): number {
    const { program, backward, seen } = this;
    const { op, arg, out } = program;
    const conditions = program.asserts ? conditionsBetween(leftKind, backward.rightKindOf(row)) : 0;
    const stamp = ++this.stamp;
    // Ways not yet tried, each with how many slots were set before it.
    const stack = [from, 0];
    const set: number[] = [];
    while (stack.length > 0) {
      set.length = stack.pop() as number;
      const pc = stack.pop() as number;
      if (seen[pc] === stamp) continue;
      seen[pc] = stamp;
      switch (op[pc]) {
        case Op.Split:
          stack.push(arg[pc] as number, set.length, out[pc] as number, set.length);
          break;
        case Op.Pass:
          if ((arg[pc] as number) >= 0) set.push(arg[pc] as number);
          stack.push(out[pc] as number, set.length);
          break;
        case Op.Assert:
          if (((arg[pc] as number) & ~conditions) === 0) stack.push(out[pc] as number, set.length);
          break;
        case Op.Char:
          if (backward.takes(row, pc)) return this.keep(out[pc] as number, set);
          break;
        case Op.Match:
          if (backward.takes(row, pc)) return this.keep(MATCHED, set);
          break;
      }
    }
    throw new CbnError('regex', 'a match was found whose way is unknown: a defect of the engine');
  }

  private keep(next: number, set: readonly number[]): number {
    this.nextPc.push(next);
    this.slotsSet.push(set.length === 0 ? undefined : [...set]);
    return this.nextPc.length - 1;
  }
}

function hashOf(row: number, key: number): number {
  return Math.imul(row ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b) >>> 8;
}
