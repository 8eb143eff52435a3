import { CbnError } from '../errors';
import { compileGrok, type Grok } from '../grok/grok';
import { Failure, type Run } from '../run';
import { get, type Path, set, toPath } from '../state';
import type { Value } from '../values';
import type { Execute, Filter } from './filter';
import type { OptionReader } from './options';
import { compileSourceText } from './source';

interface Pattern {
  readonly grok: Grok;
  readonly paths: readonly Path[];
  /** By capture: whether a value that is there already may be replaced. */
  readonly overwrites: readonly boolean[];
}

const NO_MATCH = 'failed to parse data with all match patterns';

/**
 * `grok { match => { "tok" => ["pattern", …] } overwrite => ["tok", …] }`: the first pattern that matches, and captures
 * something, counts. A group that took no part leaves its token as it was.
 *
 * With `match_all => true` each of its tokens becomes a map of what all matches captured, by the number of the match as
 * text: `for index, value in tok map` goes through it. Source: docs.cloud.google.com/chronicle/docs/reference/parser-syntax,
 * "Grok match_all option".
 */
export const grok: Filter = {
  options: [
    'match',
    'overwrite',
    'match_all',
    'break_on_match',
    'named_captures_only',
    'keep_empty_captures',
    'patterns_dir',
  ],
  compile(options) {
    const overwrite = new Set(options.texts('overwrite').map(plain));
    const capture = options.flag('match_all') ? everyMatch : firstMatch;
    const sources = options.entries('match').map(({ key, value, position }) => ({
      read: compileSourceText(plain(key)),
      patterns: options
        .flat(value, `match of ${key}`)
        .flatMap((text) => compilePattern(text, overwrite, options, position)),
    }));
    if (sources.length === 0 && options.all('match').length === 0)
      options.report.error(
        'missing-option',
        options.plugin.position,
        'grok needs the option match.',
        'Add match => { "message" => "…" }.',
      );
    const attempts = sources.map(
      ({ read, patterns }): Execute =>
        (run) => {
          const text = read(run);
          if (typeof text !== 'string') return text;
          for (const pattern of patterns) {
            run.charge(text.length);
            const values = capture(pattern.grok, text, run);
            if (values === undefined || pattern.paths.length === 0) continue;
            return keep(run, pattern, values);
          }
          return new Failure('grok-no-match', NO_MATCH, text);
        },
    );
    const [only] = attempts;
    if (only !== undefined && attempts.length === 1) return only;
    // Of several sources the first that matches counts.
    return (run) => {
      let failure: Failure | undefined;
      for (const attempt of attempts) {
        failure = attempt(run);
        if (failure === undefined || failure.code === 'not-overwritable') return failure;
      }
      return failure;
    };
  },
};

/** Values by token; undefined when the text does not match. */
type Capture = (grok: Grok, text: string, run: Run) => readonly (Value | undefined)[] | undefined;

const firstMatch: Capture = (grok, text) => grok.match(text);

const everyMatch: Capture = (grok, text, run) => {
  const matches = grok.matchAll(text);
  if (matches.length === 0) return undefined;
  run.chargeEntries(matches.length * grok.captures.length);
  return grok.captures.map((_, token) => {
    const parts = matches.map((values, index) => [String(index), values[token]] as const);
    const took = parts.filter((part): part is [string, string] => part[1] !== undefined);
    return took.length === 0 ? undefined : Object.fromEntries(took);
  });
};

/** A token as conditions write it, `[a][b]`, with dots. */
function plain(name: string): string {
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1).replaceAll('][', '.') : name;
}

function compilePattern(
  text: string,
  overwrite: ReadonlySet<string>,
  { report }: OptionReader,
  position: OptionReader['plugin']['position'],
): Pattern[] {
  try {
    const compiled = compileGrok(text);
    const { captures } = compiled;
    if (captures.length === 0)
      report.warn(
        'grok-without-capture',
        position,
        `The pattern captures nothing, so that it never counts as a match: ${text.slice(0, 80)}`,
        'Name a part of it: %{DATA:token}.',
      );
    return [{ grok: compiled, paths: captures.map(toPath), overwrites: captures.map((name) => overwrite.has(name)) }];
  } catch (error) {
    if (!(error instanceof CbnError)) throw error;
    report.error(error.code, position, error.message);
    return [];
  }
}

function keep(run: Run, { paths, overwrites }: Pattern, values: readonly (Value | undefined)[]): Failure | undefined {
  for (let at = 0; at < paths.length; at += 1) {
    if (values[at] === undefined || overwrites[at]) continue;
    const path = paths[at] as Path;
    const existing = get(run.root, path);
    if (existing !== undefined)
      return new Failure(
        'not-overwritable',
        `field "${path.name}" already exists in data and is not overwritable`,
        existing,
      );
  }
  for (let at = 0; at < paths.length; at += 1) {
    const value = values[at];
    if (value === undefined) continue;
    const path = paths[at] as Path;
    set(run.root, path, value);
    if (run.trace !== undefined) run.trace.wrote(path);
  }
  return undefined;
}
