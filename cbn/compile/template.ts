import { Failure, type Run } from '../run';
import { get, type Path, toPath } from '../state';
import { formatNumber, isNumber, typeOf, type Value } from '../values';

/** A text with tokens in it, such as `QID: %{a.qid}`. */
export interface Template {
  /** A failure when a token is not set or no text. */
  text(run: Run): string | Failure;
}

type Part = string | Reference;

/** Paths made at run time that a reference remembers. */
const REMEMBERED = 1000;

/** A token whose name may hold tokens: `a.%{b}`. A class, for its `resolve` to be inlined where almost all are fixed. */
export class Reference {
  private known: Map<string, Path> | undefined;

  /**
   * @param written as it is written
   * @param fixed its path, when its name holds no tokens
   * @param parts of its name
   */
  constructor(
    readonly written: string,
    private readonly fixed: Path | undefined,
    private readonly parts: readonly Part[],
  ) {}

  /** Its path; undefined when a token within its name is not set. */
  resolve(run: Run): Path | undefined {
    return this.fixed ?? this.make(run);
  }

  private make(run: Run): Path | undefined {
    const name = join(this.parts, run, true);
    if (name instanceof Failure) return undefined;
    this.known ??= new Map();
    const { known } = this;
    let path = known.get(name);
    if (path === undefined) {
      path = toPath(name);
      if (known.size >= REMEMBERED) known.clear();
      known.set(name, path);
    }
    return path;
  }
}

export function compileReference(written: string): Reference {
  return written.includes('%{')
    ? new Reference(written, undefined, split(written))
    : new Reference(written, toPath(written), []);
}

/** A reference that may be written as an interpolation of its own: `"%{tok}"` is the token tok. */
export function compileSource(written: string): Reference {
  const whole = /^%\{((?:[^{}]|%\{[^{}]*\})*)\}$/.exec(written.trim());
  return compileReference(whole?.[1] ?? written);
}

/** @param scalars whether numbers and truth values count as text in any case */
export function compileTemplate(text: string, scalars = false): Template {
  if (!text.includes('%{')) return new Constant(text);
  const parts = split(text);
  const [only] = parts;
  return parts.length === 1 && only instanceof Reference ? new Token(only, scalars) : new Joined(parts, scalars);
}

class Constant implements Template {
  constructor(private readonly written: string) {}

  text(): string {
    return this.written;
  }
}

class Token implements Template {
  constructor(
    private readonly reference: Reference,
    private readonly scalars: boolean,
  ) {}

  text(run: Run): string | Failure {
    return textOf(this.reference, run, this.scalars);
  }
}

class Joined implements Template {
  constructor(
    private readonly parts: readonly Part[],
    private readonly scalars: boolean,
  ) {}

  text(run: Run): string | Failure {
    return join(this.parts, run, this.scalars);
  }
}

function join(parts: readonly Part[], run: Run, scalars: boolean): string | Failure {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const inner = textOf(part, run, scalars);
    if (typeof inner !== 'string') return inner;
    text += inner;
  }
  return text;
}

function textOf(reference: Reference, run: Run, scalars: boolean): string | Failure {
  const path = reference.resolve(run);
  if (path === undefined) return new Failure('field-not-set', `source field "${reference.written}": field not set`);
  const value = get(run.root, path);
  if (run.trace !== undefined) run.trace.read(path);
  if (typeof value === 'string') return value;
  if (value === undefined) return new Failure('field-not-set', `source field "${path.name}": field not set`);
  if ((scalars || run.options.interpolateScalars) && isScalar(value))
    return isNumber(value) ? formatNumber(value) : String(value);
  return new Failure(
    'not-a-string',
    `source field "${path.name}": value of type ${typeOf(value)} is not a string`,
    value,
  );
}

function isScalar(value: Value): value is string | number | bigint | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || isNumber(value);
}

/** Cuts a text at its `%{…}`, which may nest. An opening that never closes is text. */
function split(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let at = text.indexOf('%{'); at >= 0; at = text.indexOf('%{', from)) {
    const close = closing(text, at + 2);
    if (close === undefined) break;
    if (at > from) parts.push(text.slice(from, at));
    const inner = text.slice(at + 2, close).trim();
    parts.push(inner === '' ? '' : compileReference(inner));
    from = close + 1;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '%' && text[at + 1] === '{') depth += 1;
    else if (text[at] === '}') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
}
