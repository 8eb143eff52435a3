import type { Colors } from 'picocolors/types';
import { counted } from '../inventory/words';
import { code, plain } from '../plan/markdown-text';
import { cutPair } from '../plan/show';
import { changeLines, pathText, valueText } from './change-lines';
import type { FieldTally, ParserChange } from './parser-changes';

/** Fields of a parser that are told; `--json` has all. */
const MOST_FIELDS = 50;
const LONGEST_VALUE = 80;

/** What changes, for the terminal. */
export function renderChanges(changes: readonly ParserChange[], colors: Colors): string {
  if (changes.length === 0) return 'No parser changed.';
  return changes
    .flatMap((change) => [
      colors.bold(`${change.parser}: ${summaryOf(change)}`),
      ...change.fields
        .slice(0, MOST_FIELDS)
        .flatMap((field) => [
          ...changeLines([field], colors).map((line) => `  ${line}`),
          colors.dim(`    in ${counted(field.logs, 'log')}`),
        ]),
      ...more(change).map((text) => `  ${text}`),
    ])
    .join('\n');
}

/** The table of a pull request, a heading of third level for each parser. */
export function changesMarkdown(changes: readonly ParserChange[]): string {
  return changes.map(changeMarkdown).join('\n');
}

/** One parser of {@link changesMarkdown}. */
export function changeMarkdown(change: ParserChange): string {
  const rows = change.fields.slice(0, MOST_FIELDS).map(row);
  const table = rows.length > 0 ? `\n| Field | Before | After | Logs |\n|---|---|---|--:|\n${rows.join('')}` : '';
  const rest = more(change).map((text) => `\n${text}\n`);
  return `**${plain(change.parser)}**: ${plain(summaryOf(change))}\n${table}${rest.join('')}`;
}

function row({ path, before, after, logs }: FieldTally): string {
  const [old, now] = cutPair(valueText(before), valueText(after), LONGEST_VALUE);
  const cell = (value: unknown, text: string) => (value === undefined ? '' : code(text));
  return `| ${code(pathText(path))} | ${cell(before, old)} | ${cell(after, now)} | ${logs} |\n`;
}

export function summaryOf({ kind, logs, differing, problem }: ParserChange): string {
  if (problem !== undefined) return `cannot be compared: ${problem}`;
  if (kind === 'added') return `new, with ${counted(logs, 'sample')}`;
  if (kind === 'removed') return 'removed';
  if (differing === 0) return `changed; the ${counted(logs, 'sample')} give what they gave`;
  return `changed; ${differing} of ${counted(logs, 'sample')} ${differing === 1 ? 'gives' : 'give'} something else`;
}

function more({ fields }: ParserChange): string[] {
  return fields.length > MOST_FIELDS ? [`… and ${fields.length - MOST_FIELDS} more fields`] : [];
}
