import { closest, distance } from 'fastest-levenshtein';
import { CbnError } from '../errors';
import { keeping } from '../kept';
import { scanGroups } from '../regex/pattern-scan';
import { compileRegex, type Regex, requiredWords } from '../regex/regex';
import { LIBRARY } from './library';

/** A compiled grok pattern. */
export interface Grok {
  /** Tokens that it captures, dotted, each once, in the order of their first place in the pattern. */
  readonly captures: readonly string[];
  /** By token: `int` or `float` of `%{NUMBER:token:int}`. Undocumented; parsers take every capture for a string. */
  readonly types: readonly (string | undefined)[];
  /**
   * Values by token, undefined where no group of that name took part; undefined when the text does not match. Of several
   * groups of one name the last one counts that is not empty; published golden events show that one which took no part does
   * not empty the token.
   */
  match(text: string): (string | undefined)[] | undefined;
  /**
   * The same of every match, none of which overlaps another; empty when the text does not match.
   * @throws CbnError `regex-work` when each of very many matches makes the rest of a long text be read again
   */
  matchAll(text: string): (string | undefined)[][];
}

/** `%{NAME}`, `%{NAME:token}` and `%{NAME:token:type}`; the token dotted or in brackets. */
const REFERENCE = /%\{([\w.-]+)(?::([^:{}]+))?(?::(\w+))?\}/g;
/** Begins the names of groups that stand for a token of a reference, which no name of a parser does. */
const MARK = '#';
/** Names farther from every known one than this are not taken for a slip of the pen. */
const FARTHEST_SLIP = 3;

/**
 * Compiles a grok pattern, with references to the library and groups of its own, `(?P<token>…)` or `(?<token>…)`; the same
 * pattern is compiled once. Matching is unanchored.
 * @throws CbnError `grok` for a name that the library does not have, `regex` for what RE2 refuses
 */
export const compileGrok = keeping((pattern): Grok => new LibraryGrok(pattern));

class LibraryGrok implements Grok {
  readonly captures: readonly string[];
  readonly types: readonly (string | undefined)[];
  /**
   * Patterns grow a hundredfold when the library is written out, and a parser has dozens of which a log needs one: only
   * those are compiled that the words of a text do not rule out.
   */
  private regex?: Regex;
  private readonly source: string;
  private readonly words: readonly string[];
  /** Group numbers by token, last first. */
  private readonly groups: readonly (readonly number[])[];

  constructor(pattern: string) {
    this.words = requiredWords(pattern.replace(REFERENCE, '(?s:.*)'), pattern);
    const tokens: { readonly name: string; readonly type?: string }[] = [];
    const expanded = expand(pattern, tokens);
    // Only groups of tokens need to capture: the library is full of others.
    let source = '';
    let copied = 0;
    const byToken = new Map<string, { type: string | undefined; groups: number[] }>();
    let group = 0;
    for (const { offset, length, captures, name } of scanGroups(expanded)) {
      if (!captures) continue;
      source += expanded.slice(copied, offset);
      copied = offset + length;
      if (name === undefined) {
        source += '(?:';
        continue;
      }
      source += '(';
      group++;
      const token = name.startsWith(MARK) ? tokens[Number(name.slice(1))] : { name };
      if (token === undefined) continue;
      const known = byToken.get(token.name);
      if (known === undefined) byToken.set(token.name, { type: token.type, groups: [group] });
      else known.groups.unshift(group);
    }
    this.source = source + expanded.slice(copied);
    this.captures = [...byToken.keys()];
    this.types = [...byToken.values()].map(({ type }) => type);
    this.groups = [...byToken.values()].map(({ groups }) => groups);
  }

  match(text: string): (string | undefined)[] | undefined {
    const found = this.regexFor(text)?.find(text);
    return found && this.valuesOf(found);
  }

  matchAll(text: string): (string | undefined)[][] {
    const all = this.regexFor(text)?.findAll(text) ?? [];
    return all.map((found) => this.valuesOf(found));
  }

  /** Undefined: the words of the text rule a match out. */
  private regexFor(text: string): Regex | undefined {
    for (const word of this.words) if (!text.includes(word)) return undefined;
    this.regex ??= compileRegex(this.source);
    return this.regex;
  }

  private valuesOf(found: readonly (string | undefined)[]): (string | undefined)[] {
    return this.groups.map((groups) => {
      let value: string | undefined;
      for (const group of groups) {
        const candidate = found[group];
        if (candidate !== undefined && (value === undefined || value === '')) value = candidate;
        if (value) break;
      }
      return value;
    });
  }
}

/** The pattern with its references written out; tokens are put into the list, and named by their place in it. */
function expand(pattern: string, tokens: { readonly name: string; readonly type?: string }[]): string {
  return pattern.replace(REFERENCE, (_, name: string, token: string | undefined, type: string | undefined) => {
    const definition = LIBRARY[name];
    if (definition === undefined) throw unknownName(name, pattern);
    if (token === undefined) return `(?:${expand(definition, tokens)})`;
    const index = tokens.push({ name: dotted(token), ...(type === undefined ? {} : { type }) }) - 1;
    return `(?P<${MARK}${index}>${expand(definition, tokens)})`;
  });
}

function dotted(token: string): string {
  return token.startsWith('[') ? token.replace(/^\[|\]$/g, '').replaceAll('][', '.') : token;
}

function unknownName(name: string, pattern: string): CbnError {
  const near = closest(name.toUpperCase(), Object.keys(LIBRARY));
  const fix = distance(name.toUpperCase(), near) <= FARTHEST_SLIP ? `; the nearest name is %{${near}}` : '';
  return new CbnError('grok', `grok pattern: %{${name}} is not in the library${fix}`, { value: pattern });
}
