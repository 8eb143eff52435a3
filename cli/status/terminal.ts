import { wrap } from '../wrap';

export interface TextStyle {
  readonly color: boolean;
  /** Whether the terminal shows characters beyond ASCII. */
  readonly unicode: boolean;
  /** Columns of the terminal; of more than 80 the others stay empty. Default: 80. */
  readonly columns?: number;
}

/** Columns of tables, and most of texts. */
const COLUMNS = 80;
/** Of the narrowest terminal that is served. */
const LEAST_COLUMNS = 20;
const BARS = { unicode: '▁▂▃▄▅▆▇█', ascii: '.:-=+*%#' } as const;
const NO_BAR = { unicode: '·', ascii: ' ' } as const;
/** Columns of a sparkline. */
export const SPARKS = 8;

/** By the locale's variables, in their order (POSIX, 8.2 Internationalization Variables). */
export function isUnicodeLocale(env: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** A text as the terminal can show it. */
export function shown(text: string, { unicode }: Pick<TextStyle, 'unicode'>): string {
  return unicode ? text : text.replaceAll('…', '...').replace(/[\u0080-\uffff]/g, '?');
}

/** Lines of a text, broken for the terminal. */
export function paragraph(
  text: string,
  style: Pick<TextStyle, 'columns'>,
  { color = (same) => same, indent = '' }: { readonly color?: (text: string) => string; readonly indent?: string } = {},
): string[] {
  return wrap(text, columnsOf(style) - indent.length).map((part) => `${indent}${color(part)}`);
}

function columnsOf({ columns = COLUMNS }: Pick<TextStyle, 'columns'>): number {
  return Math.max(LEAST_COLUMNS, Math.min(columns, COLUMNS));
}

/** Whether tables are too wide for the terminal. */
export function isNarrow(style: Pick<TextStyle, 'columns'>): boolean {
  return columnsOf(style) < COLUMNS;
}

/** In a table: not known, or of no meaning there. */
export const NONE = '-';

/** A table that is at most 80 columns wide. */
export interface Table {
  readonly head: readonly string[];
  readonly widths: readonly number[];
  /** So many cells name the row, and are aligned at their left; the others, which are numbers, at their right. */
  readonly left: number;
}

/** The head of a table; nothing in a terminal that is too narrow for it. */
export function headOf({ head, widths, left }: Table, style: Pick<TextStyle, 'columns'>): string[] {
  return isNarrow(style) ? [] : [row(head, widths, left)];
}

/** A row of a table; in a terminal that is too narrow for it what names it, and below its numbers with their names. */
export function rowOf(
  { head, widths, left }: Table,
  cells: readonly string[],
  style: Pick<TextStyle, 'columns'>,
): string[] {
  if (!isNarrow(style)) return [row(cells, widths, left)];
  const numbers = cells.slice(left).flatMap((cell, index) => (cell === NONE ? [] : [`${head[left + index]} ${cell}`]));
  const name = cells.slice(0, left).join(' ').trimEnd();
  return numbers.length === 0 ? [name] : [name, ...paragraph(numbers.join(', '), style, { indent: '  ' })];
}

/** `2026-03-01 12:00`, of a moment in RFC 3339. */
export function minute(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}

function row(cells: readonly string[], widths: readonly number[], left: number): string {
  return cells
    .map((cell, index) => (index < left ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join(' ')
    .trimEnd();
}

/** Eight columns at most: more days than that are summed, so that the last column ends today. */
export function sparkline(values: readonly number[], { unicode }: Pick<TextStyle, 'unicode'>): string {
  const bars = unicode ? BARS.unicode : BARS.ascii;
  const perColumn = Math.ceil(values.length / SPARKS);
  const first = values.length % (perColumn || 1);
  const columns = [
    ...(first > 0 ? [values.slice(0, first)] : []),
    ...Array.from({ length: Math.floor(values.length / (perColumn || 1)) }, (_, index) =>
      values.slice(first + index * perColumn, first + (index + 1) * perColumn),
    ),
  ].map((column) => column.reduce((sum, value) => sum + value, 0));
  const most = Math.max(...columns, 0);
  return columns
    .map((value) =>
      value === 0
        ? NO_BAR[unicode ? 'unicode' : 'ascii']
        : bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))],
    )
    .join('');
}
