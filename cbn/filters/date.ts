import { compileReference, compileTemplate } from '../compile/template';
import { compileDate, type DateReader } from '../date/date';
import { CbnError } from '../errors';
import { Failure, type Run } from '../run';
import { set } from '../state';
import type { Filter } from './filter';
import type { OptionReader } from './options';
import { compileSourceText } from './source';

/** Zones made at run time that a statement remembers. */
const REMEMBERED = 500;

/**
 * `date { match => ["tok", "format", …] timezone rebase target }`: the first format that fits. Without target it sets
 * `@timestamp`, the time of the log's events.
 */
export const date: Filter = {
  options: ['match', 'timezone', 'rebase', 'target', 'source', 'locale'],
  compile(options) {
    const [source = '', ...formats] = matchOf(options);
    if (formats.length === 0)
      options.report.error(
        'missing-option',
        options.position('match'),
        'date needs a token and a format.',
        'Write match => ["token", "ISO8601"].',
      );
    const read = compileSourceText(source, true);
    const target = compileReference(options.text('target') ?? '@timestamp');
    const reader = compileReader(options, formats);
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `date failure: ${text.text}`, text.value);
      const readDate = reader(run);
      if (readDate instanceof Failure) return readDate;
      const moment = readDate(text, run.now);
      if (moment === undefined)
        return new Failure(
          'date-no-match',
          `date failure: field "${source}": no format of ${formats.join(', ')} matches`,
          text,
        );
      const path = target.resolve(run);
      if (path === undefined)
        return new Failure('field-not-set', 'date failure: a token in the name of the target is not set');
      set(run.root, path, { seconds: moment.seconds, nanos: moment.nanos });
      if (run.trace !== undefined) run.trace.wrote(path);
      return undefined;
    };
  },
};

/** Token and formats: `["tok", "f", …]`, or `{ "tok" => ["f", …] }` as grok has it. */
function matchOf(options: OptionReader): string[] {
  const all = options.all('match');
  if (all.length === 0 || all.some(({ value }) => value.kind !== 'hash')) return options.texts('match');
  return options.entries('match').flatMap(({ key, value }) => [key, ...options.flat(value, 'match')]);
}

function compileReader(options: OptionReader, formats: readonly string[]): (run: Run) => DateReader | Failure {
  const rebase = options.flag('rebase');
  const timezone = options.text('timezone');
  if (timezone === undefined || !timezone.includes('%{')) {
    const reader = fixedReader(options, formats, rebase, timezone);
    return () => reader;
  }
  const template = compileTemplate(timezone);
  const known = new Map<string, DateReader | Failure>();
  return (run) => {
    const zone = template.text(run);
    if (typeof zone !== 'string') return new Failure(zone.code, `date failure: timezone: ${zone.text}`, zone.value);
    let reader = known.get(zone);
    if (reader === undefined) {
      if (known.size >= REMEMBERED) known.clear();
      reader = readerIn(zone, formats, rebase);
      known.set(zone, reader);
    }
    return reader;
  };
}

function fixedReader(
  options: OptionReader,
  formats: readonly string[],
  rebase: boolean,
  timezone?: string,
): DateReader | Failure {
  const reader = readerIn(timezone === '' ? undefined : timezone, formats, rebase);
  if (reader instanceof Failure) options.report.error(reader.code, options.position('timezone'), reader.text);
  return reader;
}

function readerIn(timezone: string | undefined, formats: readonly string[], rebase: boolean): DateReader | Failure {
  try {
    return compileDate(formats, { rebase, ...(timezone !== undefined && { timezone }) });
  } catch (error) {
    if (error instanceof CbnError) return new Failure(error.code, error.message, timezone);
    throw error;
  }
}
