import type { JobStatus, StatusReport } from '../../logpush/status';
import { escapeHtml, sum } from '../html';
import { age, bytes, count } from '../numbers';
import { chart } from '../page-chart';

/** Sums of all jobs, as items of a list. */
export function sumsOfJobs({ sums }: StatusReport): string[] {
  return [
    sum('batches delivered', count(sums.delivered)),
    sum('attempts retried', count(sums.retried)),
    sum('bytes', bytes(sums.bytes)),
    sum('compressed', bytes(sums.bytesCompressed)),
  ];
}

/** A card for each job with its chart, by account and zone. */
export function renderCards(report: StatusReport): string {
  const { jobs } = report;
  const owners = [...new Map(jobs.map(({ owner }) => [owner.id, owner])).values()];
  return owners
    .flatMap((owner) => [
      `<h3>${escapeHtml(owner.kind === 'zone' ? owner.name : `Account ${owner.id}`)}</h3>`,
      ...jobs.filter((job) => job.owner.id === owner.id).map((job) => card(job, report)),
    ])
    .join('\n');
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
  const bars = days?.map(({ delivered, lost }, index) => ({
    date: dates[index] ?? '',
    count: delivered,
    failures: lost,
  }));
  const drawn = bars ? chart(bars, { counted: 'delivered', failed: 'lost' }) : '<span></span>';
  return `<article class="job"><span class="state ${state}">${state}</span><span class="name"><a href="${escapeHtml(dashboard)}" title="${escapeHtml(name)}">${escapeHtml(dataset)}</a></span>${drawn}<dl>${facts}</dl></article>`;
}

function fact(title: string, value: string, kind = ''): string {
  return `<div${kind && ` class="${kind}"`}><dt>${title}</dt><dd>${value}</dd></div>`;
}
