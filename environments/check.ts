import { closest, distance } from 'fastest-levenshtein';
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import type { Problem } from './report';
import { type Environment, environmentJsonSchema, environmentSchema } from './schema';

type Path = readonly PropertyKey[];

/** The outcome of checking one file: an environment, or every problem that it has. */
export type Checked = { environment: Environment; problems: [] } | { environment: undefined; problems: Problem[] };

/**
 * Checks the text of one environment file.
 * @param file name of the file as the user knows it, for the report
 * @param expectedName what `environment:` must say: the file's name without extension
 */
export function checkEnvironment(file: string, text: string, expectedName: string): Checked {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const report = (offset: number, path: Path, got: string, expected: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, path: renderPath(path), got, expected };
  };
  const refuse = (problems: Problem[]): Checked => ({ environment: undefined, problems });

  const [syntaxError] = document.errors; // the first: those after it mostly follow from it
  if (syntaxError) return refuse([report(syntaxError.pos[0], [], yamlProblem(syntaxError.message), YAML_EXPECTED)]);
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    return refuse([report(0, [], yamlProblem(error instanceof Error ? error.message : String(error)), YAML_EXPECTED)]);
  }

  const parsed = environmentSchema.safeParse(values, { reportInput: true });
  const problems = (parsed.error?.issues ?? []).flatMap((issue) => explain(issue, document, report));
  visit(document, {
    Scalar(_, { value, range }, ancestors) {
      if (typeof value !== 'string' || !/[$%]\{/.test(value)) return;
      const path = ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));
      problems.push(
        report(range?.[0] ?? 0, path, quote(value), 'a value without ${ and %{, which Terraform evaluates'),
      );
    },
  });
  const name = isMap(document.contents) ? document.contents.get('environment') : undefined;
  if (typeof name === 'string' && name !== expectedName)
    problems.push(
      report(
        offsetOf(document, ['environment']),
        ['environment'],
        quote(name),
        `${expectedName}: the name of the file without extension`,
      ),
    );
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return parsed.success && problems.length === 0 ? { environment: parsed.data, problems: [] } : refuse(problems);
}

const YAML_EXPECTED = 'YAML; a value that starts with * or & or holds ": " or " #" must stand in quotes';

function yamlProblem(message: string): string {
  return `text that is no YAML: ${message.split('\n')[0]}`;
}

function explain(
  issue: z.core.$ZodIssue,
  document: Document,
  report: (offset: number, path: Path, got: string, expected: string) => Problem,
): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const known = Object.keys(mapOf(schemaAt(issue.path))?.properties ?? {});
      // The value is left out: a key that does not belong here may hold a secret.
      return report(
        keyOffset(document, path),
        path,
        'an unknown key',
        suggest(key, known) ?? `one of ${known.join(', ')}`,
      );
    });
  if (issue.code === 'invalid_union') {
    const branch = meantBranch(issue);
    if (branch)
      return branch.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, document, report));
  }
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    const known = schemaAt(issue.path.slice(0, -1))?.propertyNames?.enum ?? [];
    const expected = issue.issues.map((inner) => inner.message).join('; ');
    return [report(keyOffset(document, issue.path), issue.path, quote(key), withChoices(expected, key, known))];
  }
  const found = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
  const value = isNode(found) ? found.toJS(document) : found;
  const expected = withChoices(issue.message, value, choicesAt(issue.path));
  return [report(offsetOf(document, issue.path), issue.path, quote(value), expected)];
}

/**
 * What is wrong with a value that may have several forms, for the form that it has: a map, or something else. A union with
 * a sentence of its own is told by that.
 */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  if (issue.message !== 'Invalid input') return undefined;
  const isMap = typeof issue.input === 'object' && issue.input !== null && !Array.isArray(issue.input);
  const isOfForm = (branch: readonly z.core.$ZodIssue[]) =>
    branch.every(
      ({ code, path }) => path.length > 0 || code === 'unrecognized_keys' || (!isMap && code !== 'invalid_type'),
    );
  return issue.errors.find(isOfForm);
}

/** What is expected, with the nearest of the words that are known there, or else all of them. */
function withChoices(expected: string, value: unknown, known: readonly string[]): string {
  const word = typeof value === 'string' ? value : '';
  if (known.length === 0 || known.includes(word)) return expected;
  const suggestion = suggest(word, known);
  return `${expected}; ${suggestion ?? `one of ${known.join(', ')}`}`;
}

/** "did you mean …" when a known word is near enough: at most a third of its letters differ. */
function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(word, [...known]);
  return distance(word, nearest) <= Math.max(1, Math.floor(nearest.length / 3))
    ? `did you mean ${nearest}?`
    : undefined;
}

/** What was found, on one line, short, and without credentials that a URL may carry. */
function quote(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value).replace(/:\/\/[^/\s"]*@/g, '://…@');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function renderPath(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}

/** Offset of the value at a path; of the nearest map above it, by its key, where the value is missing. */
function offsetOf(document: Document, path: Path): number {
  const found = document.getIn(path, true);
  if (isNode(found) && found.range) return found.range[0];
  return path.length === 0 ? 0 : keyOffset(document, path.slice(0, -1));
}

/** Offset of the key that holds the value at a path. */
function keyOffset(document: Document, path: Path): number {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1));
    if (pair) return (pair.key as Node).range?.[0] ?? 0;
  }
  if (isCollection(parent) && path.length > 0) return offsetOf(document, path);
  return 0;
}

interface JsonSchema {
  readonly anyOf?: readonly JsonSchema[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema;
  propertyNames?: { enum?: string[] };
  enum?: string[];
}

/** The part of the JSON Schema that describes a path. */
function schemaAt(path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((schema, key) => {
    const map = mapOf(schema);
    return typeof key === 'number' ? map?.items : (map?.properties?.[String(key)] ?? map?.additionalProperties);
  }, rootSchema());
}

let root: JsonSchema | undefined;

/** Made when the first problem is told: it takes as long as many checks. */
function rootSchema(): JsonSchema {
  root ??= environmentJsonSchema() as JsonSchema;
  return root;
}

/** Of a value that may have several forms, the map. */
function mapOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.anyOf?.find(({ properties }) => properties) ?? schema;
}

/** The words that may stand at a path. */
function choicesAt(path: Path): readonly string[] {
  const schema = schemaAt(path);
  return schema?.enum ?? schema?.anyOf?.find((form) => form.enum)?.enum ?? [];
}
