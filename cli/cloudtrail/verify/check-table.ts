import { createColors } from 'picocolors';
import { EXIT } from '../../exit-codes';
import { isColorful } from '../../progress';
import type { Verdict } from '../../verdict';
import { wrap } from '../../wrap';
import type { Check, CheckGroup } from './check';

const MARGIN = '  ';
/** Columns that a terminal has by default, and what is assumed without one. */
const DEFAULT_WIDTH = 80;
/** Longer lines are hard to read. */
const MAX_WIDTH = 120;
/** Columns of the names; a longer one has its finding on the next line. */
const MAX_NAME_WIDTH = 18;

/**
 * The verdict over checks: 0 when all are ok, 1 with a problem, 2 when there is none but something could not be told.
 * @param known what else stands in the document
 */
export function checksVerdict(known: object, groups: readonly CheckGroup[]): Verdict {
  const shown = groups.filter(({ checks }) => checks.length > 0);
  const checks = shown.flatMap(({ title, checks }) => checks.map((check) => ({ about: title, ...check })));
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const summary = { ok: count('ok'), problems: count('problem'), couldNotTell: count('could not tell') };
  return {
    exitCode: summary.problems > 0 ? EXIT.failed : summary.couldNotTell > 0 ? EXIT.couldNotTell : EXIT.good,
    document: { ...known, summary, checks },
    text: renderChecks(shown, process.stdout.columns ?? DEFAULT_WIDTH, createColors(isColorful(process.stdout))),
  };
}

/** A table for people: every thing with its checks, what mends each problem, and the sums. */
export function renderChecks(
  groups: readonly CheckGroup[],
  columns: number,
  colors: ReturnType<typeof createColors>,
): string {
  const all = groups.flatMap(({ checks }) => checks);
  const width = Math.min(columns, MAX_WIDTH);
  const stateWidth = Math.max(...all.map(({ state }) => state.length));
  const nameWidth = Math.min(MAX_NAME_WIDTH, Math.max(...all.map(({ name }) => name.length)));
  const paint = { ok: colors.green, problem: colors.red, 'could not tell': colors.yellow };
  const nameAt = MARGIN.length + stateWidth + MARGIN.length;
  const findingAt = nameAt + nameWidth + MARGIN.length;

  const renderCheck = (check: Check): string[] => {
    const { name, state, finding } = check;
    const [first = '', ...rest] = wrap(finding, width - findingAt);
    const head = `${MARGIN}${paint[state](state.padEnd(stateWidth))}${MARGIN}${name.padEnd(nameWidth)}`;
    const lines = name.length > nameWidth ? [head, indent(first, findingAt)] : [head + MARGIN + first];
    const more = furtherLines(check, width - nameAt, colors.cyan);
    return [...lines, ...rest.map((line) => indent(line, findingAt)), ...more.map((line) => indent(line, nameAt))];
  };

  const blocks = groups.map(({ title, checks }) => [colors.bold(title), ...checks.flatMap(renderCheck)].join('\n'));
  return [...blocks, sums(all)].join('\n\n');
}

/** What is to be done. Commands and ARNs are pasted: they stay on one line, however long. */
function furtherLines(check: Check, columns: number, paintCommand: (text: string) => string): string[] {
  if (check.state === 'ok') return [];
  if (check.state === 'could not tell') return check.needs === undefined ? [] : [`needs ${check.needs}`];
  const { what, command } = check.fix;
  return [...wrap(what, columns), ...(command === undefined ? [] : [paintCommand(command)])];
}

function sums(checks: readonly Check[]): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const [problems, unknown] = [count('problem'), count('could not tell')];
  const parts = [
    `${count('ok')} ok`,
    ...(problems === 0 ? [] : [`${problems} ${problems === 1 ? 'problem' : 'problems'}`]),
    ...(unknown === 0 ? [] : [`${unknown} could not be told`]),
  ];
  return `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}: ${parts.join(', ')}.`;
}

function indent(line: string, columns: number): string {
  return ' '.repeat(columns) + line;
}
