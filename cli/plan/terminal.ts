import { createColors } from 'picocolors';
import { renderChanges } from '../parser/changes-text';
import { wrap } from '../wrap';
import { countsOf, describeCounts, isQuiet } from './counts';
import { grantsOf } from './grants';
import { type Group, grouped, nameOfGroup } from './groups';
import { isAccess } from './kinds';
import { listed, lossesOf } from './losses';
import type { Action, OutputChange, PlanReport, StackReport } from './report';
import { resourceLines } from './resource-lines';
import { remarkOf, symbolOf, visible } from './show';
import { type Severity, verdictOf } from './verdict-line';

export interface TerminalStyle {
  readonly color: boolean;
  /** Columns; longer lines are cut, but for errors. */
  readonly width: number;
}

type Paint = (text: string) => string;

/** Names of what is destroyed, in the first lines. */
const NAMED = 5;
const MOST_GRANTS = 10;

/** The report for people at a terminal, or for a log. */
export function renderTerminal(report: PlanReport, style: TerminalStyle): string {
  const colors = createColors(style.color);
  const { severity, text } = verdictOf(report);
  const quiet = report.stacks.filter(isQuiet).map(({ stack }) => stack);
  const lines = [
    ...report.stacks.flatMap((stack) => stackLines(stack, report, style)),
    ...parserLines(report, style),
    ...bannerLines(report, style),
    ...(quiet.length > 0 ? paragraph(`No change: ${quiet.join(', ')}.`, colors.dim, style) : []),
    ...paragraph(
      `${report.environment}: ${text}.`,
      (line) => colors.bold(severityPaint(severity, colors)(line)),
      style,
    ),
  ];
  return lines.join('\n');
}

function stackLines(stack: StackReport, { purpose }: PlanReport, style: TerminalStyle): string[] {
  if (isQuiet(stack)) return [];
  const colors = createColors(style.color);
  const { changes, drift, outputs, warnings, kind, error = 'Terraform gave no reason.' } = stack;
  const isFailed = kind === 'failed';
  const remark = { failed: ' failed to plan', offline: ' (configuration only)', planned: '', unchanged: '' }[kind];
  const hasCounts = purpose !== 'drift' && !(isFailed && changes.length === 0);
  const counts = hasCounts ? `: ${describeCounts(countsOf(changes))}` : '.';
  const errorLines = isFailed ? visible(error).trim().split('\n') : [];
  return [
    ...paragraph(`${stack.stack}${remark}${counts}`, (line) => colors.bold(isFailed ? colors.red(line) : line), style),
    ...errorLines.map((line) => colors.red(`    ${line}`)),
    ...warnings.flatMap((text) => paragraph(`! ${text}`, colors.yellow, style, '  ')),
    ...grouped(changes).flatMap((group) => resourceTexts(group, style)),
    ...outputTexts(outputs, style),
    ...(drift.length > 0 ? [`  ${colors.yellow('Changed outside of Terraform:')}`] : []),
    ...grouped(drift).flatMap((group) => resourceTexts(group, style)),
    '',
  ];
}

function resourceTexts(group: Group, style: TerminalStyle): string[] {
  const [change] = group;
  const colors = createColors(style.color);
  const remark = remarkOf(change);
  const { attributes, diffs } = resourceLines(change);
  const { added, removed } = isAccess(change) ? grantsOf(change) : { added: [], removed: [] };
  const grants = [...added.map((grant) => `+ ${grant}`), ...removed.map((grant) => `- ${grant}`)];
  const paint = actionPaint(change.action, colors);
  const what = nameOfGroup(group, visible);
  return [
    paint(cut(`  ${symbolOf(change).padEnd(3)} ${what}${remark && `  ${visible(remark)}`}`, style)),
    ...(group.length > 1 ? group.map(({ address }) => cut(`      ${visible(address)}`, style)) : []),
    ...attributes.map((line) => cut(`      ${line}`, style)),
    ...diffs.flatMap(({ title, diff }) => [
      cut(`      ${title}:`, style),
      ...diff.lines.map((line) => diffPaint(line, colors)(cut(`        ${line}`, style))),
    ]),
    ...(grants.length > 0 ? [colors.dim('      who may do what:')] : []),
    ...grants.slice(0, MOST_GRANTS).map((grant) => diffPaint(grant, colors)(cut(`        ${visible(grant)}`, style))),
    ...(grants.length > MOST_GRANTS ? [`        … and ${grants.length - MOST_GRANTS} more`] : []),
  ];
}

function outputTexts(outputs: readonly OutputChange[], style: TerminalStyle): string[] {
  if (outputs.length === 0) return [];
  const attributes = outputs.map(({ name, before, after }) => ({ path: name, before, after }));
  const [, ...lines] = resourceTexts([{ address: '', type: '', action: 'update', attributes }], style);
  return ['  Outputs:', ...lines];
}

/** What becomes of the parsers' samples. */
function parserLines({ parsers = [], failingParsers = [] }: PlanReport, style: TerminalStyle): string[] {
  const colors = createColors(style.color);
  const failures = failingParsers.flatMap(({ parser, problem }) =>
    paragraph(visible(`${parser}: ${problem}`), (line) => colors.bold(colors.red(line)), style, '✗ '),
  );
  const changes = parsers.length === 0 ? [] : renderChanges(parsers, createColors(false)).split('\n');
  const lines = changes.map((line) => diffPaint(line.trimStart(), colors)(cut(`  ${line}`, style)));
  return [
    ...(lines.length > 0 ? ['Parsers: what becomes of their samples', ...lines, ''] : []),
    ...(failures.length > 0 ? [...failures, ''] : []),
  ];
}

/** Below the stacks, where the eye of whoever ran it is. */
function bannerLines(report: PlanReport, style: TerminalStyle): string[] {
  const colors = createColors(style.color);
  const lines = lossesOf(report).flatMap(({ stack, action, addresses, loss }) =>
    paragraph(
      `${stack} ${action === 'delete' ? 'destroys' : 'destroys and makes anew'} ${addresses.length > NAMED ? `${addresses.length}: ` : ''}${listed(addresses.map(visible), NAMED)}${loss ? `: ${loss}` : ''}.`,
      loss ? (line) => colors.bold(colors.red(line)) : colors.red,
      style,
      '! ',
    ),
  );
  return lines.length > 0 ? [...lines, ''] : [];
}

function paragraph(text: string, paint: Paint, { width }: TerminalStyle, indent = ''): string[] {
  const blank = ' '.repeat(indent.length);
  return wrap(text, Math.max(20, width - indent.length)).map((line, index) =>
    paint(`${index === 0 ? indent : blank}${line}`),
  );
}

function cut(line: string, { width }: TerminalStyle): string {
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
}

function actionPaint(action: Action, colors: ReturnType<typeof createColors>): Paint {
  const paints: Readonly<Record<Action, Paint>> = {
    create: colors.green,
    update: colors.yellow,
    replace: colors.red,
    delete: colors.red,
    forget: colors.yellow,
    none: colors.cyan,
  };
  return paints[action];
}

function diffPaint(line: string, colors: ReturnType<typeof createColors>): Paint {
  if (line.startsWith('+')) return colors.green;
  if (line.startsWith('-')) return colors.red;
  return line.startsWith('@@') ? colors.cyan : (same) => same;
}

function severityPaint(severity: Severity, colors: ReturnType<typeof createColors>): Paint {
  if (severity === 'none') return colors.green;
  return severity === 'change' ? colors.yellow : colors.red;
}
