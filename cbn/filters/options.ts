import { distance } from 'fastest-levenshtein';
import type { EngineOptions } from '../options';
import type { Position } from '../source';
import type { Report } from '../syntax/report';
import type { Entry, Plugin, ValueNode } from '../syntax/tree';

/** Options that every filter takes without effect here: Logstash's, which published parsers still carry. */
const EVERYWHERE = ['on_error', 'id', 'tag_on_failure', 'add_tag', 'remove_tag', 'periodic_flush', 'enable_metric'];

/**
 * Reads a filter's options, and tells of those that it does not know. An option in other case (`TAG`) counts, unless the
 * engine is told otherwise.
 */
export class OptionReader {
  private readonly byName = new Map<string, Entry[]>();

  constructor(
    readonly plugin: Plugin,
    readonly report: Report,
    readonly engine: EngineOptions,
    known: readonly string[],
    /** Whether nothing runs behind the statement: what it takes is not changed any more. */
    readonly last = false,
  ) {
    const names = [...known, ...EVERYWHERE];
    for (const entry of plugin.options) {
      const name = this.knownName(entry, names);
      if (name === undefined) continue;
      const entries = this.byName.get(name);
      if (entries === undefined) this.byName.set(name, [entry]);
      else entries.push(entry);
    }
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  position(name: string): Position {
    return this.byName.get(name)?.[0]?.position ?? this.plugin.position;
  }

  /** All values of an option, in the order of the text. */
  all(name: string): readonly Entry[] {
    return this.byName.get(name) ?? [];
  }

  /** An option that is one text; numbers and truth values are taken as text. */
  text(name: string): string | undefined {
    const entries = this.all(name);
    const last = entries.at(-1);
    if (last === undefined) return undefined;
    if (entries.length > 1)
      this.report.warn(
        'repeated-option',
        last.position,
        `${this.plugin.name} has ${name} more than once; the last counts.`,
        'Keep one.',
      );
    return this.scalar(last.value, name);
  }

  /** @returns the text of a required option; '' and an error in the report when it is missing */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined && !this.has(name))
      this.report.error(
        'missing-option',
        this.plugin.position,
        `${this.plugin.name} needs the option ${name}.`,
        `Add ${name} => ….`,
      );
    return text ?? '';
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** An option that is a list of texts; one text counts as a list of one, nested lists are flattened. */
  texts(name: string): string[] {
    return this.all(name).flatMap(({ value }) => this.flat(value, name));
  }

  /** An option that is a hash: all entries, of all its hashes. */
  entries(name: string): readonly Entry[] {
    return this.all(name).flatMap(({ value, position }) => {
      if (value.kind === 'hash') return value.entries;
      // Logstash's form as a flat list: ["a", "b", "c", "d"].
      if (value.kind === 'array' && value.items.length % 2 === 0) return pairs(value.items);
      this.report.error('expected-hash', position, `${name} of ${this.plugin.name} is a hash: { "a" => "b" }.`);
      return [];
    });
  }

  /** A hash whose values are texts. */
  textEntries(name: string): { key: string; value: string; position: Position }[] {
    return this.entries(name).flatMap(({ key, value, position }) => {
      const text = this.scalar(value, `${name} of ${key}`);
      return text === undefined ? [] : [{ key, value: text, position }];
    });
  }

  scalar(value: ValueNode, name: string): string | undefined {
    if (value.kind === 'scalar') return String(value.value);
    const [only] = value.kind === 'array' ? value.items : [];
    if (value.kind === 'array' && value.items.length === 1 && only !== undefined) return this.scalar(only, name);
    this.report.error(
      'expected-text',
      value.position,
      `${name} in ${this.plugin.name} is a text, not ${value.kind === 'array' ? 'a list' : 'a hash'}.`,
    );
    return undefined;
  }

  flat(value: ValueNode, name: string): string[] {
    if (value.kind === 'array') return value.items.flatMap((item) => this.flat(item, name));
    const text = this.scalar(value, name);
    return text === undefined ? [] : [text];
  }

  private knownName(entry: Entry, names: readonly string[]): string | undefined {
    if (names.includes(entry.key)) return entry.key;
    const other = names.find((name) => name.toLowerCase() === entry.key.toLowerCase());
    if (other !== undefined && this.engine.ignoreOptionCase) {
      this.report.warn('option-case', entry.position, `${entry.key} is taken for ${other}.`, `Write ${other}.`);
      return other;
    }
    const near = other ?? names.find((name) => distance(name, entry.key) <= 2);
    this.report.warn(
      'unknown-option',
      entry.position,
      `${this.plugin.name} has no option ${entry.key}; it is without effect.`,
      near === undefined ? 'Remove it.' : `${near} is probably meant.`,
    );
    return undefined;
  }
}

function pairs(items: readonly ValueNode[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at];
    const value = items[at + 1];
    if (key?.kind === 'scalar' && value !== undefined)
      entries.push({ key: String(key.value), value, position: key.position });
  }
  return entries;
}
