/** What an {@link XmlReader} tells, in the order of the document. Attributes, comments and instructions are left out. */
export interface XmlHandler {
  open(name: string): void;
  /** Text of the innermost element, its references resolved; one text may come in several pieces. */
  text(text: string): void;
  close(name: string): void;
}

/** A tag or a text that is longer, in characters, is not one of Qualys': it bounds the memory. */
const MAX_PIECE = 8 * 1024 * 1024;

/** Deeper than any answer of Qualys. */
const MAX_DEPTH = 64;

const NAME = /[A-Za-z_][\w.:-]*/y;
const SPACE = /^\s*$/;

/** Constructs that are not elements; none of them is looked into. */
const OTHER_MARKUP = [
  { start: '<!--', end: '-->' },
  { start: '<![CDATA[', end: ']]>' },
  { start: '<?', end: '?>' },
  { start: '<!DOCTYPE', end: '>' },
] as const;

/**
 * Reads XML piece by piece, as it arrives: what is held is one tag or text, whatever the document's size. What is not
 * well-formed is refused as soon as it is met, a document that breaks off when it ends. A DOCTYPE that names a DTD is let
 * pass, and nothing is fetched; one with an internal subset is refused, and with it every entity but the predefined.
 */
export class XmlReader {
  private rest = '';
  private readonly path: string[] = [];
  private hasRoot = false;

  constructor(private readonly handler: XmlHandler) {}

  /** @throws Error if the document is not well-formed; the message quotes names of elements only */
  write(piece: string): void {
    const text = this.rest + piece;
    let at = 0;
    for (;;) {
      const tag = text.indexOf('<', at);
      if (tag === -1) break;
      if (tag > at) this.characters(text.slice(at, tag));
      const end = this.markup(text, tag);
      at = end ?? tag;
      if (end === undefined) break;
    }
    this.rest = at === 0 ? text : text.slice(at);
    if (this.rest.length > MAX_PIECE) throw new Error('a tag or text does not end');
  }

  /** @throws Error if the document is not complete */
  end(): void {
    if (!SPACE.test(this.rest) || !this.hasRoot || this.path.length > 0) throw new Error('it breaks off');
  }

  /** Index behind the construct that begins at an index; undefined if it is not all there yet. */
  private markup(text: string, at: number): number | undefined {
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) return this.closingTag(text, at);
    if (next !== EXCLAMATION && next !== QUESTION && !Number.isNaN(next)) return this.openingTag(text, at);
    for (const { start, end } of OTHER_MARKUP) {
      if (text.startsWith(start, at)) {
        const ending = text.indexOf(end, at + start.length);
        if (ending === -1) return undefined;
        this.other(start, text.slice(at + start.length, ending));
        return ending + end.length;
      }
      if (start.startsWith(text.slice(at))) return undefined;
    }
    throw new Error('it has markup of an unknown kind');
  }

  private other(start: (typeof OTHER_MARKUP)[number]['start'], content: string): void {
    if (start === '<![CDATA[') {
      if (this.path.length === 0) throw new Error('it has text outside of its root');
      this.handler.text(content);
    }
    if (start === '<!DOCTYPE' && content.includes('[')) throw new Error('its DOCTYPE has an internal subset');
    if (start === '<!DOCTYPE' && this.hasRoot) throw new Error('its DOCTYPE comes late');
  }

  private closingTag(text: string, at: number): number | undefined {
    const name = this.path.pop();
    const ended = at + 2 + (name?.length ?? 0);
    if (name !== undefined && text.charCodeAt(ended) === GREATER && text.startsWith(name, at + 2)) {
      this.handler.close(name);
      return ended + 1;
    }
    const end = text.indexOf('>', at);
    if (end === -1) {
      if (name !== undefined) this.path.push(name);
      return undefined;
    }
    if (name === undefined || text.slice(at + 2, end).trimEnd() !== name) {
      throw new Error(`an element ends that did not begin${name === undefined ? '' : `, in ${name}`}`);
    }
    this.handler.close(name);
    return end + 1;
  }

  private openingTag(text: string, at: number): number | undefined {
    let behindName = at + 1;
    while (IS_NAME[text.charCodeAt(behindName)] === 1) behindName += 1;
    // Most tags have but a name.
    if (text.charCodeAt(behindName) === GREATER && this.path.length > 0 && FIRST_OF_NAME.test(text.charAt(at + 1))) {
      this.begin(text.slice(at + 1, behindName));
      return behindName + 1;
    }
    const end = endOfTag(text, at);
    if (end === undefined) return undefined;
    NAME.lastIndex = at + 1;
    const name = NAME.exec(text)?.[0];
    const behind = at + 1 + (name?.length ?? 0);
    const isEmpty = text.charCodeAt(end - 1) === SLASH && end - 1 >= behind;
    if (name === undefined || (behind < end && !isEmpty && !/\s/.test(text.charAt(behind)))) {
      throw new Error('a tag has no name');
    }
    if (this.path.length === 0 && this.hasRoot) throw new Error('it has two roots');
    this.hasRoot = true;
    this.begin(name);
    if (isEmpty) this.handler.close(this.path.pop() ?? name);
    return end + 1;
  }

  private begin(name: string): void {
    if (this.path.length === MAX_DEPTH) throw new Error(`it is deeper than ${MAX_DEPTH} elements`);
    this.handler.open(name);
    this.path.push(name);
  }

  private characters(text: string): void {
    if (this.path.length > 0) this.handler.text(text.includes('&') ? resolved(text) : text);
    else if (!SPACE.test(text)) throw new Error('it has text outside of its root');
  }
}

/** By character code: whether it may be in a name. */
const IS_NAME = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\w.:-]/.test(String.fromCharCode(code))));
const FIRST_OF_NAME = /[A-Za-z_]/;

const EXCLAMATION = 0x21;
const GREATER = 0x3e;
const QUESTION = 0x3f;
const SLASH = 0x2f;

/** Index of the `>` that ends a tag: values of attributes may hold others. */
function endOfTag(text: string, at: number): number | undefined {
  const end = text.indexOf('>', at);
  if (end === -1) return undefined;
  const quote = /["']/.exec(text.slice(at, end));
  if (!quote) return end;
  let open = '';
  for (let index = at; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (open !== '') open = character === open ? '' : open;
    else if (character === '"' || character === "'") open = character;
    else if (character === '>') return index;
  }
  return undefined;
}

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  return text.replace(/&(?:#(\d{1,8})|#x([0-9A-Fa-f]{1,6})|(\w+))?;?/g, (reference, decimal, hexadecimal, name) => {
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
    const isPoint = point > 0 && point <= 0x10ffff;
    const meant = isPoint ? String.fromCodePoint(point) : PREDEFINED[name ?? ''];
    if (meant === undefined || !reference.endsWith(';')) throw new Error('it has an unknown reference');
    return meant;
  });
}
