import { isUtf8 } from 'node:buffer';
import { XMLParser } from 'fast-xml-parser';
import { scanPage } from './scan';

/** What the records of an answer are. */
export interface RecordShape {
  /** The key that wraps each of them, e.g. `Alert`. */
  type: string;
  /** Their member that says when they came to be, e.g. `alertDate`. */
  dateMember: string;
}

export interface QualysRecord {
  /** Decimal string without leading zeros: Qualys' ids are integers without a stated bound. */
  id: string;
  /** Of the date member; undefined if that is no text. */
  date: string | undefined;
  /** `{"<type>":{…}}` in UTF-8, on one line. From a JSON answer it is what Qualys sent, to the last digit. */
  json: Buffer;
  /** How many lines `json` has, if it is more than one record: with line ends between them. */
  lines?: number;
}

/** What a QPS answer (`/qps/rest/…`) or an error of the older API says, whichever of JSON and XML it came in. */
export interface Answer {
  /** `ServiceResponse.responseCode`: `SUCCESS` or the reason of a refusal, also under HTTP 200. */
  responseCode?: string;
  /** `SIMPLE_RETURN…CODE` or `GENERIC_RETURN…number`: the numeric reason of the older API, e.g. `1965`. */
  returnCode?: string;
  /** Qualys' own words on a refusal. */
  errorMessage?: string;
  /** How long a limit holds, if the older API says so, in seconds. */
  secondsToWait?: string;
  /** `count`: of a page its records, of a count what is found; undefined if the answer leaves it out. */
  count?: number;
  /** `hasMoreRecords`; undefined if the answer leaves it out. */
  hasMoreRecords?: boolean;
  /** Elements of `data`. Empty if `data` is absent. */
  records: QualysRecord[];
}

/**
 * Reads the body of an answer by its Content-Type. Qualys documents XML for `cm/alert`, answers JSON elsewhere in the
 * family when asked, and sends booleans as strings ("Search alerts", docs.qualys.com/en/cm/api; "JSON support",
 * docs.qualys.com/en/conn/api).
 *
 * @throws Error if the body is not what the Content-Type says, neither JSON nor XML, or holds records of another shape;
 * the message quotes no content
 */
export function parseAnswer(contentType: string | undefined, body: Buffer, shape: RecordShape): Answer {
  if (/[/+]json\b/i.test(contentType ?? '')) return quickAnswer(body, shape) ?? fullAnswer(parseExactJson(body), shape);
  if (/[/+]xml\b/i.test(contentType ?? '') && !/xhtml/i.test(contentType ?? ''))
    return fullAnswer(parseXml(body), shape);
  throw new Error(`its type is ${contentType ? `"${contentType}"` : 'not given'}, neither JSON nor XML`);
}

/** How much of an answer's beginning and end is looked at for a guess, in bytes: more than an envelope and a record. */
const GUESS_BYTES = 8192;

/** What seems to be the last record of a JSON answer that promises more, without reading all of it. */
export function guessLastRecord(
  body: Buffer,
  { type, dateMember }: RecordShape,
): Pick<QualysRecord, 'id' | 'date'> | undefined {
  const end = body.toString('latin1', Math.max(0, body.length - GUESS_BYTES));
  const promise = /"hasMoreRecords":"?true\b/;
  if (!promise.test(body.toString('latin1', 0, GUESS_BYTES)) && !promise.test(end)) return undefined;
  const record = end.slice(end.lastIndexOf(`{"${type}":{`));
  const id = /"id":(\d+)/.exec(record)?.[1];
  const date = new RegExp(`"${dateMember}":"([^"]*)"`).exec(record)?.[1];
  return id === undefined ? undefined : { id, date };
}

/** The answer with its records as they were sent; undefined if the body is not compact JSON of a usual page. */
function quickAnswer(body: Buffer, { type, dateMember }: RecordShape): Answer | undefined {
  if (!isUtf8(body)) return undefined;
  // A character a byte, so that an index into the text is one into the body. What is read of it here is ASCII.
  const page = scanPage(body.toString('latin1'), type, dateMember);
  const response = page && asObject(asObject(parsedJson(page.envelope))?.ServiceResponse);
  const isEmptied = Array.isArray(response?.data) && response.data.length === 0;
  // The words of a refusal may be of any language.
  if (!response || !isEmptied || response.responseCode !== 'SUCCESS') return undefined;
  return {
    ...envelopeOf(response),
    records: page.elements.map(({ start, end, id, date }) => ({ id, date, json: body.subarray(start, end) })),
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fullAnswer(content: unknown, shape: RecordShape): Answer {
  const document = asObject(content);
  if (!document) throw new Error('it is not an object');
  const response = asObject(document.ServiceResponse);
  if (response) return { ...envelopeOf(response), records: readRecords(response.data, shape) };
  const simpleReturn = asObject(asObject(document.SIMPLE_RETURN)?.RESPONSE);
  return {
    // The oldest form has its number in an attribute.
    returnCode: asText(simpleReturn?.CODE) ?? asText(asObject(asObject(document.GENERIC_RETURN)?.RETURN)?.['@number']),
    errorMessage: asText(simpleReturn?.TEXT),
    secondsToWait: secondsToWait(asObject(simpleReturn?.ITEM_LIST)?.ITEM),
    records: [],
  };
}

function envelopeOf(response: Record<string, unknown>): Omit<Answer, 'records'> {
  const count = asText(response.count);
  return {
    ...(count !== undefined && /^\d{1,15}$/.test(count) && { count: Number(count) }),
    responseCode: asText(response.responseCode),
    errorMessage: asText(asObject(response.responseErrorDetails)?.errorMessage),
    hasMoreRecords: response.hasMoreRecords === undefined ? undefined : asText(response.hasMoreRecords) === 'true',
  };
}

function secondsToWait(items: unknown): string | undefined {
  return (Array.isArray(items) ? items : [items])
    .map(asObject)
    .filter((item) => item?.KEY === 'SECONDS_TO_WAIT')
    .map((item) => asText(item?.VALUE))[0];
}

/** Integers that a JavaScript number cannot hold become strings, so that no id loses its last digits. */
export function parseExactJson(body: Buffer): unknown {
  const text = body.toString('utf8');
  const exact = /\d{16}/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
        /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
      )
    : text;
  const parsed = parsedJson(exact);
  // The parser's own message quotes the body.
  if (parsed === undefined) throw new Error('it is not well-formed JSON');
  return parsed;
}

const PREDEFINED_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeReference(reference: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return PREDEFINED_ENTITIES[name] ?? reference;
  const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : reference;
}

const xmlParser = new XMLParser({
  ignoreDeclaration: true,
  // Coercion would make a number of a host name like 1e3 and lose the digits of a long id.
  parseTagValue: false,
  ignoreAttributes: (_name, path) => String(path) !== 'GENERIC_RETURN.RETURN',
  attributeNamePrefix: '@',
  isArray: (_tag, path) => /^ServiceResponse\.data\.[^.]+$/.test(String(path)),
  // The library's decoder leaves numeric references alone, expands what a DOCTYPE defines, and stops at 100 kB.
  entityDecoder: {
    decode: (text) =>
      text.replace(/&(?:#(\d{1,8})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (...match) =>
        decodeReference(match[0], match[1], match[2], match[3]),
      ),
    addInputEntities: (entities) => {
      if (Object.keys(entities).length > 0) throw new Error('it defines entities');
    },
    setExternalEntities: () => {},
    setXmlVersion: () => {},
    reset: () => {},
  },
});

/** A DOCTYPE that names a DTD is let pass and never fetched; one with an internal subset is refused. */
function parseXml(content: Buffer): unknown {
  const body = content.toString('utf8');
  const root = body.search(/<[A-Za-z_]/);
  if (/<!DOCTYPE[^>[]*\[/i.test(root === -1 ? body : body.slice(0, root))) {
    throw new Error('its DOCTYPE has an internal subset');
  }
  try {
    // Validated first: the parser alone takes a document that breaks off half-way for a complete one.
    return xmlParser.parse(body, true);
  } catch {
    throw new Error('it is not well-formed XML');
  }
}

function readRecords(data: unknown, { type, dateMember }: RecordShape): QualysRecord[] {
  // XML has no way to tell an empty list from an empty text.
  if (data === undefined || data === null || data === '') return [];
  const elements = Array.isArray(data) ? data : unwrapXml(data);
  return elements.map((element) => {
    const fields = asObject(asObject(element)?.[type]);
    const id = asText(fields?.id);
    if (!fields || !id || !/^\d+$/.test(id)) throw new Error(`a record is not ${type} with an integer id`);
    return {
      id: BigInt(id).toString(),
      date: textOf(fields[dateMember]),
      json: Buffer.from(JSON.stringify({ [type]: fields })),
    };
  });
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** XML has one list per type, JSON one list of elements that each name their type. */
function unwrapXml(data: unknown): unknown[] {
  return Object.entries(asObject(data) ?? { '#text': data }).flatMap(([type, values]) =>
    Array.isArray(values) ? values.map((value) => ({ [type]: value })) : [values],
  );
}

/** The value as an object, or undefined if it is none. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The value as text; a JSON number or boolean as XML would spell it. Undefined for anything else. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
