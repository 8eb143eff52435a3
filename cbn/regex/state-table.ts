/** Transitions that an automaton keeps, and numbers of its states' lists: 1 MB each. */
const MOST_CELLS = 1 << 18;

/**
 * A transition is the row that it leads to, so that the common case is one comparison; all else is below zero: not known
 * yet, leading nowhere, or marked, which is to the row `ROW_OF_MARKED - transition`.
 */
export const UNKNOWN = -1;
export const NOWHERE = -2;
export const ROW_OF_MARKED = -3;

/** The states of an automaton, known by a list of numbers each. The first has no way out. Rows of transitions by letter. */
export class StateTable {
  next = new Int32Array(0);
  private ids = new Map<string, number>();
  private keys: (readonly number[])[] = [];
  private listed = 0;

  constructor(private readonly width: number) {
    this.clear();
  }

  /** Whether it should be cleared before another state is added. */
  isFull(): boolean {
    return this.keys.length > 2 && Math.max((this.keys.length + 1) * this.width, this.listed) > MOST_CELLS;
  }

  clear(): void {
    this.next = new Int32Array(16 * this.width).fill(UNKNOWN);
    this.next.fill(NOWHERE, 0, this.width);
    this.ids = new Map();
    this.keys = [];
    this.listed = 0;
    this.rowOf([]);
  }

  /** Where the row of a state begins. */
  rowOf(key: readonly number[]): number {
    const name = nameOf(key);
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.keys.length;
    const row = id * this.width;
    this.ids.set(name, row);
    this.keys.push(key);
    this.listed += key.length;
    if (row + this.width > this.next.length) {
      const grown = new Int32Array(2 * this.next.length).fill(UNKNOWN);
      grown.set(this.next);
      this.next = grown;
    }
    return row;
  }

  keyOf(row: number): readonly number[] {
    return this.keys[row / this.width] as readonly number[];
  }

  /** The transition to a row, 0 for nowhere. */
  transition(row: number, marked: boolean): number {
    return marked ? ROW_OF_MARKED - row : row === 0 ? NOWHERE : row;
  }
}

function nameOf(key: readonly number[]): string {
  // Shorter and quicker than digits, as long as every number is one UTF-16 unit and the list one call's arguments.
  return key.length < 4096 && key.every((part) => part < 0x10000) ? String.fromCharCode(...key) : key.join();
}
