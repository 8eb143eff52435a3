import { XMLParser } from 'fast-xml-parser';

/** What a QPS answer (`/qps/rest/…`) or an error of the older API says, whichever of JSON and XML it came in. */
export interface Answer {
  /** `ServiceResponse.responseCode`: `SUCCESS` or the reason of a refusal, also under HTTP 200. */
  responseCode?: string;
  /** `SIMPLE_RETURN…CODE` or `GENERIC_RETURN…number`: the numeric reason of the older API, e.g. `1965`. */
  returnCode?: string;
  /** Qualys' own words on a refusal. */
  errorMessage?: string;
  /** `hasMoreRecords`; undefined if the answer leaves it out. */
  hasMoreRecords?: boolean;
  /** Elements of `data`, each an object with its type as the only key: `{"Alert": {…}}`. Empty if `data` is absent. */
  records: Record<string, unknown>[];
}

/**
 * Reads the body of an answer by its Content-Type. Qualys documents XML for `cm/alert`, answers JSON elsewhere in the
 * family when asked, and sends booleans as strings ("Search alerts", docs.qualys.com/en/cm/api; "JSON support",
 * docs.qualys.com/en/conn/api).
 *
 * @throws Error if the body is not what the Content-Type says, or neither JSON nor XML; the message quotes no content
 */
export function parseAnswer(contentType: string | null, body: string): Answer {
  const document = parseDocument(contentType ?? '', body);
  const response = asObject(document.ServiceResponse);
  if (!response) {
    const simpleReturn = asObject(asObject(document.SIMPLE_RETURN)?.RESPONSE);
    // The oldest form has its number in an attribute.
    const genericReturn = /<GENERIC_RETURN>.*?<RETURN\b[^>]*\bnumber="(\d+)"/s.exec(body)?.[1];
    return {
      returnCode: asText(simpleReturn?.CODE) ?? genericReturn,
      errorMessage: asText(simpleReturn?.TEXT),
      records: [],
    };
  }
  return {
    responseCode: asText(response.responseCode),
    errorMessage: asText(asObject(response.responseErrorDetails)?.errorMessage),
    hasMoreRecords: response.hasMoreRecords === undefined ? undefined : asText(response.hasMoreRecords) === 'true',
    records: readData(response.data),
  };
}

function parseDocument(contentType: string, body: string): Record<string, unknown> {
  let document: unknown;
  if (/[/+]json\b/i.test(contentType)) {
    document = parseJson(body);
  } else if (/[/+]xml\b/i.test(contentType) && !/xhtml/i.test(contentType)) {
    document = parseXml(body);
  } else {
    throw new Error(`its type is ${contentType ? `"${contentType}"` : 'not given'}, neither JSON nor XML`);
  }
  const object = asObject(document);
  if (!object) throw new Error('it is not an object');
  return object;
}

/** Integers that a JavaScript number cannot hold become strings, so that no id loses its last digits. */
function parseJson(body: string): unknown {
  const exact = /\d{16}/.test(body)
    ? body.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
        /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
      )
    : body;
  try {
    return JSON.parse(exact);
  } catch {
    // The parser's own message quotes the body.
    throw new Error('it is not well-formed JSON');
  }
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
function parseXml(body: string): unknown {
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

function readData(data: unknown): Record<string, unknown>[] {
  // XML has no way to tell an empty list from an empty text.
  if (data === undefined || data === null || data === '') return [];
  const elements = Array.isArray(data) ? data : unwrapXml(data);
  return elements.map((element) => {
    const record = asObject(element);
    if (!record) throw new Error('an element of its data is not an object');
    return record;
  });
}

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
