import { compileReference, compileTemplate, type Reference } from '../compile/template';
import { CbnError } from '../errors';
import { Failure, type Run } from '../run';
import { set } from '../state';
import type { XmlDocument } from '../xml/node';
import { parseXml } from '../xml/xml';
import { compileXpath, type Xpath } from '../xml/xpath';
import type { Filter } from './filter';
import type { OptionReader } from './options';
import { compileSourceText } from './source';

/** What a character of a document counts for, since a document takes many times its text. */
const DOCUMENT_COST = 8;

/** A path of a statement: undefined path and a failure when one made at run time is none. */
export type FindPath = (run: Run) => Xpath | Failure;

/** `xml { source xpath => { "/A/B[1]/C" => "token" } }`: a path that finds nothing leaves its token as it was. */
export const xml: Filter = {
  options: ['source', 'xpath', 'target', 'store_xml', 'force_array', 'remove_namespaces'],
  compile(options) {
    const read = compileSourceText(options.text('source') ?? 'message');
    const paths = options.textEntries('xpath').map(({ key, value, position }) => ({
      find: compilePath(key, options.report, position),
      target: compileReference(value),
    }));
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `xml failure: ${text.text}`, text.value);
      const document = documentOf(run, text);
      if (document === undefined) return new Failure('invalid-xml', 'xml failure: failed to parse XML', text);
      for (const { find, target } of paths) {
        const path = find(run);
        if (path instanceof Failure) return new Failure(path.code, `xml failure: ${path.text}`, path.value);
        const failure = keep(run, path.value(document), target);
        if (failure !== undefined) return failure;
      }
      return undefined;
    };
  },
};

function keep(run: Run, value: string | undefined, target: Reference): Failure | undefined {
  if (value === undefined) return undefined;
  run.chargeText(value.length);
  const path = target.resolve(run);
  if (path === undefined)
    return new Failure('field-not-set', 'xml failure: a token in the name of a target is not set');
  set(run.root, path, value);
  if (run.trace !== undefined) run.trace.wrote(path);
  return undefined;
}

/** The document of a text, read once for all statements of a log that ask for it. */
export function documentOf(run: Run, text: string): XmlDocument | undefined {
  if (run.xml?.text !== text) {
    run.charge(DOCUMENT_COST * text.length);
    run.xml = { text, document: parseXml(text) };
  }
  return run.xml.document;
}

/** A path that may hold tokens, such as `/A/B[%{index}]/C`; numbers count as their digits. */
export function compilePath(
  written: string,
  report: OptionReader['report'],
  position: OptionReader['plugin']['position'],
): FindPath {
  if (!written.includes('%{')) {
    const path = pathOf(written);
    if (path instanceof Failure) report.error(path.code, position, path.text);
    return charged(written, () => path);
  }
  const template = compileTemplate(written, true);
  return charged(written, (run) => {
    const text = template.text(run);
    return typeof text === 'string' ? pathOf(text) : text;
  });
}

/** A search through the whole document is charged as reading it. */
function charged(written: string, find: FindPath): FindPath {
  if (!written.includes('//')) return find;
  return (run) => {
    run.charge(run.xml?.text.length ?? 0);
    return find(run);
  };
}

function pathOf(text: string): Xpath | Failure {
  try {
    return compileXpath(text);
  } catch (error) {
    if (error instanceof CbnError) return new Failure(error.code, error.message, text);
    throw error;
  }
}
