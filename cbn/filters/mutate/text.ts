import { compilePattern, patternOf } from '../../compile/patterns';
import { compileReference, compileSource, compileTemplate, type Reference } from '../../compile/template';
import { Failure, type Run } from '../../run';
import { get, type Path, set } from '../../state';
import { isNumber, typeOf, type Value } from '../../values';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';

type Change = (text: string, run: Run) => string | Failure;

/**
 * Changes the text of a token; of a list the texts in it. A token that is not set is left so, and nothing fails: published
 * golden events come from logs that lack tokens which their parsers change without `on_error`.
 */
function change(reference: Reference, operation: string, how: Change): Execute {
  return (run) => {
    const path = reference.resolve(run);
    const value = path && get(run.root, path);
    if (path === undefined || value === undefined) return undefined;
    if (run.trace !== undefined) run.trace.read(path);
    if (typeof value === 'string') {
      const made = how(value, run);
      if (typeof made !== 'string') return made;
      return write(run, path, value, made);
    }
    if (Array.isArray(value) && operation !== 'gsub' && value.every((item) => typeof item === 'string')) {
      const items = value.map((item) => how(item as string, run));
      const failure = items.find((item) => item instanceof Failure);
      if (failure instanceof Failure) return failure;
      run.chargeEntries(items.length);
      set(run.root, path, items as string[]);
      return undefined;
    }
    return new Failure(
      'not-a-string',
      `${operation} failure: field "${path.name}": value of type ${typeOf(value)} is not a string`,
      value,
    );
  };
}

function write(run: Run, path: Path, before: string, made: string): undefined {
  run.chargeText(before.length + made.length);
  if (made === before) return;
  set(run.root, path, made);
  if (run.trace !== undefined) run.trace.changed(path);
}

/** `gsub [ "field", "re", "subst", … ]`: all matches; `$1` stands for a group. */
export function compileGsub(options: OptionReader): Execute[] {
  const texts = options.texts('gsub');
  const position = options.position('gsub');
  if (texts.length % 3 !== 0)
    options.report.warn(
      'gsub-triples',
      position,
      `gsub takes triples of field, pattern and replacement; it has ${texts.length} texts.`,
      'Complete the last triple.',
    );
  const steps: Execute[] = [];
  for (let at = 0; at + 2 < texts.length; at += 3) {
    const [field = '', pattern = '', replacement = ''] = texts.slice(at, at + 3);
    const reference = compileReference(field);
    if (pattern.includes('%{') || replacement.includes('%{')) {
      steps.push(dynamicGsub(reference, pattern, replacement));
      continue;
    }
    const regex = compilePattern(pattern, position, options.report);
    if (regex !== undefined) steps.push(change(reference, 'gsub', (text) => regex.replaceAll(text, replacement)));
  }
  return steps;
}

function dynamicGsub(reference: Reference, pattern: string, replacement: string): Execute {
  const source = compileTemplate(pattern);
  const template = compileTemplate(replacement);
  return change(reference, 'gsub', (text, run) => {
    const written = source.text(run);
    if (typeof written !== 'string') return new Failure(written.code, `gsub failure: ${written.text}`, written.value);
    const inserted = template.text(run);
    if (typeof inserted !== 'string')
      return new Failure(inserted.code, `gsub failure: ${inserted.text}`, inserted.value);
    const regex = patternOf(written);
    return regex instanceof Failure ? regex : regex.replaceAll(text, inserted);
  });
}

const CASES: Record<string, (text: string) => string> = {
  uppercase: (text) => text.toUpperCase(),
  lowercase: (text) => text.toLowerCase(),
  capitalize: (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(),
  strip: (text) => text.trim(),
};

/** `uppercase`, `lowercase`, `capitalize`, `strip`: `[ "tok", … ]`. */
export function compileCase(options: OptionReader, name: string): Execute[] {
  const how = CASES[name] ?? ((text: string) => text);
  return options.texts(name).map((text) => change(compileReference(text), name, how));
}

/** `split { source => "s" separator => "," target => "t" }`, and Logstash's `split { "s" => "," }` in place. */
export function compileSplit(options: OptionReader): Execute[] {
  return options.all('split').flatMap(({ value }) => {
    const entries = value.kind === 'hash' ? value.entries : [];
    const option = (...names: string[]): string | undefined => {
      const entry = entries.find(({ key }) => names.includes(key));
      return entry && options.scalar(entry.value, entry.key);
    };
    const source = option('source', 'field');
    if (source !== undefined) {
      const separator = option('separator', 'seperator', 'delimiter', 'terminator');
      if (separator === undefined)
        options.report.warn(
          'split-separator',
          value.position,
          'split has no separator; a comma is taken.',
          'Add separator => ",".',
        );
      return [split(source, separator ?? ',', option('target') ?? source)];
    }
    return entries.map((entry) => split(entry.key, options.scalar(entry.value, 'split') ?? ',', entry.key));
  });
}

function split(from: string, separator: string, to: string): Execute {
  const source = compileSource(from);
  const target = compileReference(to);
  return (run) => {
    const path = source.resolve(run);
    const destination = target.resolve(run);
    const value = path && get(run.root, path);
    if (path === undefined || destination === undefined || value === undefined)
      return new Failure('field-not-set', `split failure: source field "${source.written}": field not set`);
    if (typeof value !== 'string')
      return new Failure(
        'not-a-string',
        `split failure: source field "${path.name}": value of type ${typeOf(value)} is not a string`,
        value,
      );
    const parts = value.split(separator);
    run.chargeEntries(parts.length);
    set(run.root, destination, parts);
    if (run.trace !== undefined) {
      run.trace.read(path);
      run.trace.wrote(destination);
    }
    return undefined;
  };
}

/** `join { "list" => "," }`, Logstash's: a list's texts and numbers as one text. */
export function compileJoin(options: OptionReader): Execute[] {
  return options.textEntries('join').map(({ key, value: separator }) => {
    const reference = compileReference(key);
    return (run) => {
      const path = reference.resolve(run);
      const value = path && get(run.root, path);
      if (path === undefined || !Array.isArray(value)) return undefined;
      const texts = value.filter(
        (item): item is Exclude<Value, object> =>
          typeof item === 'string' || isNumber(item) || typeof item === 'boolean',
      );
      const made = texts.join(separator);
      run.chargeText(made.length);
      set(run.root, path, made);
      if (run.trace !== undefined) run.trace.changed(path);
      return undefined;
    };
  });
}
