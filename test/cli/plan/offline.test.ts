import { offlineReport } from '../../../cli/plan/offline';
import type { ResourceChange } from '../../../cli/plan/report';

/** A stack as cdktf writes it. */
function stack(resource: Record<string, Record<string, object>>, rest: object = {}) {
  return {
    '//': { metadata: { backend: 'local', stackName: 'prod-x', version: '0.21.0' } },
    terraform: { backend: { local: { path: 'x' } } },
    provider: { aws: [{ region: 'eu-west-1' }] },
    resource,
    ...rest,
  };
}

const QUEUE = { '//': { metadata: { path: 'a/b', uniqueId: 'b' } }, name: 'q', visibility_timeout_seconds: 30 };
const base = stack({ aws_sqs_queue: { q: QUEUE } });

const told = (changes: readonly ResourceChange[]) =>
  changes.map(
    ({ action, address, attributes }) => `${action} ${address}: ${attributes.map(({ path }) => path).join(' ')}`,
  );

test('what is new, differs and goes, by address', () => {
  const after = stack({
    aws_sqs_queue: { q: { ...QUEUE, visibility_timeout_seconds: 600 }, dead: { name: 'd' } },
    aws_sns_topic: { t: { name: 't' } },
  });
  const before = stack({ ...base.resource, aws_s3_bucket: { b: { bucket: 'b' } } });
  const report = offlineReport('prod-x', before, after);
  expect(report).toMatchObject({ stack: 'prod-x', kind: 'offline', drift: [], outputs: [], warnings: [] });
  expect(report.digest).toBeUndefined();
  expect(told(report.changes)).toEqual([
    'delete aws_s3_bucket.b: ',
    'create aws_sns_topic.t: name',
    'create aws_sqs_queue.dead: name',
    'update aws_sqs_queue.q: visibility_timeout_seconds',
  ]);
});

test('expressions stand as they are written', () => {
  const after = stack({ aws_sqs_queue: { q: { ...QUEUE, name: '${var.name}' } } });
  expect(offlineReport('prod-x', base, after).changes[0]?.attributes).toEqual([
    { path: 'name', before: { kind: 'known', value: 'q' }, after: { kind: 'known', value: '${var.name}' } },
  ]);
});

test('what cdktf writes for itself is no difference', () => {
  const after = stack({ aws_sqs_queue: { q: { ...QUEUE, '//': { metadata: { path: 'other' } } } } });
  expect(offlineReport('prod-x', base, { ...after, '//': {} })).toMatchObject({
    changes: [],
    outputs: [],
    warnings: [],
  });
});

test('a stack that is new, and one that is gone', () => {
  const { changes, warnings } = offlineReport('prod-x', undefined, base);
  expect(told(changes)).toEqual(['create aws_sqs_queue.q: name visibility_timeout_seconds']);
  expect(warnings).toEqual(['The stack is new.']);
  const gone = offlineReport('prod-x', base, undefined);
  expect(told(gone.changes)).toEqual(['delete aws_sqs_queue.q: ']);
  expect(gone.warnings[0]).toMatch(/no such stack any more/);
  expect(offlineReport('prod-x', base, base)).toMatchObject({ changes: [], warnings: [] });
});

test('imports, moves and what Terraform is to forget', () => {
  const before = stack({
    aws_sqs_queue: { q: QUEUE, old: { name: 'o' }, renamed: { name: 'r' }, left: { name: 'l' } },
  });
  const after = stack(
    { aws_sqs_queue: { q: QUEUE, taken: { name: 't' }, new: { name: 'o' }, renamed2: { name: 'r2' } } },
    {
      import: [
        { to: 'aws_sqs_queue.taken', id: 'https://x' },
        { to: 'aws_sqs_queue.q', id: 'is there already' },
      ],
      moved: [
        { from: 'aws_sqs_queue.old', to: 'aws_sqs_queue.new' },
        { from: 'aws_sqs_queue.renamed', to: 'aws_sqs_queue.renamed2' },
      ],
      removed: [{ from: 'aws_sqs_queue.left', lifecycle: [{ destroy: false }] }],
    },
  );
  expect(
    offlineReport('prod-x', before, after).changes.map(({ attributes, type, ...rest }) => [rest, attributes.length]),
  ).toEqual([
    [{ address: 'aws_sqs_queue.left', action: 'forget' }, 0],
    [{ address: 'aws_sqs_queue.new', action: 'none', movedFrom: 'aws_sqs_queue.old' }, 0],
    [{ address: 'aws_sqs_queue.renamed2', action: 'update', movedFrom: 'aws_sqs_queue.renamed' }, 1],
    [{ address: 'aws_sqs_queue.taken', action: 'update', importId: 'https://x' }, 1],
  ]);
});

test('outputs', () => {
  const output = (value: unknown) => ({ value, description: 'x' });
  const before = stack({}, { output: { same: output(1), other: output('a'), gone: output('a') } });
  const after = stack({}, { output: { same: output(1), other: output('b'), new: output('c') } });
  expect(offlineReport('prod-x', before, after).outputs.map(({ name, action }) => `${action} ${name}`)).toEqual([
    'delete gone',
    'create new',
    'update other',
  ]);
});

test('settings of the stack are a warning each, with the paths and without values', () => {
  const after = {
    ...base,
    terraform: { backend: { s3: { bucket: 'b' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
    variable: { keys: { type: 'string', default: 'value-of-a-default' } },
  };
  const { warnings } = offlineReport('prod-x', base, after);
  expect(warnings).toEqual([
    expect.stringMatching(/terraform\.backend\.local\.path, terraform\.backend\.s3\.bucket\. With another backend/),
    'Settings of the stack change: provider.aws[0].region.',
    'Settings of the stack change: variable.keys.default, variable.keys.type.',
  ]);
  expect(warnings.join()).not.toContain('value-of-a-default');
});

test('what is to be known before a deploy is told without Terraform too', () => {
  const job = (name: string) => stack({ cloudflare_logpush_job: { a: { name } } });
  expect(offlineReport('prod-x', job('a'), job('b')).warnings).toEqual([
    expect.stringMatching(/^1 Logpush job is made or changed/),
  ]);
});
