import type { Parser } from './engine';
import type { ParserRun } from './parser-run';
import type { Statement } from './syntax/tree';
import { statementsOf } from './syntax/tree';
import { isMap, own, type Value } from './values';

/** A value of an event, and the statements behind it. */
export interface ExplainedField {
  /** In the names that a parser writes: `principal.ip[0]`, below `read_only_udm` or `entity`. */
  readonly path: string;
  readonly value: Value;
  /** The statement that made it, then those that changed or moved it; empty when the parser did not make it. */
  readonly statements: readonly Statement[];
}

/** Fields of one event that are told; more than any event has. */
const MOST_FIELDS = 100_000;

/**
 * Who wrote what in the events of a log, one list of fields for each element of `@output`.
 * @param run made with `trace` and `state`
 */
export function explain(parser: Parser, run: ParserRun): ExplainedField[][] {
  const { trace, state } = run;
  if (trace === undefined || state === undefined) return [];
  const statements = statementsOf(parser.tree);
  const output = own(state, '@output');
  if (!Array.isArray(output)) return [];
  return output.map((event, at) => {
    const fields: ExplainedField[] = [];
    const idm = isMap(event) ? own(event, 'idm') : undefined;
    if (!isMap(idm)) return fields;
    for (const part of ['read_only_udm', 'entity']) {
      const add = (value: Value, path: string, segments: readonly string[]): void => {
        if (fields.length >= MOST_FIELDS || segments.length > 100) return;
        if (isMap(value) && Object.keys(value).length > 0) {
          for (const key of Object.keys(value))
            add(value[key] ?? null, path === '' ? key : `${path}.${key}`, [...segments, key]);
        } else if (Array.isArray(value))
          for (const [index, item] of value.entries()) add(item, `${path}[${index}]`, [...segments, String(index)]);
        else {
          const trail = trace.trail(segments) ?? [];
          fields.push({ path, value, statements: trail.flatMap((index) => statements[index] ?? []) });
        }
      };
      const data = own(idm, part);
      if (data !== undefined) add(data, '', ['@output', String(at), 'idm', part]);
    }
    return fields;
  });
}
