import type { Path } from './state';
import { isMap, type StateMap, type Value } from './values';

/** Where a value came from: statements by index, the one that made it first, then those that moved it. */
export type Trail = readonly number[];

/** What is known of the values at and below a path. */
interface Origin {
  trail: Trail;
  children?: Map<string, Origin>;
}

/**
 * Follows a log through a parser: who wrote which path, which statements and branches ran, which tokens were read. It is
 * there only when somebody asks; a run without one pays a test for undefined.
 */
export class Trace {
  /** How often each statement ran, by index. */
  readonly statements: number[];
  /** How often each statement failed and was caught, by index. */
  readonly failures: number[];
  /** How often each branch of an `if` was taken, `else` last, or a loop's body was run; by the statement's index. */
  readonly branches = new Map<number, number[]>();
  /** Dotted names of tokens that were read. */
  readonly reads = new Set<string>();
  /** Dotted names of what extraction filters took out of the log, lists as `[]`. */
  readonly extracted = new Set<string>();
  private readonly origins: Origin = { trail: [] };
  /** By a loop's variable: where its element stands. */
  private readonly aliases = new Map<string, readonly string[]>();
  /** The statement that runs. */
  private current = -1;

  constructor(size: number) {
    this.statements = new Array<number>(size).fill(0);
    this.failures = new Array<number>(size).fill(0);
  }

  ran(index: number): void {
    this.current = index;
    this.statements[index] = (this.statements[index] ?? 0) + 1;
  }

  failed(index: number): void {
    this.failures[index] = (this.failures[index] ?? 0) + 1;
  }

  took(index: number, branch: number): void {
    let counts = this.branches.get(index);
    if (counts === undefined) {
      counts = [];
      this.branches.set(index, counts);
    }
    counts[branch] = (counts[branch] ?? 0) + 1;
  }

  /** What is read through a loop's variable counts as read where it stands. */
  read(path: Path): void {
    const [first = '', ...rest] = path.segments;
    const source = this.aliases.get(first);
    this.reads.add((source === undefined ? path.segments : [...source, ...rest]).join('.'));
  }

  /** A statement made the value at a path. */
  wrote(path: Path): void {
    this.aliases.delete(path.name);
    this.put(path.segments, { trail: [this.current] });
  }

  /** A statement changed the value at a path in place. */
  changed(path: Path): void {
    const before = this.find(path.segments);
    this.put(path.segments, { trail: this.extend(before?.trail) });
  }

  moved(from: Path, to: Path): void {
    const origin = this.copyOf(from.segments);
    this.remove(from.segments);
    this.put(to.segments, origin);
  }

  copied(from: Path, to: Path): void {
    this.put(to.segments, this.copyOf(from.segments));
  }

  /** A value was put behind the end of a list: at `index`. `element`: which element of a list it was. */
  appended(from: Path, to: Path, index: number, element?: number): void {
    const segments = element === undefined ? from.segments : [...from.segments, String(element)];
    this.put([...to.segments, String(index)], this.copyOf(segments));
  }

  removed(path: Path): void {
    this.remove(path.segments);
  }

  /** A loop's variable took up an element. */
  bound(variable: Path, source: readonly string[]): void {
    const [first = '', ...rest] = source;
    const outer = first === variable.name ? undefined : this.aliases.get(first);
    // Loops that take up each other's variables would name ever deeper places.
    this.aliases.set(variable.name, [...(outer === undefined || outer.length > 50 ? [first] : outer), ...rest]);
    const origin = this.find(source);
    this.put(variable.segments, origin === undefined ? { trail: [this.current] } : clone(origin));
  }

  /** An extraction filter put a map's entries into the state at a path. */
  merged(at: readonly string[], source: StateMap): void {
    for (const key of Object.keys(source)) {
      this.put([...at, key], { trail: [this.current] });
      this.note([...at, key].join('.'), source[key] ?? null, 0);
    }
  }

  /** The statements behind a value, or else behind what holds it; undefined when the parser made neither. */
  trail(path: readonly string[]): Trail | undefined {
    let current: Origin | undefined = this.origins;
    let trail: Trail = [];
    for (const segment of path) {
      current = current.children?.get(segment);
      if (current === undefined) break;
      if (current.trail.length > 0) trail = current.trail;
    }
    return trail.length === 0 ? undefined : trail;
  }

  private note(name: string, value: Value, depth: number): void {
    if (depth > 20 || this.extracted.size > 100_000) return;
    if (Array.isArray(value)) {
      for (const item of value) this.note(`${name}[]`, item, depth + 1);
    } else if (isMap(value)) {
      for (const [key, item] of Object.entries(value)) this.note(`${name}.${key}`, item, depth + 1);
    } else this.extracted.add(name);
  }

  private extend(trail: Trail | undefined): Trail {
    if (trail === undefined) return [this.current];
    // A value that a loop changes over and over: its end tells enough.
    if (trail.at(-1) === this.current) return trail;
    return trail.length > 20 ? [...trail.slice(0, 1), ...trail.slice(-18), this.current] : [...trail, this.current];
  }

  private copyOf(segments: readonly string[]): Origin {
    const origin = this.find(segments);
    if (origin === undefined) return { trail: [this.current] };
    const copy = clone(origin);
    this.stamp(copy);
    return copy;
  }

  /** Adds the running statement to every trail of a subtree. */
  private stamp(origin: Origin): void {
    origin.trail = origin.trail.length === 0 ? origin.trail : this.extend(origin.trail);
    for (const child of origin.children?.values() ?? []) this.stamp(child);
  }

  /** The nearest thing known at or above a path; what lies below it counts only when it is the path itself. */
  private find(segments: readonly string[]): Origin | undefined {
    let current = this.origins;
    for (const segment of segments) {
      const next = current.children?.get(segment);
      if (next === undefined) return current === this.origins ? undefined : { trail: current.trail };
      current = next;
    }
    return current;
  }

  private put(segments: readonly string[], origin: Origin): void {
    let current = this.origins;
    for (const segment of segments.slice(0, -1)) {
      current.children ??= new Map();
      let next = current.children.get(segment);
      if (next === undefined) {
        next = { trail: [] };
        current.children.set(segment, next);
      }
      current = next;
    }
    current.children ??= new Map();
    current.children.set(segments.at(-1) ?? '', origin);
  }

  private remove(segments: readonly string[]): void {
    let current = this.origins;
    for (const segment of segments.slice(0, -1)) {
      const next = current.children?.get(segment);
      if (next === undefined) return;
      current = next;
    }
    current.children?.delete(segments.at(-1) ?? '');
  }
}

function clone(origin: Origin): Origin {
  const copy: Origin = { trail: origin.trail };
  if (origin.children !== undefined)
    copy.children = new Map([...origin.children].map(([key, child]) => [key, clone(child)]));
  return copy;
}
