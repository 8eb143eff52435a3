/** An element of a page's list, by its place in the text. */
export interface ScannedElement {
  /** Index of its first character. */
  start: number;
  /** Index behind its last character. */
  end: number;
  /** Of its record's member `id`, which is a whole number. */
  id: string;
  /** Of its record's date member; undefined if it has none, or one that is no text. */
  date: string | undefined;
}

export interface ScannedPage {
  elements: ScannedElement[];
  /** What stands around them: the page with an empty list. It may be anything. */
  envelope: string;
}

const LIST = /"data":\[/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTER = /[\0-\x1f]/;

/**
 * Finds the elements `{"<type>":{"id":…,…}}` of a page's list without building them. They can then be stored as Qualys
 * sent them, to the last digit; it is quicker than a parser; and it leaves next to nothing to the garbage collector,
 * which keeps the memory flat however many pages come.
 *
 * @param text compact JSON, a character a byte or a character a character
 * @returns undefined for whatever is not expected, as well as for elements that are not JSON: a parser then has the word
 */
export function scanPage(text: string, type: string, dateMember: string): ScannedPage | undefined {
  const list = LIST.exec(text);
  // JSON allows control characters only between tokens: without them, each element is on one line.
  if (!list || CONTROL_CHARACTER.test(text)) return undefined;
  const begin = list.index + list[0].length;
  const elements = new Scanner(text, type, dateMember).list(begin);
  const end = elements?.at(-1)?.end ?? begin;
  return elements && { elements, envelope: text.slice(0, begin) + text.slice(end) };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where a step ends that met what it did not expect. */
const NOWHERE = -1;

/** Deeper than any record of Qualys. */
const MAX_DEPTH = 32;

const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const LITERALS = ['true', 'false', 'null'];

/** Each step begins at an index and gives the index behind what it read. */
class Scanner {
  private readonly head: string;
  private readonly dateName: string;
  /** Index of the next backslash, from the last place on that was looked at; behind the text if there is none. */
  private backslash = -1;

  constructor(
    private readonly text: string,
    type: string,
    dateMember: string,
  ) {
    this.head = `{"${type}":{`;
    this.dateName = `"${dateMember}":`;
  }

  list(begin: number): ScannedElement[] | undefined {
    const elements: ScannedElement[] = [];
    if (this.text.charCodeAt(begin) === CLOSE_LIST) return elements;
    for (let at = begin; ; at += 1) {
      const element = this.element(at);
      if (!element) return undefined;
      elements.push(element);
      at = element.end;
      const next = this.text.charCodeAt(at);
      if (next === CLOSE_LIST) return elements;
      if (next !== COMMA) return undefined;
    }
  }

  private element(start: number): ScannedElement | undefined {
    const { text, head, dateName } = this;
    if (!text.startsWith(head, start)) return undefined;
    let id = '';
    let date: string | undefined;
    for (let at = start + head.length; ; at += 1) {
      const name = at;
      const value = this.name(name);
      // A name with escapes may be one that is looked for.
      if (value === NOWHERE || this.backslash < value) return undefined;
      at = this.value(value, 0);
      if (at === NOWHERE) return undefined;
      // Of a member that comes twice the last one counts, as it does for a parser.
      if (text.startsWith('"id":', name)) id = text.slice(value, at);
      else if (text.startsWith(dateName, name)) {
        date = text.charCodeAt(value) === QUOTE ? text.slice(value + 1, at - 1) : undefined;
      }
      const next = text.charCodeAt(at);
      if (next === COMMA) continue;
      const isWhole = next === CLOSE_OBJECT && text.charCodeAt(at + 1) === CLOSE_OBJECT && WHOLE_NUMBER.test(id);
      return isWhole ? { start, end: at + 2, id, date } : undefined;
    }
  }

  private name(at: number): number {
    const end = this.string(at);
    return end !== NOWHERE && this.text.charCodeAt(end) === COLON ? end + 1 : NOWHERE;
  }

  private value(at: number, depth: number): number {
    const { text } = this;
    const first = text.charCodeAt(at);
    if (first === QUOTE) return this.string(at);
    if (first === OPEN_OBJECT) return this.members(at + 1, depth + 1);
    if (first === OPEN_LIST) return this.values(at + 1, depth + 1);
    if (first === MINUS || (first >= ZERO && first <= NINE)) return this.match(NUMBER, at);
    const literal = LITERALS.find((word) => text.startsWith(word, at));
    return literal === undefined ? NOWHERE : at + literal.length;
  }

  private members(begin: number, depth: number): number {
    if (this.text.charCodeAt(begin) === CLOSE_OBJECT) return begin + 1;
    for (let at = begin; ; at += 1) {
      const value = this.name(at);
      if (value === NOWHERE) return NOWHERE;
      at = depth < MAX_DEPTH ? this.value(value, depth) : NOWHERE;
      if (at === NOWHERE) return NOWHERE;
      const next = this.text.charCodeAt(at);
      if (next === CLOSE_OBJECT) return at + 1;
      if (next !== COMMA) return NOWHERE;
    }
  }

  private values(begin: number, depth: number): number {
    if (this.text.charCodeAt(begin) === CLOSE_LIST) return begin + 1;
    for (let at = begin; ; at += 1) {
      at = depth < MAX_DEPTH ? this.value(at, depth) : NOWHERE;
      if (at === NOWHERE) return NOWHERE;
      const next = this.text.charCodeAt(at);
      if (next === CLOSE_LIST) return at + 1;
      if (next !== COMMA) return NOWHERE;
    }
  }

  private string(at: number): number {
    const { text } = this;
    if (text.charCodeAt(at) !== QUOTE) return NOWHERE;
    const end = text.indexOf('"', at + 1);
    if (end === -1) return NOWHERE;
    if (this.backslash < at) {
      const next = text.indexOf('\\', at);
      this.backslash = next === -1 ? text.length : next;
    }
    return end < this.backslash ? end + 1 : this.match(STRING, at);
  }

  private match(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : NOWHERE;
  }
}
