import { TextDecoder } from 'node:util';
import type { RecordShape } from './answer';
import { CollectorError } from './contract';
import type { HttpAnswer, HttpStream } from './http';
import { acceptedAnswer, type Calls, callsOf, isWithoutGrant, malformed } from './refusal';
import { listAt, type Taken, textAt, type XmlElement, XmlElements, type XmlValue } from './xml-elements';
import { XmlReader } from './xml-reader';

/** What is asked of a list of hosts, each with what was detected on it. */
export interface HostSearch {
  /** Path below the base URL, e.g. `/api/5.0/fo/asset/host/vm/detection/`. */
  path: string;
  /** Name of the answer's root element: an answer with another is a refusal. */
  root: string;
  /** Parameters beside those of paging. */
  parameters: Readonly<Record<string, string>>;
  /** Only hosts with a greater id, a decimal string; `0` for all. */
  after: string;
  /** What is behind this id is not needed. */
  through?: string;
  /** Hosts at most. */
  limit: number;
  /** Bytes of hosts at which the rest of the answer is left, to be asked for again; the last host may exceed them. */
  maxBytes: number;
}

export interface Host {
  /** Decimal string without leading zeros. */
  id: string;
  /** Its own fields as JSON in UTF-8, on one line. */
  json: Buffer;
  /** Its detections as JSON in UTF-8, each on one line, with line ends between them. */
  detections: Buffer;
  /** The QID of each detection; 0 where there is none. */
  qids: number[];
  /** The CVE of each detection, which only the list by CVE has; empty where there is none. */
  cves: string[];
}

export interface HostPage {
  /** In ascending order of their ids. */
  hosts: Host[];
  /** Whether there are more behind this page. */
  hasMore: boolean;
  /** The id after which Qualys says that it goes on; undefined if it says nothing. */
  goesOnAfter?: string;
  /** Why the rest of the answer was left: there is enough, or it broke off. */
  cut?: 'size' | 'broken';
  calls?: Calls;
}

/** What is asked of the KnowledgeBase: certain vulnerabilities, or what was modified. */
export type KnowledgeSearch = { path: string } & (
  | { ids: readonly number[] }
  | { modifiedAfter: string; modifiedBefore?: string }
);

export interface KnowledgeEntry {
  qid: number;
  /** What findings bear of it, as JSON on one line. */
  json: string;
}

export interface OlderApi {
  /**
   * Asks for one page of hosts, and reads it as it arrives.
   *
   * @throws CollectorError as a search
   */
  hosts(search: HostSearch, signal?: AbortSignal): Promise<HostPage>;
  /**
   * Asks the KnowledgeBase; an unknown QID has no entry.
   *
   * @throws CollectorError as a search; `permission_missing` if the subscription has no grant
   */
  knowledge(search: KnowledgeSearch, signal?: AbortSignal): AsyncGenerator<KnowledgeEntry[]>;
}

export interface OlderApiConnection {
  /**
   * Posts a form; the answer has begun.
   *
   * @throws CollectorError `qualys_unavailable`, `timed_out` or `interrupted`, as does the body if it breaks off
   */
  open(path: string, form: string, signal?: AbortSignal): Promise<HttpStream>;
  redact(text: string): string;
}

/** Of an error's body, and of what stands before a root element, in bytes. */
const MAX_HEAD_BYTES = 64 * 1024;

/** Nothing of an error of this API is a record. */
const NO_RECORDS: RecordShape = { type: '', dateMember: '' };

/** A client of the older Qualys API (`/api/<version>/fo/…`), whose lists are XML of any length. */
export function createOlderApi(connection: OlderApiConnection): OlderApi {
  return {
    hosts: (search, signal) => readHosts(search, connection, signal),
    knowledge: (search, signal) => readKnowledge(search, connection, signal),
  };
}

async function readHosts(
  search: HostSearch,
  connection: OlderApiConnection,
  signal: AbortSignal | undefined,
): Promise<HostPage> {
  const stream = await connection.open(search.path, hostForm(search), signal);
  const page: HostPage = {
    hosts: [],
    hasMore: false,
    calls: callsOf(stream.headers),
  };
  let bytes = 0;
  let detections: string[] = [];
  let qids: number[] = [];
  let cves: string[] = [];
  let previous = search.after;
  let isThrough = false;
  const detection = (element: XmlElement | string) => {
    if (typeof element === 'string') return;
    qids.push(numberOf(textAt(element, 'QID')));
    cves.push(textAt(element, 'VULN_CVE') ?? '');
    detections.push(flatJson(element));
  };
  const taken: Taken = {
    DETECTION: detection,
    CVE_DETECTION: detection,
    HOST(element) {
      const id = typeof element === 'string' ? undefined : textAt(element, 'ID');
      if (typeof element === 'string' || id === undefined || !/^\d{1,20}$/.test(id)) {
        throw new Error('a host has no integer ID');
      }
      const host = {
        // Not a piece of the text, which would be kept with it.
        id: BigInt(id).toString(),
        json: Buffer.from(JSON.stringify(hostFields(element))),
        detections: Buffer.from(detections.join('\n')),
        qids,
        cves,
      };
      if (BigInt(host.id) <= BigInt(previous)) {
        throw new CollectorError(
          'ids_disordered',
          `Qualys returned ids out of order: id ${host.id} follows id ${previous}.`,
        );
      }
      previous = host.id;
      isThrough ||= search.through !== undefined && BigInt(host.id) >= BigInt(search.through);
      bytes += host.json.length + host.detections.length;
      [detections, qids, cves] = [[], [], []];
      page.hosts.push(host);
    },
    WARNING(element) {
      const { hasMore, goesOnAfter } = truncationOf(element);
      page.hasMore ||= hasMore;
      page.goesOnAfter ??= goesOnAfter;
    },
  };
  try {
    for await (const _piece of xmlPieces(stream, search.root, taken, connection.redact)) {
      const isFull = bytes >= search.maxBytes && page.hosts.length > 0;
      if (isFull || isThrough) return { ...page, hasMore: true, cut: 'size' };
    }
    return page;
  } catch (error) {
    const isBroken =
      error instanceof CollectorError && (error.code === 'qualys_unavailable' || error.code === 'timed_out');
    // What has arrived completely is right, and a slow server comes on by it.
    if (!isBroken || page.hosts.length === 0) throw error;
    return { ...page, hasMore: true, cut: 'broken' };
  }
}

async function* readKnowledge(
  search: KnowledgeSearch,
  { open, redact }: OlderApiConnection,
  signal: AbortSignal | undefined,
): AsyncGenerator<KnowledgeEntry[]> {
  const stream = await open(search.path, knowledgeForm(search), signal);
  const entries: KnowledgeEntry[] = [];
  const taken: Taken = {
    VULN(element) {
      const qid = typeof element === 'string' ? undefined : textAt(element, 'QID');
      if (typeof element === 'string' || qid === undefined || !/^\d{1,9}$/.test(qid)) {
        throw new Error('a vulnerability has no integer QID');
      }
      entries.push({ qid: Number(qid), json: JSON.stringify(knowledgeOf(element)) });
    },
  };
  for await (const _piece of xmlPieces(stream, KNOWLEDGE_ROOT, taken, redact, refuseWithoutGrant)) {
    if (entries.length >= KNOWLEDGE_PORTION) yield entries.splice(0);
  }
  if (entries.length > 0) yield entries;
}

const KNOWLEDGE_ROOT = 'KNOWLEDGE_BASE_VULN_LIST_OUTPUT';

/** Entries that are given away together. */
const KNOWLEDGE_PORTION = 500;

function refuseWithoutGrant(http: HttpAnswer): void {
  if (!isWithoutGrant(http)) return;
  throw new CollectorError(
    'permission_missing',
    `Qualys refuses the KnowledgeBase (HTTP ${http.status}): the subscription or the API user lacks its grant.`,
  );
}

/**
 * Reads an answer, with a pause behind each piece that arrives.
 *
 * @param refuse throws if the answer is a refusal of a kind of its own
 * @throws CollectorError if it is a refusal, not well-formed, or breaks off
 */
async function* xmlPieces(
  { status, headers, body }: HttpStream,
  root: string,
  taken: Taken,
  redact: (text: string) => string,
  refuse: (http: HttpAnswer) => void = () => {},
): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = new XmlReader(new XmlElements(taken));
  let head = Buffer.alloc(0);
  let isExpected = false;
  const http = () => ({ status, headers, body: head });
  const read = (bytes: Buffer | undefined) => {
    try {
      reader.write(decoded(decoder, bytes));
      if (!bytes) reader.end();
    } catch (error) {
      if (error instanceof CollectorError || !(error instanceof Error)) throw error;
      throw malformed(http(), error.message, redact);
    }
  };

  for await (const chunk of body) {
    if (isExpected) read(chunk);
    else {
      if (head.length < MAX_HEAD_BYTES) head = Buffer.concat([head, chunk]);
      isExpected = status === 200 && rootOf(head.toString('latin1')) === root;
      if (isExpected) read(head);
    }
    yield;
  }
  if (!isExpected) {
    refuse(http());
    acceptedAnswer(http(), NO_RECORDS, redact);
    throw malformed(http(), `it is not ${root}`, redact);
  }
  read(undefined);
  yield;
}

function decoded(decoder: TextDecoder, bytes: Buffer | undefined): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw new Error('it is not UTF-8');
  }
}

/** Name of the first element; undefined as long as there is none. */
function rootOf(text: string): string | undefined {
  return /<([A-Za-z_][\w.-]*)[\s/>]/.exec(text.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, ''))?.[1];
}

function numberOf(qid: string | undefined): number {
  return qid !== undefined && /^\d{1,9}$/.test(qid) ? Number(qid) : 0;
}

function hostForm({ parameters, after, limit }: HostSearch): string {
  // Not the URL of a warning: credentials go to no host that an answer names.
  const paging = { id_min: String(BigInt(after) + 1n), truncation_limit: String(limit) };
  return form({ action: 'list', ...parameters, ...paging });
}

function knowledgeForm(search: KnowledgeSearch): string {
  // Whether Basic has the CVEs is told differently; truncation_limit is refused.
  const asked = { action: 'list', details: 'All' };
  if ('ids' in search) return form({ ...asked, ids: search.ids.join(',') });
  const { modifiedAfter, modifiedBefore } = search;
  // An empty parameter is refused.
  const end = modifiedBefore !== undefined && { last_modified_before: modifiedBefore };
  return form({ ...asked, last_modified_after: modifiedAfter, ...end });
}

function form(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}

/** A warning that the list goes on; others tell that an API version ends, and have no such number. */
function truncationOf(warning: XmlElement | string): { hasMore: boolean; goesOnAfter?: string } {
  if (typeof warning === 'string') return { hasMore: false };
  const idMin = /[?&]id_min=(\d{1,20})(?:&|$)/.exec(textAt(warning, 'URL') ?? '')?.[1];
  if (textAt(warning, 'CODE') !== '1980' && idMin === undefined) return { hasMore: false };
  const isId = idMin !== undefined && BigInt(idMin) > 0n;
  return { hasMore: true, ...(isId && { goesOnAfter: String(BigInt(idMin) - 1n) }) };
}

/** Lists of their own in the answer, which are left out here. */
function hostFields({ DETECTION_LIST: _detections, CVE_DETECTION_LIST: _cves, ...fields }: XmlElement): object {
  const { TAGS, ...rest } = cleaned(fields);
  // One tag is a list, too, or parsers would need to know of both.
  const tags = typeof TAGS === 'object' && !Array.isArray(TAGS) ? listAt(TAGS, 'TAG') : [];
  return { ...rest, ...(tags.length > 0 && { TAGS: { TAG: tags } }) };
}

/** The texts of an element as JSON: there are millions of them, and none has more. */
function flatJson(element: XmlElement): string {
  let json = '';
  for (const name of Object.keys(element)) {
    const text = element[name];
    if (typeof text !== 'string' || text === '' || text === 'null') continue;
    json += `${json === '' ? '' : ','}"${name}":${JSON.stringify(text)}`;
  }
  return `{${json}}`;
}

/** An element without what is empty. */
function cleaned(element: XmlElement): XmlElement {
  const kept: XmlElement = {};
  for (const [name, value] of Object.entries(element)) {
    const clean: XmlValue = typeof value === 'object' && !Array.isArray(value) ? cleaned(value) : value;
    const isEmpty = clean === '' || clean === 'null' || (typeof clean === 'object' && Object.keys(clean).length === 0);
    if (!isEmpty) kept[name] = clean;
  }
  return kept;
}

/** What findings bear of a vulnerability: not its prose, which is the same for each. */
function knowledgeOf(vulnerability: XmlElement): object {
  const texts = [
    ...['TITLE', 'CATEGORY', 'VULN_TYPE', 'SEVERITY_LEVEL', 'PATCHABLE'],
    ...['PUBLISHED_DATETIME', 'LAST_SERVICE_MODIFICATION_DATETIME'],
  ].flatMap((name) => {
    const text = textAt(vulnerability, name);
    return text === undefined ? [] : [[name, text]];
  });
  const cves = listAt(elementIn(vulnerability, 'CVE_LIST'), 'CVE').flatMap((cve) => {
    const id = typeof cve === 'string' ? undefined : textAt(cve, 'ID');
    return id === undefined ? [] : [id];
  });
  return {
    ...Object.fromEntries(texts),
    CVE_LIST: cves,
    ...scores('CVSS', elementIn(vulnerability, 'CVSS')),
    ...scores('CVSS_V3', elementIn(vulnerability, 'CVSS_V3')),
  };
}

function scores(name: string, element: XmlElement | undefined): object {
  const kept = ['BASE', 'TEMPORAL', 'VECTOR_STRING'].flatMap((part) => {
    const text = textAt(element, part);
    return text === undefined ? [] : [[part, text]];
  });
  return kept.length === 0 ? {} : { [name]: Object.fromEntries(kept) };
}

function elementIn(element: XmlElement, name: string): XmlElement | undefined {
  const value = element[name];
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
