import { decodeEntities } from './entities';
import { element, type XmlDocument, type XmlElement } from './node';

/** Deeper documents are refused. */
const DEEPEST = 512;

/** Most elements have no attribute. */
const NONE = new Map<string, string>();

const TAG = /<([A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*)/y;
const ATTRIBUTE = /\s+([A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;

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

function tagAt(text: string, at: number, parent: XmlElement) {
  TAG.lastIndex = at;
  const [, name] = TAG.exec(text) ?? [];
  if (name === undefined) return undefined;
  let attributes = NONE;
  let end = TAG.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = end;
    const match = ATTRIBUTE.exec(text);
    if (match === null) break;
    const value = decodeEntities(match[2] ?? match[3] ?? '');
    if (value === undefined) return undefined;
    if (attributes === NONE) attributes = new Map();
    attributes.set(match[1] as string, value);
    end = ATTRIBUTE.lastIndex;
  }
  TAG_END.lastIndex = end;
  const [whole, slash] = TAG_END.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { element: element(name, attributes, parent), empty: slash === '/', end: end + whole.length };
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
