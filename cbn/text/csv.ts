import { unescapeSeparator } from './escapes';

export interface ColumnOptions {
  /** Default a comma. */
  readonly separator?: string;
  /** Whether quotes may stand where they should not; default false. */
  readonly lazyQuotes?: boolean;
  /** Whether the separator has escapes for control characters. */
  readonly unescapeSeparator?: boolean;
}

/**
 * The columns of the first line that is not empty, as Go's `encoding/csv` reads them: a column that begins with a quote ends
 * with one, has doubled quotes for quotes, and may contain separators and line ends. Undefined when there is no line, or when
 * a quote stands within a column without any, is followed by something, or is not closed; `lazyQuotes` takes all of these.
 */
export function splitColumns(text: string, options: ColumnOptions): string[] | undefined {
  const written = options.separator ?? '';
  const separator = (options.unescapeSeparator ? unescapeSeparator(written) : written) || ',';
  const lazy = options.lazyQuotes === true;
  let at = 0;
  while (text[at] === '\n' || (text[at] === '\r' && text[at + 1] === '\n')) at++;
  if (at >= text.length) return undefined;
  const columns: string[] = [];
  let lineEnd = -1;
  for (;;) {
    if (lineEnd < at) lineEnd = endOfLine(text, at);
    const column =
      text[at] === '"' ? quotedColumn(text, at, separator, lazy) : bareColumn(text, at, separator, lazy, lineEnd);
    if (column === undefined) return undefined;
    columns.push(column.value);
    if (!text.startsWith(separator, column.end)) return columns;
    at = column.end + separator.length;
  }
}

interface Column {
  readonly value: string;
  /** Where its separator, its line end, or the end of the text stands. */
  readonly end: number;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function bareColumn(
  text: string,
  begin: number,
  separator: string,
  lazy: boolean,
  lineEnd: number,
): Column | undefined {
  const next = text.indexOf(separator, begin);
  const end = next < 0 || next > lineEnd ? lineEnd : next;
  let value = text.slice(begin, end);
  if (!text.startsWith(separator, end) && value.endsWith('\r')) value = value.slice(0, -1);
  return lazy || !value.includes('"') ? { value, end } : undefined;
}

function quotedColumn(text: string, begin: number, separator: string, lazy: boolean): Column | undefined {
  let value = '';
  for (let from = begin + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return lazy ? { value: value + text.slice(from), end: text.length } : undefined;
    value += text.slice(from, quote);
    const after = quote + 1;
    if (text[after] === '"') {
      value += '"';
      from = after + 1;
    } else if (text.startsWith(separator, after) || isLineEnd(text, after)) {
      return { value: value.replaceAll('\r\n', '\n'), end: after };
    } else if (lazy) {
      value += '"';
      from = after;
    } else return undefined;
  }
}

function isLineEnd(text: string, at: number): boolean {
  const place = text[at] === '\r' ? at + 1 : at;
  return place >= text.length || text[place] === '\n';
}
