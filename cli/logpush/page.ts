import { chart } from './page-chart';
import { PAGE_STYLE } from './page-style';
import { isProblem, type JobStatus, type StatusReport } from './status';
import { nameOf } from './status-jobs';
import { age, bytes, count } from './status-numbers';
import { summary } from './status-text';

/** One page that needs nothing from elsewhere, and no script: charts are inline SVG, a policy forbids the rest. */
export function renderPage(report: StatusReport): string {
  const { environment, from, to, jobs, sums, couldNotTell } = report;
  const owners = [...new Map(jobs.map(({ owner }) => [owner.id, owner])).values()];
  const problems = jobs.filter(isProblem);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(environment)}: Logpush to Taegis, ${day(to)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>${escapeHtml(environment)}: Cloudflare Logpush to Taegis</h1>
<p>${escapeHtml(summary(report))}</p>
<p class="soft">${day(from)} to ${day(to)} UTC. The first and the last day are in part.</p>
<ul class="sums">
${[
  sum('batches delivered', count(sums.delivered)),
  sum('batches lost', count(sums.lost), sums.lost > 0),
  sum('attempts retried', count(sums.retried)),
  sum('records', count(sums.records)),
  sum('bytes', bytes(sums.bytes)),
  sum('compressed', bytes(sums.bytesCompressed)),
].join('\n')}
</ul>
${problems.length > 0 ? `<h2>What to do</h2>\n${problems.map(note).join('\n')}` : ''}
${couldNotTell.length > 0 ? `<h2>Could not be told</h2>\n${couldNotTell.map((text) => `<p class="note unknown">${escapeHtml(text)}</p>`).join('\n')}` : ''}
${owners
  .map(
    (owner) =>
      `<h2>${escapeHtml(owner.kind === 'zone' ? owner.name : `Account ${owner.id}`)}</h2>\n${jobs
        .filter((job) => job.owner.id === owner.id)
        .map((job) => card(job, report))
        .join('\n')}`,
  )
  .join('\n')}
</body>
</html>
`;
}

function sum(title: string, value: string, isBad = false): string {
  return `<li${isBad ? ' class="bad"' : ''}><b>${value}</b><span class="soft">${title}</span></li>`;
}

function note(job: JobStatus): string {
  const { state, dataset, owner, problem = '', todo = '', dashboard } = job;
  return `<div class="note"><p><span class="state">${state}</span> <b>${escapeHtml(dataset)}</b> of ${escapeHtml(nameOf(owner))}: ${escapeHtml(problem)}.</p><p>${escapeHtml(todo)} <a href="${escapeHtml(dashboard)}">Open the dashboard</a></p></div>`;
}

function card(job: JobStatus, { dates, to }: StatusReport): string {
  const { state, dataset, name, dashboard, days, lost } = job;
  const facts = days
    ? [
        fact('delivered', count(job.delivered)),
        fact('retried', count(job.retried)),
        fact('lost', count(lost), lost > 0 ? 'lost' : ''),
        fact('records', count(job.records)),
        fact('bytes', `${bytes(job.bytes)} (${bytes(job.bytesCompressed)} compressed)`),
        fact('last success', job.lastSuccess === undefined ? 'never' : `${age(job.lastSuccess, to)} ago`),
      ].join('')
    : fact('numbers', 'none');
  return `<article class="job"><span class="state ${state}">${state}</span><span class="name"><a href="${escapeHtml(dashboard)}" title="${escapeHtml(name)}">${escapeHtml(dataset)}</a></span>${days ? chart(dates, days) : '<span></span>'}<dl>${facts}</dl></article>`;
}

function fact(title: string, value: string, kind = ''): string {
  return `<div${kind && ` class="${kind}"`}><dt>${title}</dt><dd>${value}</dd></div>`;
}

function day(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
