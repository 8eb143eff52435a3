import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Aws } from '../../../../cli/aws';
import { parseReplayRate, type ReplayOptions, replay } from '../../../../cli/cloudtrail/replay/replay';
import { jumpingClock, quietProgress, TARGET } from './world';

const WINDOW = { from: Date.UTC(2026, 1, 20) / 1000, to: Date.UTC(2026, 1, 21) / 1000 };
const REGION = 'AWSLogs/111122223333/CloudTrail/us-east-1/';
const keyOf = (index: number) => `${REGION}2026/02/20/${String(index).padStart(4, '0')}.json.gz`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** AWS with so many log files of the window's day; `rules` of the bucket, and a queue that may refuse. */
function fakeAws({ files = 0, rules = [] as LifecycleRule[], refuses = false }) {
  const keys = Array.from({ length: files }, (_, index) => keyOf(index));
  const sent: number[] = [];
  const s3 = {
    send: async (command: ListObjectsV2Command | GetBucketLifecycleConfigurationCommand) => {
      if (command instanceof GetBucketLifecycleConfigurationCommand) return { Rules: rules };
      const { Prefix = '', Delimiter, StartAfter = '' } = command.input;
      if (Delimiter === undefined)
        return {
          Contents: keys
            .filter((key) => key > StartAfter)
            .map((Key) => ({ Key, Size: 1_000, ETag: '"e"', LastModified: new Date(WINDOW.from * 1000) })),
        };
      const name = REGION.slice(Prefix.length).split('/')[0];
      return { CommonPrefixes: [{ Prefix: `${Prefix}${name}/` }] };
    },
  };
  const sqs = {
    send: async ({ input: { Entries = [] } }: SendMessageBatchCommand) => {
      if (refuses && sent.length === 1)
        throw Object.assign(new Error('not authorized to perform sqs:SendMessage'), { name: 'AccessDenied' });
      sent.push(Entries.length);
      return {};
    },
  };
  return { aws: { s3, sqs } as unknown as Aws, sent };
}

function run(aws: Aws, options: Partial<ReplayOptions> = {}) {
  const clock = jumpingClock();
  return replay({
    ...{ target: TARGET, aws, window: WINDOW, rate: 50, dryRun: false, restart: false },
    ...{ progress: quietProgress(), clock, folder, ...options },
  });
}

test.each(['1', '50', '1000'])('--rate %s is good', (text) => expect(parseReplayRate(text)).toBe(Number(text)));
test.each(['0', '1001', '-1', '1.5', '', 'fast', '1e3', '99999999'])('--rate %j is refused', (text) => {
  expect(() => parseReplayRate(text)).toThrow(
    `--rate ${text}: expected a whole number of messages a second, from 1 to 1000.`,
  );
});

test('a dry run counts, sends nothing and leaves no file', async () => {
  const { aws, sent } = fakeAws({ files: 12_000 });
  const { exitCode, document, text } = await run(aws, { dryRun: true });
  expect(exitCode).toBe(0);
  expect(document).toEqual({
    environment: 'prod',
    bucket: 'trail',
    queue: 'prod-cloudtrail-cortex',
    from: '2026-02-20T00:00:00Z',
    to: '2026-02-21T00:00:00Z',
    rate: 50,
    sentBefore: 0,
    dryRun: true,
    files: 12_000,
    bytes: 12_000_000,
    first: keyOf(0),
    last: keyOf(11_999),
    seconds: 240,
    warning: null,
  });
  expect(text).toBe(
    [
      '12,000 log files would be announced to the queue prod-cloudtrail-cortex; nothing was sent.',
      '  window    from 2026-02-20T00:00:00Z, up to but without 2026-02-21T00:00:00Z',
      '  size      12,000,000 bytes',
      `  first     ${keyOf(0)}`,
      `  last      ${keyOf(11_999)}`,
      '  takes     about 4 minutes at 50 messages a second',
    ].join('\n'),
  );
  expect(sent).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a window without files is said to be empty, and is no failure', async () => {
  const { exitCode, document, text } = await run(fakeAws({}).aws);
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ sent: 0, files: 0 });
  expect(text).toMatch(/^No log file was delivered in the window; nothing was sent\.\n {2}window/);
});

test('a run that AWS stops says why, where it stands and how to go on; the next one tells all', async () => {
  const broken = fakeAws({ files: 25, refuses: true });
  const first = await run(broken.aws);
  expect(first.exitCode).toBe(1);
  expect(first.document).toMatchObject({ sent: 10, files: 10, stopped: expect.stringContaining('AccessDenied') });
  expect(first.text).toContain(
    'Could not send to the queue prod-cloudtrail-cortex: AWS refuses it (AccessDenied). It needs sqs:SendMessage on the queue, ',
  );
  expect(first.text).toContain('Stopped after 10 log files.\n');
  expect(first.text).toContain(
    '  to do     ./tributary replay prod cloudtrail-cortex --from 2026-02-20T00:00:00Z --to 2026-02-21T00:00:00Z goes on there',
  );

  const whole = fakeAws({ files: 25 });
  const look = await run(whole.aws, { dryRun: true });
  expect(look.document).toMatchObject({ files: 15, sentBefore: 10, first: keyOf(10) });
  const second = await run(whole.aws);
  expect(second.exitCode).toBe(0);
  expect(second.document).toMatchObject({ sent: 15, sentBefore: 10, files: 25, bytes: 25_000, perhapsTwice: 10 });
  expect(second.text).toMatch(/^Announced to the queue prod-cloudtrail-cortex: 25 log files\.\n/);
  expect(second.text).toContain('  before    10 log files by a former run of this window; --restart begins anew\n');
  expect(second.text).toContain('  twice     up to 10 log files: a run ended while the messages were on their way');
  expect(whole.sent).toEqual([10, 5]);
  expect(readdirSync(folder)).toEqual([]);
});

test('with --restart everything is sent', async () => {
  await run(fakeAws({ files: 25, refuses: true }).aws);
  const whole = fakeAws({ files: 25 });
  expect(await run(whole.aws, { restart: true })).toMatchObject({ document: { sent: 25, sentBefore: 0 } });
});

describe('files that may be gone already', () => {
  const rule = (Days: number, more: Partial<LifecycleRule> = {}): LifecycleRule => ({
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Expiration: { Days },
    ...more,
  });

  test('are warned of, by the shortest rule', async () => {
    const { text, document } = await run(fakeAws({ files: 1, rules: [rule(30), rule(7)] }).aws);
    const warning = 'the bucket keeps log files 7 days: those delivered before 2026-02-22T12:00:00Z may be gone';
    expect(document).toMatchObject({ warning });
    expect(text).toContain(`  warning   ${warning}`);
  });

  test.each([
    ['a rule that keeps them long enough', rule(30)],
    ['a rule that is off', rule(1, { Status: 'Disabled' })],
    ['a rule for other objects', rule(1, { Filter: { Prefix: 'other/' } })],
    ['a rule for a tag', rule(1, { Filter: { Tag: { Key: 'a', Value: 'b' } } })],
    ['a rule for a prefix and a tag', rule(1, { Filter: { And: { Prefix: '', Tags: [{ Key: 'a', Value: 'b' }] } } })],
    ['a rule that removes old versions only', rule(1, { Expiration: undefined })],
  ])('are not made up: %s', async (_, one) => {
    expect((await run(fakeAws({ files: 1, rules: [one] }).aws)).document).toMatchObject({ warning: null });
  });
});
