import { PREBUILT } from '../../environments/parser-files';
import { COLLECTOR_PIPELINE } from '../collector/target';
import { visible } from '../plan/show';
import { describeActive } from './active';
import type { Aim } from './aim';
import type { LogTypeOutcome, Outcome } from './one-activation';
import { idOf, type ValidationReport } from './secops';
import type { Survey } from './survey';
import type { ParserTarget } from './target';

/** Characters of a log, and of an error, that are shown. */
const LONGEST_LOG = 200;
const LONGEST_ERROR = 500;

/** Whether something would be done about a log type, or waited for. */
export function isPending({ parser, extension }: Survey): boolean {
  return [parser, extension].some(
    (aim) => aim !== undefined && ['ready', 'validating', 'custom in the way'].includes(aim.state),
  );
}

/** What would be done, for people. */
export function renderPreview(target: ParserTarget, found: readonly Survey[]): string {
  const { instance, location, project } = target.instance;
  return [
    `SecOps instance ${instance} (${location}, project ${project}) of ${target.environment}:`,
    ...found.flatMap((one) => [
      one.chosen.logType,
      `  now        ${describeActive(one.active)}${one.active?.extension ? `, with the extension ${one.active.extension.id}` : ''}`,
      ...previewLines(target, one),
    ]),
    ...(found.some(isPending) ? ['Logs that come afterwards are parsed otherwise; those that are there are not.'] : []),
  ].join('\n');
}

function previewLines(target: ParserTarget, { chosen, parser, extension, active }: Survey): string[] {
  const unknownExtension = extension === undefined && active?.extension !== undefined;
  return [
    parser === undefined
      ? '  parser     the environment file says nothing of it: stays as it is'
      : `  parser     ${chosen.parser}: ${describeAim(target, parser, 'parser', chosen.parser)}`,
    ...(extension
      ? [`  extension  ${chosen.extension}: ${describeAim(target, extension, 'extension', chosen.extension)}`]
      : []),
    ...(unknownExtension
      ? ['  extension  the environment file names none: stays live. SIEM Settings > Parsers deletes it']
      : []),
  ];
}

function describeAim(target: ParserTarget, aim: Aim, kind: 'parser' | 'extension', choice?: string): string {
  switch (aim.state) {
    case 'active':
      return `${kind === 'parser' ? 'active' : 'live'} already`;
    case 'ready':
      return `activate ${idOf(aim.name)}`;
    case 'validating':
      return `wait until SecOps has tried ${idOf(aim.name)} (${aim.stage}), then activate it`;
    case 'custom in the way':
      return `deactivate the custom parser ${idOf(aim.name)}, which activates the prebuilt one`;
    case 'rejected':
      return `SecOps does not take ${idOf(aim.name)} (${aim.stage})`;
    case 'missing':
      return missing(target, kind, choice);
  }
}

/** What became of it, for people. */
export function renderOutcomes(target: ParserTarget, outcomes: readonly LogTypeOutcome[], showLogs: boolean): string {
  return outcomes
    .flatMap(({ logType, parser, extension, active }) => [
      logType,
      parser === undefined
        ? '  parser     the environment file says nothing of it: left as it is'
        : `  parser     ${parser.chosen}: ${describeOutcome(target, parser, 'parser', parser.chosen, showLogs)}`,
      ...(extension
        ? [
            `  extension  ${extension.chosen}: ${describeOutcome(target, extension, 'extension', extension.chosen, showLogs)}`,
          ]
        : []),
      `  active     ${describeActive(active ?? undefined)}${active?.extension ? `, with the extension ${active.extension.id}` : ''}`,
    ])
    .join('\n');
}

function describeOutcome(
  target: ParserTarget,
  outcome: Outcome,
  kind: 'parser' | 'extension',
  choice: string,
  showLogs: boolean,
): string {
  const again = `./tributary parser activate ${target.environment}`;
  switch (outcome.outcome) {
    case 'was active':
      return 'was active already';
    case 'activated':
      return 'activated';
    case 'still validating':
      return `SecOps is still at it (${outcome.stage}). Later: ${again}`;
    case 'rejected':
      return [
        `SecOps tried ${outcome.id} on logs, and does not take it (${outcome.stage}).`,
        ...reportLines(outcome.report, showLogs),
        `Mend it, deploy, and activate again. Offline: ./tributary parser run`,
      ].join('\n             ');
    case 'missing':
      return missing(target, kind, choice);
    case 'not active':
      return `SecOps took the request, but ${outcome.id} is not active after a minute. Look at SIEM Settings > Parsers, and: ${again}`;
    case 'refused':
      return outcome.problem.replaceAll('\n', '\n             ');
    case 'left':
      return 'left as it is: it belongs over the chosen parser, which is not active';
  }
}

function missing({ environment }: ParserTarget, kind: 'parser' | 'extension', choice?: string): string {
  if (choice === PREBUILT)
    return 'SecOps has no released prebuilt parser of this log type: choose one in qualys.secops.parsers';
  return `SecOps has no ${kind} with this code. Deploy first: ./tributary deploy ${environment} ${COLLECTOR_PIPELINE}`;
}

function reportLines(report: ValidationReport | undefined, showLogs: boolean): string[] {
  if (report === undefined) return ['It does not say why.'];
  const { logs, failed, errors } = report;
  return [
    ...(logs !== undefined && failed !== undefined ? [`${failed} of ${logs} logs failed:`] : []),
    ...(errors.length === 0 ? ['Its report names no error.'] : []),
    ...errors.flatMap(({ error, log }) => [
      `- ${cut(error, LONGEST_ERROR)}`,
      ...(showLogs && log !== undefined ? [`  ${cut(log, LONGEST_LOG)}`] : []),
    ]),
    ...(!showLogs && errors.some(({ log }) => log !== undefined) ? ['--show-logs shows the logs, too.'] : []),
  ];
}

/** On one line. */
function cut(text: string, longest: number): string {
  const line = visible(text.trim().replaceAll(/\s*\n\s*/g, ' '));
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
