import { decodeEntities } from './entities';
import { element, type XmlDocument, type XmlElement } from './node';

/** Deeper documents are refused. */
const DEEPEST = 512;

/** Most elements have no attribute. */
const NONE = new Map<string, string>();

const NAME_BEGIN = /[A-Za-z_:\u0080-\uffff]/;
const SPACE = /\s/;
const NAME_PART = /[\w:.\-\u0080-\uffff]/;

/**
 * Reads a document in time linear in its length; undefined when it is not well-formed, is nested deeper than 512 elements,
 * or uses entities beyond those of XML itself. A document type is passed over. Text around the root does not count.
 */
export function parseXml(source: string): XmlDocument | undefined {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  const document = element('', NONE, undefined);
  let parent: XmlElement = document;
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '<') {
      const end = indexOrEnd(text, '<', at);
      if (depth > 0) {
        const decoded = decodeEntities(text.slice(at, end));
        if (decoded === undefined) return undefined;
        parent.children.push(decoded);
      }
      at = end;
    } else if (text.startsWith('<!--', at)) {
      at = after(text, '-->', at + 4);
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at);
      if (end < 0 || depth === 0) return undefined;
      parent.children.push(text.slice(at + 9, end));
      at = end + 3;
    } else if (text.startsWith('<?', at)) {
      at = after(text, '?>', at);
    } else if (text.startsWith('<!', at)) {
      at = afterDocumentType(text, at);
    } else if (text.startsWith('</', at)) {
      const end = text.indexOf('>', at);
      if (end < 0 || parent.parent === undefined || text.slice(at + 2, end).trimEnd() !== parent.name) return undefined;
      parent = parent.parent;
      depth--;
      at = end + 1;
    } else {
      const tag = tagAt(text, at, parent);
      if (tag === undefined || (!tag.empty && depth >= DEEPEST)) return undefined;
      parent.children.push(tag.element);
      if (!tag.empty) {
        parent = tag.element;
        depth++;
      }
      at = tag.end;
    }
    if (at < 0) return undefined;
  }
  return depth === 0 && document.children.length > 0 ? document : undefined;
}

/** Read without regular expressions of any length: four million spaces are more than the stack of one takes. */
function tagAt(text: string, at: number, parent: XmlElement) {
  const nameEnd = endOfName(text, at + 1);
  if (nameEnd < 0) return undefined;
  const name = text.slice(at + 1, nameEnd);
  let attributes = NONE;
  for (let end = nameEnd; ; ) {
    const next = endOfSpace(text, end);
    const empty = text[next] === '/';
    const close = empty ? next + 1 : next;
    if (text[close] === '>') return { element: element(name, attributes, parent), empty, end: close + 1 };
    const attribute = next > end ? attributeAt(text, next) : undefined;
    if (attribute === undefined) return undefined;
    if (attributes === NONE) attributes = new Map();
    attributes.set(attribute.name, attribute.value);
    end = attribute.end;
  }
}

function attributeAt(text: string, at: number) {
  const nameEnd = endOfName(text, at);
  if (nameEnd < 0) return undefined;
  const equals = endOfSpace(text, nameEnd);
  if (text[equals] !== '=') return undefined;
  const begin = endOfSpace(text, equals + 1);
  const quote = text[begin];
  if (quote !== '"' && quote !== "'") return undefined;
  const end = text.indexOf(quote, begin + 1);
  if (end < 0) return undefined;
  const written = text.slice(begin + 1, end);
  const value = written.includes('<') ? undefined : decodeEntities(written);
  return value === undefined ? undefined : { name: text.slice(at, nameEnd), value, end: end + 1 };
}

/** -1 where no name begins. */
function endOfName(text: string, at: number): number {
  if (!NAME_BEGIN.test(text[at] ?? '')) return -1;
  let end = at + 1;
  while (NAME_PART.test(text[end] ?? '')) end++;
  return end;
}

function endOfSpace(text: string, at: number): number {
  let end = at;
  while (SPACE.test(text[end] ?? '')) end++;
  return end;
}

/** The place after a document type, whose inner part stands in brackets; -1 when it does not end. */
function afterDocumentType(text: string, at: number): number {
  const end = text.indexOf('>', at);
  if (end < 0 || !text.slice(at, end).includes('[')) return end < 0 ? -1 : end + 1;
  const closed = text.indexOf(']', at);
  return closed < 0 ? -1 : after(text, '>', closed);
}

function after(text: string, sign: string, from: number): number {
  const at = text.indexOf(sign, from);
  return at < 0 ? -1 : at + sign.length;
}

function indexOrEnd(text: string, sign: string, from: number): number {
  const at = text.indexOf(sign, from);
  return at < 0 ? text.length : at;
}
