import type { State } from '../../../functions/qualys/contract';
import {
  announced,
  begun,
  landed,
  parseBackfillRequest,
  parseState,
  rangeOf,
  unhindered,
} from '../../../functions/qualys/state';

const pending = {
  object: 'alerts/dt=2026-01-01/3-5.ndjson.gz',
  through: '5',
  throughDate: '2026-01-01T00:00:05Z',
  records: 2,
  announcedAt: '2026-01-01T00:00:10Z',
};
const full: State = {
  ...begun('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
  pending,
  drainedAt: '2026-01-01T00:00:00Z',
  blocked: { code: 'credentials_rejected', at: '2026-01-01T00:00:00Z', credentials: 'aa:bb' },
  resumeAt: '2026-01-01T01:00:00Z',
};

it('moves the cursor when a batch has landed, and only then', () => {
  const next = { ...pending, through: '9' };
  expect(announced(begun('2026-01-01T00:00:00Z'), pending)).toMatchObject({ cursor: '0', cursorDate: null, pending });
  expect(announced(full, next)).toMatchObject({ cursor: '5', cursorDate: pending.throughDate, pending: next });
  expect(landed(full)).toEqual({ ...full, cursor: '5', cursorDate: pending.throughDate, pending: null });
  expect(landed(landed(full))).toEqual(landed(full));
});

const sweep = {
  id: '20260101T000000Z',
  from: '2025-10-01T00:00:00Z',
  until: '2025-12-31T23:50:00Z',
  isFull: true,
  begunAt: '2026-01-01T00:00:00Z',
  hosts: 10,
  expected: null,
};

it('counts the hosts of a sweep when a batch of them has landed', () => {
  const swept = { ...full, sweep };
  expect(landed(swept).sweep).toEqual({ ...sweep, hosts: 12 });
  expect(landed(landed(swept)).sweep).toEqual({ ...sweep, hosts: 12 });
  expect(announced(begun('2026-01-01T00:00:00Z'), pending)).not.toHaveProperty('sweep');
});

it('goes by the beginning of the open sweep, and by the feed where there is none', () => {
  expect(rangeOf({ ...full, sweep })).toEqual({ since: sweep.from, after: '0' });
  expect(rangeOf(full)).toEqual({ since: full.since, until: full.until, after: '0' });
});

it('forgets what held it up, and nothing else', () => {
  const { blocked: _blocked, resumeAt: _resumeAt, ...rest } = full;
  expect(unhindered(full)).toEqual(rest);
});

it('reads what it wrote, unknown members included', () => {
  for (const state of [
    full,
    { ...full, sweep, sweptAt: full.since, fullySweptAt: full.since },
    begun('2026-01-01T00:00:00Z'),
    { ...full, later: 1 },
  ]) {
    expect(parseState('alerts.json', JSON.stringify(state))).toEqual(state);
  }
});

it.each<[string, object | string]>([
  ['no JSON', '{"since"'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number as cursor', { ...full, cursor: 5 }],
  ['a cursor that is no id', { ...full, cursor: '-1' }],
  ['no cursor', { ...full, cursor: undefined }],
  ['no pending', { ...full, pending: undefined }],
  ['half a pending', { ...full, pending: { object: 'x' } }],
  ['a start of another form', { ...full, since: '2026-01-01' }],
  ['an end of another form', { ...full, until: 5 }],
  ['half a block', { ...full, blocked: {} }],
  ['a resumption of another form', { ...full, resumeAt: 'soon' }],
  ['half a sweep', { ...full, sweep: { id: 'x' } }],
  ['a count of another form', { ...full, sweep: { ...sweep, expected: 'many' } }],
  ['a last sweep of another form', { ...full, sweptAt: 'yesterday' }],
])('refuses %s as a state, and quotes nothing of it', (_name, content) => {
  const read = () => parseState('alerts.json', typeof content === 'string' ? content : JSON.stringify(content));
  expect(read).toThrow(
    expect.objectContaining({
      code: 'state_invalid',
      message: 'The content of alerts.json in the state bucket is not of its form.',
    }),
  );
});

it('reads a backfill request, and refuses half of one', () => {
  const request = { since: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' };
  expect(parseBackfillRequest('requests/alerts/w.json', JSON.stringify(request))).toEqual(request);
  expect(() => parseBackfillRequest('requests/alerts/w.json', '{"since":"2026-01-01T00:00:00Z"}')).toThrow(
    'requests/alerts/w.json',
  );
});
