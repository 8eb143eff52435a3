import { RE2JS } from 're2js';
import { CbnError } from '../errors';
import { keeping } from '../kept';
import { Backward } from './backward';
import { Captures } from './captures';
import { Forward } from './forward';
import { scanGroups } from './pattern-scan';
import { type Program, programOf } from './program';
import { regexError } from './regex-error';
import { compileTemplate } from './template';

/** A compiled pattern: RE2's meaning as Go's `regexp` has it, unanchored, in time linear in the text. */
export interface Regex {
  readonly source: string;
  /** Names by group number; undefined for the whole match and for groups without one. */
  readonly groups: readonly (string | undefined)[];
  test(text: string): boolean;
  /** Captures by group number, 0 for the whole match; undefined where a group took no part. */
  find(text: string): (string | undefined)[] | undefined;
  /**
   * The same of every match, none of which overlaps another.
   * @throws CbnError `regex-work` as replaceAll
   */
  findAll(text: string): (string | undefined)[][];
  /**
   * Replaces every match; the template has Go's references: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar.
   * @throws CbnError `regex-work` when each of very many matches makes the rest of a long text be read again
   */
  replaceAll(text: string, template: string): string;
}

/** Characters that one replacement may read: a text of 4 MB a hundred times, which takes some seconds. */
const MOST_READ = 1 << 29;

/**
 * Compiles a pattern; the same pattern is compiled once. Groups are named by `(?P<name>…)` or `(?<name>…)`, and a name may
 * occur several times, as published parsers have it.
 * @throws CbnError `regex` with what RE2 refuses and where
 */
export const compileRegex = keeping((source): Regex => new AutomatonRegex(source));

/**
 * Words that stand in every text that a pattern matches, the longest first; a pattern may need none.
 * @param written the pattern as its author wrote it, for errors
 * @throws CbnError `regex` with what RE2 refuses and where
 */
export function requiredWords(source: string, written = source): readonly string[] {
  return programOf(compiledBy(source, scanGroups(source), written)).required;
}

/** Places by slot, two for each group: -1 where it took no part. */
type Slots = Int32Array | readonly number[];

class AutomatonRegex implements Regex {
  readonly groups: readonly (string | undefined)[];
  private readonly compiled: RE2JS;
  private readonly program: Program;
  private automata?: { readonly forward: Forward; readonly backward: Backward; readonly captures: Captures };

  constructor(readonly source: string) {
    const openings = scanGroups(source).filter(({ captures }) => captures);
    this.groups = [undefined, ...openings.map(({ name }) => name)];
    this.compiled = compiledBy(source, openings);
    this.program = programOf(this.compiled);
  }

  test(text: string): boolean {
    const { literal, required } = this.program;
    if (literal !== undefined) return text.includes(literal);
    for (const word of required) if (!text.includes(word)) return false;
    return this.automaton().forward.find(text, 0, true) >= 0;
  }

  find(text: string): (string | undefined)[] | undefined {
    const slots = this.match(text, 0);
    return slots === undefined ? undefined : partsOf(text, slots);
  }

  findAll(text: string): (string | undefined)[][] {
    const all: (string | undefined)[][] = [];
    this.eachMatch(text, (slots) => all.push(partsOf(text, slots)));
    return all;
  }

  replaceAll(text: string, template: string): string {
    const expand = compileTemplate(template, this.groups);
    let result = '';
    let copied = 0;
    this.eachMatch(text, (slots) => {
      const [begin = 0, end = 0] = slots;
      result += text.slice(copied, begin) + expand(text, slots);
      copied = end;
    });
    return copied === 0 && result === '' ? text : result + text.slice(copied);
  }

  /** Visits every match, by places as `match` gives them. */
  private eachMatch(text: string, visit: (slots: Slots) => void): void {
    const { forward } = this.automaton();
    const mayRead = forward.read + MOST_READ;
    let last = 0;
    for (let at = 0; at <= text.length; ) {
      const slots = this.match(text, at);
      if (slots === undefined) return;
      if (forward.read > mayRead)
        throw new CbnError('regex-work', `regular expression /${this.source}/: it takes too long on this text`, {
          value: this.source,
        });
      const [begin = 0, end = 0] = slots;
      // Go: an empty match right after another match is none, or `b*` would replace twice where it matches.
      if (end > last || begin === 0) visit(slots);
      last = end;
      at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    }
  }

  /** The first match from a place on. */
  private match(text: string, from: number): Slots | undefined {
    for (const word of this.program.required) if (text.indexOf(word, from) < 0) return undefined;
    const { forward, backward, captures } = this.automaton();
    const end = forward.find(text, from, false);
    if (end < 0) return undefined;
    const begin = backward.find(text, from, end);
    return begin < 0 ? this.matchByRe2(text, from) : captures.find(text, from, begin, end);
  }

  private automaton() {
    if (this.automata === undefined) {
      const backward = new Backward(this.program);
      this.automata = {
        forward: new Forward(this.program),
        backward,
        captures: new Captures(this.program, backward),
      };
    }
    return this.automata;
  }

  private matchByRe2(text: string, from: number): number[] | undefined {
    const matcher = this.compiled.matcher(text);
    if (!matcher.find(from)) return undefined;
    return this.groups.flatMap((_, group) => [matcher.start(group), matcher.end(group)]);
  }
}

function partsOf(text: string, slots: Slots): (string | undefined)[] {
  const parts: (string | undefined)[] = [];
  for (let slot = 0; slot < slots.length; slot += 2) {
    const begin = slots[slot] as number;
    parts.push(begin < 0 ? undefined : text.slice(begin, slots[slot + 1]));
  }
  return parts;
}

function compiledBy(source: string, openings: ReturnType<typeof scanGroups>, written = source): RE2JS {
  try {
    return RE2JS.compile(withoutNames(source, openings));
  } catch (error) {
    throw regexError(written, error);
  }
}

/** RE2 refuses a name that occurs twice: groups are known here by their number. */
function withoutNames(source: string, openings: ReturnType<typeof scanGroups>): string {
  let result = '';
  let copied = 0;
  for (const { offset, length, name } of openings) {
    if (name === undefined || !/^\w+$/.test(name)) continue;
    result += `${source.slice(copied, offset)}(`;
    copied = offset + length;
  }
  return result + source.slice(copied);
}
