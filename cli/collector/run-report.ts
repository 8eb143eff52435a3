import type { RunLine } from './run-log';

/** What a run did, for people: its code and message, a row for each thing that it knew, and what is to be done. */
export function renderRun({ message, fields }: RunLine, action: string | undefined): string {
  const heading = message === undefined ? String(fields.code) : `${fields.code}: ${message}`;
  const rows = [
    ['stored', stored(fields)],
    ['sweep', swept(fields)],
    ['behind', behind(fields)],
    ['cursor', fields.cursor],
    ['backfill', fields.backfill && `${fields.backfill}, to be continued`],
    ['goes on', fields.resumeAt && `at ${fields.resumeAt}; runs before end at once`],
    ['took', took(fields)],
    ['to do', action],
  ].filter(([, value]) => value !== undefined && value !== '');
  return [heading, ...rows.map(([title, value]) => `  ${String(title).padEnd(10)}${value}`)].join('\n');
}

type Fields = RunLine['fields'];

function stored({ feed, alerts, objects, bytes }: Fields): string | undefined {
  if (typeof alerts !== 'number') return undefined;
  return `${count(alerts, String(feed ?? 'records').replace(/s$/, ''))} in ${count(objects, 'object')}, ${count(bytes, 'byte')}`;
}

function swept({ sweep, hostsDone, hostsExpected, sweepEndsAt, drained }: Fields): string | undefined {
  if (sweep === undefined) return undefined;
  const of = hostsExpected === undefined ? '' : ` of about ${Number(hostsExpected).toLocaleString('en')}`;
  const end = drained === true ? ', complete' : sweepEndsAt === undefined ? '' : `, ends about ${sweepEndsAt}`;
  return `${sweep}: ${Number(hostsDone ?? 0).toLocaleString('en')}${of} hosts${end}`;
}

function behind({ lagSeconds, drained }: Fields): string | undefined {
  if (drained === true) return '0 s: nothing is left in Qualys';
  return lagSeconds === undefined ? undefined : `${Number(lagSeconds).toLocaleString('en')} s; the next run carries on`;
}

function took({ durationSeconds, pages, waits, waitSeconds }: Fields): string | undefined {
  if (durationSeconds === undefined) return undefined;
  return [
    `${durationSeconds} s`,
    ...(pages === undefined ? [] : [count(pages, 'page')]),
    ...(waits ? [`${count(waits, 'wait')} of ${waitSeconds} s together`] : []),
  ].join(', ');
}

function count(value: unknown, thing: string): string {
  const number = Number(value ?? 0);
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}
