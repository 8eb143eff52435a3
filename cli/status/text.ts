import { createColors } from 'picocolors';

import { renderJobs, summary } from './logpush/table';
import {
  bytesPerDay,
  type EnvironmentStatus,
  type Fact,
  type PipelineStatus,
  problemsOf,
  type State,
  stateOf,
  unknownsOf,
} from './model';
import { age, count, gigabytes, span } from './numbers';
import {
  headOf,
  isNarrow,
  minute,
  NONE,
  paragraph,
  rowOf,
  SPARKS,
  shown,
  sparkline,
  type Table,
  type TextStyle,
} from './terminal';

const TABLE: Table = {
  head: ['state', 'pipeline', 'by day', 'last', 'lag', 'count', 'GB/day', 'failed', 'dead'],
  widths: [8, 18, SPARKS, 7, 7, 6, 7, 6, 5],
  left: 3,
};
/** Columns of a fact's name. */
const NAME = 20;

/**
 * One screen of an environment: a row for each pipeline, what to do about problems, what could not be told, and then what
 * is well. Of logpush-taegis alone it is the table of its jobs. At most 80 columns wide, and no wider than the terminal, but
 * for commands and links.
 */
export function renderScreen(status: EnvironmentStatus, style: TextStyle): string {
  const { environment, from, to, pipelines } = status;
  const [only, ...others] = pipelines;
  if (only?.jobs !== undefined && others.length === 0) return renderJobs(only.jobs, style);
  const colors = createColors(style.color);
  const text = [
    ...paragraph(`${environment}, ${minute(from)} to ${minute(to)} UTC: ${sumsOf(status)}`, style),
    '',
    ...headOf(TABLE, style).map((head) => colors.dim(head)),
    ...pipelines.flatMap((pipeline) => line(pipeline, status, style)),
    ...pipelines.flatMap((pipeline) =>
      problemsOf(pipeline).flatMap(({ todo, command, link, ...fact }) => [
        '',
        ...paragraph(`${pipeline.pipeline}: ${sentence(fact)}`, style, { color: colors.red }),
        ...paragraph(todo, style, { indent: '  ' }),
        ...[command, link].flatMap((one) => (one === undefined ? [] : [`  ${colors.cyan(one)}`])),
      ]),
    ),
    ...pipelines.flatMap((pipeline) =>
      unknownsOf(pipeline).flatMap(({ todo, ...fact }) => [
        '',
        ...paragraph(`${pipeline.pipeline}: could not tell: ${sentence(fact)}`, style, { color: colors.yellow }),
        ...(todo === undefined ? [] : paragraph(todo, style, { indent: '  ' })),
      ]),
    ),
    ...pipelines.flatMap((pipeline) => details(pipeline, style)),
  ].join('\n');
  return shown(text, style);
}

/** One line for each problem, with what to do, for a log: as `--check` prints it. */
export function renderCheck({ environment, pipelines }: EnvironmentStatus): string {
  return pipelines
    .flatMap((pipeline) => [
      `${environment}-${pipeline.pipeline}: ${pipeline.jobs ? summary(pipeline.jobs) : sumOf([pipeline])}`,
      ...problemsOf(pipeline).map(({ todo, command, ...fact }) =>
        [sentence(fact), todo, command].filter(Boolean).join(' '),
      ),
      ...unknownsOf(pipeline).map(({ todo, ...fact }) =>
        ['could not tell:', sentence(fact), todo].filter(Boolean).join(' '),
      ),
      ...(pipeline.notes ?? []),
    ])
    .map((text) => text.replaceAll('\n', ' '))
    .join('\n');
}

/** `2 problems, 1 could not be told`, or `all is well`. */
export function sumsOf({ pipelines }: EnvironmentStatus): string {
  return sumOf(pipelines);
}

function sumOf(pipelines: readonly PipelineStatus[]): string {
  const problems = pipelines.flatMap(problemsOf).length;
  const unknown = pipelines.flatMap(unknownsOf).length;
  const parts = [
    ...(problems > 0 ? [`${problems} ${problems === 1 ? 'problem' : 'problems'}`] : []),
    ...(unknown > 0 ? [`${unknown} could not be told`] : []),
  ];
  return parts.length === 0 ? 'all is well' : parts.join(', ');
}

function sentence({ name, finding }: Pick<Fact, 'name' | 'finding'>): string {
  return `${name}: ${finding}.`;
}

function line(pipeline: PipelineStatus, status: EnvironmentStatus, style: TextStyle): string[] {
  const { lastSuccess, lagSeconds, count: number, failures, deadLetters, days = [] } = pipeline;
  const state = stateOf(pipeline);
  const colors = createColors(style.color);
  const paint: Record<State, (text: string) => string> = {
    problem: colors.red,
    unknown: colors.yellow,
    ok: colors.green,
  };
  const orDash = <T>(value: T | undefined, show: (value: T) => string) => (value === undefined ? NONE : show(value));
  const cells = [
    state,
    pipeline.pipeline,
    sparkline(
      days.map((day) => day.count),
      style,
    ),
    orDash(lastSuccess, (moment) => age(moment, status.to)),
    orDash(lagSeconds, span),
    orDash(number, count),
    orDash(bytesPerDay(pipeline, status), gigabytes),
    orDash(failures, count),
    orDash(deadLetters, count),
  ];
  // Padded before it is painted: colours have no width.
  const [first = '', ...rest] = rowOf(TABLE, cells, style);
  return [first.replace(state, paint[state]), ...rest];
}

/** What is well, and what limits the numbers. */
function details({ pipeline, facts, notes = [] }: PipelineStatus, style: TextStyle): string[] {
  const well = facts.filter(({ state }) => state === 'ok');
  if (well.length + notes.length === 0) return [];
  const colors = createColors(style.color);
  // Below the names there is more room.
  const indent = ' '.repeat(isNarrow(style) ? 4 : NAME + 3);
  return [
    '',
    colors.bold(pipeline),
    ...well.flatMap(({ name, finding }) => {
      const [first = '', ...rest] = paragraph(finding, style, { indent });
      return isNarrow(style) || name.length > NAME
        ? [`  ${name}`, first, ...rest]
        : [`  ${name.padEnd(NAME)} ${first.slice(indent.length)}`, ...rest];
    }),
    ...notes.flatMap((note) => paragraph(note.replaceAll('\n', ' '), style, { indent: '  ' })),
  ];
}
