import { createColors } from 'picocolors';
import { wrap } from '../wrap';
import type { Check, CheckGroup, State } from './check';

export interface PageStyle {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

const STATES = ['ok', 'will fail', 'could not tell', 'skipped'] as const satisfies readonly State[];
/** Columns of the longest state. */
const STATE_WIDTH = Math.max(...STATES.map((state) => state.length));
/** Longer lines are hard to read. */
const MAX_COLUMNS = 120;
/** Below so many columns state and name have a line of their own. */
const NARROW = 60;
/** Columns of the names; a longer one has its finding on the next line. */
const NAME_WIDTH = 18;
const MARGIN = 2;
/** Of the narrowest terminal that is served: words are not broken. */
const MIN_COLUMNS = 20;

/** A page for people: every service with its checks, what to do about each, and the sums. */
export function renderPage(title: string, groups: readonly CheckGroup[], { color, columns }: PageStyle): string {
  const colors = createColors(color);
  const width = Math.max(MIN_COLUMNS, Math.min(columns, MAX_COLUMNS));
  const paint = { ok: colors.green, 'will fail': colors.red, 'could not tell': colors.yellow, skipped: colors.dim };
  const isNarrow = width < NARROW;
  const findingAt = isNarrow ? 2 * MARGIN : MARGIN + STATE_WIDTH + MARGIN + NAME_WIDTH + MARGIN;
  const todoAt = isNarrow ? 2 * MARGIN : MARGIN + STATE_WIDTH + MARGIN;

  const lines = (check: Check): string[] => {
    const { state, name, finding } = check;
    const head = `${' '.repeat(MARGIN)}${paint[state](state.padEnd(isNarrow ? 0 : STATE_WIDTH))}${' '.repeat(MARGIN)}`;
    const wrapped = wrap(finding, width - findingAt);
    const [first = '', ...rest] = wrapped;
    const isOwnLine = isNarrow || name.length > NAME_WIDTH;
    return [
      head + (isOwnLine ? name : `${name.padEnd(NAME_WIDTH)}${' '.repeat(MARGIN)}${first}`),
      ...(isOwnLine ? wrapped : rest).map((line) => indent(line, findingAt)),
      ...further(check, width - todoAt, colors).map((line) => indent(line, todoAt)),
    ];
  };

  const blocks = groups.map((group) => [colors.bold(group.title), ...group.checks.flatMap(lines)].join('\n'));
  const checks = groups.flatMap((group) => group.checks);
  return [wrap(title, width).join('\n'), ...blocks, wrap(sums(checks), width).join('\n')].join('\n\n');
}

/** What is to be done. Commands and addresses are pasted: they stay on one line, however long. */
function further(
  { state, todo, command, page }: Check,
  columns: number,
  colors: ReturnType<typeof createColors>,
): string[] {
  const isGood = state === 'ok' || state === 'skipped';
  return [
    ...(todo === undefined ? [] : wrap(todo, columns)),
    ...(command === undefined || isGood ? [] : [colors.cyan(command)]),
    ...(page === undefined || (isGood && todo === undefined) ? [] : [colors.dim(page)]),
  ];
}

/** `9 checks: 7 ok, 1 will fail, 1 could not be told, 2 skipped.` */
export function sums(checks: readonly Check[]): string {
  const words = { ok: 'ok', 'will fail': 'will fail', 'could not tell': 'could not be told', skipped: 'skipped' };
  const parts = STATES.map((state) => [checks.filter((check) => check.state === state).length, words[state]] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`);
  return `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}: ${parts.join(', ')}.`;
}

function indent(line: string, columns: number): string {
  return ' '.repeat(columns) + line;
}
