import { createColors } from 'picocolors';
import { wrap } from '../wrap';
import type { Check, CheckGroup, State } from './check';

export interface PageStyle {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

const STATES = ['ok', 'warning', 'will fail', 'could not tell', 'skipped'] as const satisfies readonly State[];
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
  const paint: Record<State, (text: string) => string> = {
    ok: colors.green,
    warning: colors.yellow,
    'will fail': colors.red,
    'could not tell': colors.yellow,
    skipped: colors.dim,
  };
  const isNarrow = width < NARROW;
  const findingAt = isNarrow ? 2 * MARGIN : MARGIN + STATE_WIDTH + MARGIN + NAME_WIDTH + MARGIN;
  const todoAt = isNarrow ? 2 * MARGIN : MARGIN + STATE_WIDTH + MARGIN;

  const lines = (check: Check): string[] => {
    const { state, name, finding } = check;
    if (state === 'skipped') {
      const text = wrap(`${name}: ${finding}`, width - todoAt);
      const start = ' '.repeat(MARGIN) + paint.skipped(isNarrow ? state : state.padEnd(STATE_WIDTH));
      const [first = '', ...more] = text;
      const rest = (isNarrow ? text : more).map((line) => indent(line, todoAt));
      return [isNarrow ? start : `${start}${' '.repeat(MARGIN)}${first}`, ...rest];
    }
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

  const blocks = groups.map((group) => [colors.bold(group.title), ...gather(group.checks).flatMap(lines)].join('\n'));
  const checks = groups.flatMap((group) => group.checks);
  const end = [...wrap(sums(checks), width), ...wrap(verdict(checks), width)].join('\n');
  return [wrap(title, width).join('\n'), ...blocks, end].join('\n\n');
}

/** Checks that follow each other and were skipped for the same reason, as one. */
function gather(checks: readonly Check[]): Check[] {
  const gathered: Check[] = [];
  for (const check of checks) {
    const last = gathered.at(-1);
    if (check.state === 'skipped' && last?.state === 'skipped' && last.finding === check.finding)
      gathered[gathered.length - 1] = { ...last, name: `${last.name}, ${check.name}` };
    else gathered.push(check);
  }
  return gathered;
}

function verdict(checks: readonly Check[]): string {
  const has = (state: State) => checks.some((check) => check.state === state);
  if (has('will fail')) return 'Mend what will fail, and run this again.';
  if (has('could not tell')) return 'Nothing was found that will fail, but not all could be told.';
  return 'Nothing was found that would stop it.';
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

const ONE: Readonly<Record<State, string>> = {
  ok: 'ok',
  warning: 'warning',
  'will fail': 'will fail',
  'could not tell': 'could not be told',
  skipped: 'skipped',
};
const MANY: typeof ONE = { ...ONE, warning: 'warnings' };

/** `9 checks: 7 ok, 1 will fail, 1 could not be told, 2 skipped.` */
export function sums(checks: readonly Check[]): string {
  const parts = STATES.map((state) => [checks.filter((check) => check.state === state).length, state] as const)
    .filter(([number]) => number > 0)
    .map(([number, state]) => `${number} ${number > 1 ? MANY[state] : ONE[state]}`);
  return `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}: ${parts.join(', ')}.`;
}

function indent(line: string, columns: number): string {
  return ' '.repeat(columns) + line;
}
