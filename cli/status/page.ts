import { escapeHtml, sum } from './html';
import { renderCards, sumsOfJobs } from './logpush/cards';
import {
  bytesPerDay,
  type EnvironmentStatus,
  type PipelineStatus,
  type Problem,
  problemsOf,
  stateOf,
  type Unknown,
  unknownsOf,
} from './model';
import { age, count, gigabytes, span } from './numbers';
import { chart } from './page-chart';
import { PAGE_STYLE } from './page-style';
import { minute } from './terminal';
import { sumsOf } from './text';

const TITLES: Readonly<Record<PipelineStatus['pipeline'], string>> = {
  'qualys-secops': 'Qualys to Google SecOps',
  'cloudtrail-cortex': 'CloudTrail to Cortex',
  'logpush-taegis': 'Cloudflare Logpush to Taegis',
};

/** One page that needs nothing from elsewhere, and no script: charts are inline SVG, a policy forbids the rest. */
export function renderPage(status: EnvironmentStatus): string {
  const { environment, from, to, pipelines } = status;
  const problems = pipelines.flatMap((pipeline) => problemsOf(pipeline).map((problem) => note(pipeline, problem)));
  const unknowns = pipelines.flatMap((pipeline) => unknownsOf(pipeline).map((unknown) => note(pipeline, unknown)));
  const [only, ...others] = pipelines;
  const title = only !== undefined && others.length === 0 ? `${environment}: ${TITLES[only.pipeline]}` : environment;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}, ${minute(to)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(sumsOf(status))}</p>
<p class="soft">${minute(from)} to ${minute(to)} UTC. The first and the last day are in part.</p>
${problems.length > 0 ? `<h2>What to do</h2>\n${problems.join('\n')}` : ''}
${unknowns.length > 0 ? `<h2>Could not be told</h2>\n${unknowns.join('\n')}` : ''}
${pipelines.map((pipeline) => section(pipeline, status)).join('\n')}
</body>
</html>
`;
}

function note({ pipeline }: PipelineStatus, fact: Problem | Unknown): string {
  const { name, finding, todo = '' } = fact;
  const isProblem = fact.state === 'problem';
  const more = isProblem ? [fact.command && `<code>${escapeHtml(fact.command)}</code>`, linkTo(fact.link)] : [];
  const words = [todo && escapeHtml(todo), ...more].filter(Boolean).join(' ');
  const kind = isProblem ? '' : ' unknown';
  return `<div class="note${kind}"><p><span class="soft">${pipeline}</span> <b>${escapeHtml(name)}</b>: ${escapeHtml(finding)}.</p>${words && `<p>${words}</p>`}</div>`;
}

function linkTo(link: string | undefined): string {
  return link === undefined ? '' : `<a href="${escapeHtml(link)}">Open the dashboard</a>`;
}

function section(pipeline: PipelineStatus, status: EnvironmentStatus): string {
  const state = stateOf(pipeline);
  return [
    `<h2><span class="state ${state}">${state}</span> ${TITLES[pipeline.pipeline]}</h2>`,
    numbers(pipeline, status),
    ...(pipeline.jobs ? [renderCards(pipeline.jobs)] : [bars(pipeline), facts(pipeline)]),
    ...(pipeline.notes ?? []).map((text) => `<p class="soft">${escapeHtml(text)}</p>`),
  ].join('\n');
}

function numbers(pipeline: PipelineStatus, status: EnvironmentStatus): string {
  const { lastSuccess, lagSeconds, counted, failed, failures, deadLetters, bytesKind } = pipeline;
  const perDay = bytesPerDay(pipeline, status);
  const items = [
    lastSuccess && sum('since the last success', age(lastSuccess, status.to)),
    lagSeconds !== undefined && sum('behind', span(lagSeconds)),
    pipeline.count !== undefined && sum(counted, count(pipeline.count)),
    perDay !== undefined && sum(`GB a day, ${bytesKind}`, gigabytes(perDay)),
    failures !== undefined && sum(failed === 'runs' ? 'runs failed' : String(failed), count(failures), failures > 0),
    deadLetters !== undefined && sum('dead letters', count(deadLetters), deadLetters > 0),
    ...(pipeline.jobs ? sumsOfJobs(pipeline.jobs) : []),
  ].filter(Boolean);
  return items.length === 0 ? '' : `<ul class="sums">\n${items.join('\n')}\n</ul>`;
}

function bars({ days, counted, failed = 'failed' }: PipelineStatus): string {
  if (days === undefined || days.every((day) => day.count + day.failures === 0)) return '';
  const words = { counted, failed: failed === 'runs' ? 'failed runs' : failed };
  return `<figure>${chart(days, words)}<figcaption class="soft">${counted} by day</figcaption></figure>`;
}

function facts({ facts }: PipelineStatus): string {
  const states = { problem: 'problem', 'could not tell': 'unknown', ok: 'ok' } as const;
  return `<ul class="facts">\n${facts
    .map(
      ({ name, state, finding }) =>
        `<li><span class="state ${states[state]}">${states[state]}</span><span class="name">${escapeHtml(name)}</span><span>${escapeHtml(finding)}</span></li>`,
    )
    .join('\n')}\n</ul>`;
}
