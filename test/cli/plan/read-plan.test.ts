import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ConfigurationJson, PlanJson, StateJson } from '../../../cli/plan/plan-json';
import { readPlan } from '../../../cli/plan/read-plan';
import type { ResourceChange, StackReport, Value } from '../../../cli/plan/report';
import { MARKED, type Marked, marked, unknowns } from './arbitrary';
import { planOf, resource } from './plans';

/**
 * Plans of Terraform 1.11.4, without the parts that are not read: one of the built-in terraform_data with every action, one
 * of the AWS provider 5.100.0 without a refresh.
 */
function recorded(name: 'builtin' | 'aws'): PlanJson {
  return JSON.parse(readFileSync(join(__dirname, 'fixtures', `${name}.plan.json`), 'utf8'));
}

const known = (value: unknown): Value => ({ kind: 'known', value });
const absent: Value = { kind: 'absent' };
const unknown: Value = { kind: 'unknown' };
const sensitive: Value = { kind: 'sensitive' };

/** `path: before -> after` of the only change. */
function attributesOf({ changes }: StackReport, address = changes[0]?.address): string[] {
  const change = changes.find((one) => one.address === address);
  return (change?.attributes ?? []).map(({ path, before, after }) => `${path}: ${asText(before)} -> ${asText(after)}`);
}

function asText(value: Value): string {
  return value.kind === 'known' ? JSON.stringify(value.value) : value.kind;
}

describe('a recorded plan of every action', () => {
  const report = readPlan('prod-x', recorded('builtin'), []);
  const change = (name: string) => report.changes.find(({ address }) => address === `terraform_data.${name}`);

  test('has each resource that does not stay as it is, by address', () => {
    expect(report.kind).toBe('planned');
    expect(report.changes.map(({ address, action }) => `${address.replace('terraform_data.', '')} ${action}`)).toEqual([
      'after_move none',
      'cbd replace',
      'created create',
      'deleted delete',
      'forgotten forget',
      'imported update',
      'replaced replace',
      'updated update',
    ]);
  });

  test('tells moves, imports, reasons and which comes first when a resource is made anew', () => {
    expect(change('after_move')).toEqual({
      address: 'terraform_data.after_move',
      type: 'terraform_data',
      action: 'none',
      movedFrom: 'terraform_data.before_move',
      attributes: [],
    });
    expect(change('imported')?.importId).toBe('abc-123');
    expect(change('cbd')?.createBeforeDestroy).toBe(true);
    expect(change('replaced')?.createBeforeDestroy).toBeUndefined();
    expect(change('replaced')?.reason).toBe('a changed argument forces a new one');
    expect(change('deleted')).toMatchObject({ attributes: [], reason: 'it is not in the configuration any more' });
  });

  test('marks the attributes that force a new one', () => {
    expect(change('replaced')?.attributes).toEqual([
      { path: 'input', before: known('v1'), after: known('v2') },
      { path: 'triggers_replace', before: known(['v1']), after: known(['v2']), forcesReplacement: true },
    ]);
  });

  test('shows what is known only later where the configuration sets it, and not what the provider computes', () => {
    expect(attributesOf(report, 'terraform_data.created')).toEqual([
      'input.k: absent -> sensitive',
      'input.u: absent -> unknown',
    ]);
    expect(attributesOf(report, 'terraform_data.updated')).toEqual([
      'input.a: 1 -> 2',
      'input.list: ["x"] -> ["x","y"]',
      'input.nested.key: sensitive -> sensitive',
      'input.policy: absent -> "{\\"a\\":1}"',
      'input["cost-center"]: "4711" -> "4712"',
    ]);
  });

  test('has outputs, masked', () => {
    expect(report.outputs).toEqual([
      { name: 'key', action: 'delete', before: sensitive, after: absent },
      { name: 'new', action: 'create', before: absent, after: unknown },
      { name: 'updated', action: 'update', before: known(1), after: unknown },
    ]);
  });

  test('holds no sensitive value, also where Terraform has lost its mark: an echo in output', () => {
    const text = JSON.stringify(recorded('builtin'));
    expect(text).toContain('hunter2-secret');
    expect(text).toContain('other-secret');
    expect(JSON.stringify(report)).not.toMatch(/hunter2-secret|other-secret/);
  });
});

describe('a recorded plan of the AWS provider', () => {
  const report = readPlan('prod-x', recorded('aws'), []);

  test('blocks go by their names, and those that only moved do not count', () => {
    expect(attributesOf(report, 'aws_s3_bucket_lifecycle_configuration.b')).toEqual([
      'rule["abort"].abort_incomplete_multipart_upload[0].days_after_initiation: absent -> 7',
      'rule["abort"].id: absent -> "abort"',
      'rule["abort"].status: absent -> "Enabled"',
      'rule["expire"].expiration[0].days: 365 -> 730',
    ]);
  });

  test('empty and absent are the same to old providers: no attribute', () => {
    expect(attributesOf(report, 'aws_kms_key.key')).toEqual([
      'multi_region: false -> true',
      'tags_all["tributary-environment"]: absent -> "prod"',
    ]);
  });

  test('an argument that depends on what is made anew is known later', () => {
    expect(attributesOf(report, 'aws_sqs_queue.queue')).toEqual([
      'kms_master_key_id: "arn:aws:kms:eu-west-1:111122223333:key/1" -> unknown',
      'visibility_timeout_seconds: 30 -> 600',
    ]);
  });

  test('a policy stays a string', () => {
    const [policy] = report.changes.find(({ type }) => type === 'aws_iam_role_policy')?.attributes ?? [];
    expect(policy?.path).toBe('policy');
    expect(policy?.after.kind === 'known' && typeof policy.after.value).toBe('string');
  });
});

describe('actions', () => {
  test.each([
    [['create'], 'create'],
    [['update'], 'update'],
    [['delete'], 'delete'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
    [['create', 'forget'], 'replace'],
    [['forget'], 'forget'],
  ])('%j is %s', (actions, action) => {
    expect(readPlan('s', planOf([resource({ actions })]), []).changes.map((one) => one.action)).toEqual([action]);
  });

  test.each([[['no-op']], [['read']]])('%j is nothing', (actions) => {
    expect(readPlan('s', planOf([resource({ actions })]), []).changes).toEqual([]);
  });

  test('what a data source reads is no change', () => {
    const data = resource({ actions: ['read'], after: { a: 1 } }, { mode: 'data', address: 'data.x.y' });
    expect(readPlan('s', planOf([data]), [])).toMatchObject({ changes: [], kind: 'planned' });
  });

  test('an import that changes nothing is told', () => {
    const plan = planOf([resource({ actions: ['no-op'], importing: { id: 'zones/1/2' } })]);
    expect(readPlan('s', plan, []).changes).toEqual([
      { address: 'aws_sqs_queue.x', type: 'aws_sqs_queue', action: 'none', importId: 'zones/1/2', attributes: [] },
    ]);
  });

  test('changes are sorted by address, whatever the plan’s order', () => {
    const names = ['b', 'a', 'B', 'a[10]', 'a[9]'];
    const plan = planOf(names.map((name) => resource({ actions: ['create'] }, { name })));
    expect(readPlan('s', plan, []).changes.map(({ address }) => address.slice('aws_sqs_queue.'.length))).toEqual([
      'B',
      'a',
      'a[10]',
      'a[9]',
      'b',
    ]);
  });

  test('a plan that Terraform did not end is a failure, without a digest', () => {
    const report = readPlan('s', planOf([resource({ actions: ['create'] })], {}, { errored: true }), []);
    expect(report).toMatchObject({ kind: 'failed', error: expect.stringContaining('stopped'), changes: [{}] });
    expect(report.digest).toBeUndefined();
  });
});

describe('attributes', () => {
  const read = (before: unknown, after: unknown, marks: object = {}) =>
    attributesOf(readPlan('s', planOf([resource({ before, after, ...marks })]), []));

  test.each<[string, unknown, unknown, string[]]>([
    ['a scalar', { a: 1, b: 'x' }, { a: 2, b: 'x' }, ['a: 1 -> 2']],
    ['another type', { a: 1 }, { a: '1' }, ['a: 1 -> "1"']],
    ['false is not absent', { a: null }, { a: false }, ['a: absent -> false']],
    ['absent and null are the same', { a: null, b: 1 }, { b: 2 }, ['b: 1 -> 2']],
    ['a value that goes', { a: 'x' }, { a: null }, ['a: "x" -> absent']],
    ['a key with dots', { tags: { 'a.b/c': 'x' } }, { tags: { 'a.b/c': 'y' } }, ['tags["a.b/c"]: "x" -> "y"']],
    ['a key with quotes', { t: { 'a"b': 'x' } }, { t: { 'a"b': 'y' } }, ['t["a\\"b"]: "x" -> "y"']],
    ['unicode', { t: { schlüssel: 'ä' } }, { t: { schlüssel: '😀' } }, ['t["schlüssel"]: "ä" -> "😀"']],
    ['a nested block', { v: [{ enabled: true }] }, { v: [{ enabled: false }] }, ['v[0].enabled: true -> false']],
    ['a list of scalars as a whole', { l: ['a', 'b'] }, { l: ['b'] }, ['l: ["a","b"] -> ["b"]']],
    ['an inserted block', { r: [{ p: 1 }, { p: 2 }] }, { r: [{ p: 0 }, { p: 1 }, { p: 2 }] }, ['r[0].p: absent -> 0']],
    ['a removed block', { r: [{ p: 1 }, { p: 2 }, { p: 3 }] }, { r: [{ p: 1 }, { p: 3 }] }, ['r[1].p: 2 -> absent']],
    [
      'blocks in another order',
      { r: [{ p: 1 }, { p: 2 }] },
      { r: [{ p: 2 }, { p: 1 }] },
      ['r[0].p: 1 -> 2', 'r[1].p: 2 -> 1'],
    ],
    [
      'named blocks in another order',
      {
        r: [
          { id: 'a', p: 1 },
          { id: 'b', p: 2 },
        ],
      },
      {
        r: [
          { id: 'b', p: 2 },
          { id: 'a', p: 3 },
        ],
      },
      ['r["a"].p: 1 -> 3'],
    ],
    [
      'a block that takes another’s place',
      {
        r: [
          { id: 'a', p: 1 },
          { id: 'b', p: 2 },
        ],
      },
      {
        r: [
          { id: 'b', p: 3 },
          { id: 'c', p: 1 },
        ],
      },
      [
        'r["a"].id: "a" -> absent',
        'r["a"].p: 1 -> absent',
        'r["b"].p: 2 -> 3',
        'r["c"].id: absent -> "c"',
        'r["c"].p: absent -> 1',
      ],
    ],
    ['a block that becomes a value', { a: { b: 1 } }, { a: 'x' }, ['a: {"b":1} -> "x"']],
    ['lists of lists', { a: [[1], [2]] }, { a: [[1], [3]] }, ['a: [[1],[2]] -> [[1],[3]]']],
    ['nothing but empty ones, if there is nothing else', { a: null }, { a: '' }, ['a: absent -> ""']],
    ['no empty ones beside others', { a: null, b: 1, c: [] }, { a: '', b: 2, c: null }, ['b: 1 -> 2']],
  ])('%s', (_, before, after, expected) => {
    expect(read(before, after)).toEqual(expected);
  });

  test('of something new: what is known and not empty', () => {
    const plan = planOf([
      resource({ actions: ['create'], before: null, after: { a: 1, b: null, c: '', d: [], e: {} } }),
    ]);
    expect(attributesOf(readPlan('s', plan, []))).toEqual(['a: absent -> 1']);
  });

  test('of something destroyed: none', () => {
    const plan = planOf([resource({ actions: ['delete'], before: { a: 1 }, after: null })]);
    expect(attributesOf(readPlan('s', plan, []))).toEqual([]);
  });

  test('labels that a provider computes of others are not told again', () => {
    expect(
      read(
        { labels: { a: '1' }, effective_labels: { a: '1', d: 'x' }, terraform_labels: { a: '1', d: 'x' } },
        { labels: { a: '2' }, effective_labels: { a: '2', d: 'y' }, terraform_labels: { a: '2', d: 'y' } },
      ),
    ).toEqual(['effective_labels.d: "x" -> "y"', 'labels.a: "1" -> "2"']);
    expect(read({ tags: { a: 1 }, tags_all: { a: 1 } }, { tags: { a: 2 }, tags_all: { a: 2 } })).toEqual([
      'tags.a: 1 -> 2',
    ]);
  });

  test('a huge string stays whole in the report', () => {
    expect(read({ a: 'x' }, { a: 'y'.repeat(1_000_000) })[0]?.length).toBeGreaterThan(1_000_000);
  });
});

describe('unknown values', () => {
  const read = (change: object, expressions?: Record<string, unknown>) =>
    attributesOf(readPlan('s', planOf([resource(change)], { 'aws_sqs_queue.x': expressions }), []));

  test('are left out beside others, unless the configuration sets them', () => {
    const change = { before: { a: 1, b: 'x', c: 'y' }, after: { a: 2 }, after_unknown: { b: true, c: true } };
    expect(read(change)).toEqual(['a: 1 -> 2']);
    expect(read(change, { b: { references: ['aws_kms_key.k.arn'] } })).toEqual(['a: 1 -> 2', 'b: "x" -> unknown']);
  });

  test('are told when there is nothing else, as set by the provider', () => {
    const { changes } = readPlan('s', planOf([resource({ before: { b: 'x' }, after_unknown: { b: true } })]), []);
    expect(changes[0]?.attributes).toEqual([{ path: 'b', before: known('x'), after: unknown, isComputed: true }]);
  });

  test('are told when they force a new one', () => {
    const change = {
      actions: ['delete', 'create'],
      before: { a: 1, b: 'x' },
      after: { a: 2 },
      after_unknown: { b: true },
      replace_paths: [['b']],
    };
    expect(read(change)).toEqual(['a: 1 -> 2', 'b: "x" -> unknown']);
  });

  test('that move at each delivery are never told', () => {
    const job = resource(
      { before: { last_complete: '2026-01-01T00:00:00Z' }, after_unknown: { last_complete: true, last_error: true } },
      { type: 'cloudflare_logpush_job' },
    );
    expect(attributesOf(readPlan('s', planOf([job]), []))).toEqual([]);
  });

  test('of blocks, of constants, of an index', () => {
    const change = {
      before: null,
      actions: ['create'],
      after: { v: [{ a: 1 }] },
      after_unknown: { v: [{ b: true, c: true }], m: { d: true, e: true } },
    };
    const plan = planOf([resource(change, { address: 'aws_sqs_queue.x["a[0]"]' })], {
      'aws_sqs_queue.x': { v: [{ a: { constant_value: 1 }, b: {} }], m: { constant_value: { d: 'x' } } },
    });
    expect(attributesOf(readPlan('s', plan, []))).toEqual([
      'm.d: absent -> unknown',
      'v[0].a: absent -> 1',
      'v[0].b: absent -> unknown',
    ]);
  });

  test('within a list stand in their place', () => {
    expect(read({ before: { l: ['a'] }, after: { l: ['a', null] }, after_unknown: { l: [false, true] } })).toEqual([
      'l: ["a"] -> ["a","(known after apply)"]',
    ]);
  });
});

describe('sensitive values', () => {
  const SECRET = 'Bearer p@ss word/42"<';
  const read = (change: object, secrets: readonly string[] = []) => readPlan('s', planOf([resource(change)]), secrets);

  test.each<[string, object]>([
    ['a leaf', { before_sensitive: { a: { k: true } }, after_sensitive: { a: { k: true } } }],
    ['a subtree', { before_sensitive: { a: true }, after_sensitive: { a: true } }],
    ['everything', { before_sensitive: true, after_sensitive: true }],
    ['only what was', { before_sensitive: { a: { k: true } } }],
    ['only what will be', { after_sensitive: { a: { k: true } } }],
  ])('are shown as changing, and not what they are: %s', (_, marks) => {
    const report = read({ before: { a: { k: 'old-secret' } }, after: { a: { k: 'new-secret' } }, ...marks });
    expect(attributesOf(report)).toEqual([expect.stringMatching(/^(a|a\.k)?: sensitive -> sensitive$/)]);
    expect(JSON.stringify(report)).not.toMatch(/(old|new)-secret/);
  });

  test('are not shown wherever Terraform marks them, whatever becomes of the values around', () => {
    const side = fc.dictionary(fc.constantFrom('a', 'b', 'tags', 'tags_all'), marked, { maxKeys: 3 });
    const split = (members: Record<string, Marked>, part: keyof Marked) =>
      Object.fromEntries(Object.entries(members).map(([key, one]) => [key, one[part]]));
    let seen = 0;
    fc.assert(
      fc.property(
        side,
        side,
        fc.dictionary(fc.constantFrom('a', 'b'), unknowns, { maxKeys: 2 }),
        (before, after, unknown) => {
          const change = {
            before: split(before, 'value'),
            after: split(after, 'value'),
            before_sensitive: split(before, 'marks'),
            after_sensitive: split(after, 'marks'),
          };
          const plan = planOf(
            [resource({ ...change, after_unknown: unknown })],
            {},
            {
              resource_drift: [resource(change)],
              output_changes: { o: { actions: ['update'], ...change } },
            },
          );
          if (JSON.stringify(plan).includes(MARKED)) seen += 1;
          expect(JSON.stringify(readPlan('s', plan, []))).not.toContain(MARKED);
        },
      ),
      { numRuns: 800 },
    );
    expect(seen).toBeGreaterThan(200);
  });

  test('that stay are not shown', () => {
    const marks = { before_sensitive: { a: true }, after_sensitive: { a: true } };
    expect(attributesOf(read({ before: { a: 's', b: 1 }, after: { a: 's', b: 2 }, ...marks }))).toEqual(['b: 1 -> 2']);
  });

  test('within a list cover it', () => {
    const change = {
      before: { l: ['a', 'secret-1'] },
      after: { l: ['a', 'secret-2'] },
      after_sensitive: { l: [false, true] },
    };
    expect(attributesOf(read(change))).toEqual(['l: sensitive -> sensitive']);
  });

  test('do not name their block', () => {
    const report = read({
      before: { r: [{ id: 'secret-id', p: 1 }] },
      after: { r: [{ id: 'secret-id', p: 2 }] },
      after_sensitive: { r: [{ id: true }] },
    });
    expect(attributesOf(report)).toEqual(['r[0].p: 1 -> 2']);
  });

  test('come and go', () => {
    const marks = { before_sensitive: { a: true }, after_sensitive: { b: true }, after_unknown: { c: true } };
    const change = { before: { a: 'x', c: 's' }, after: { b: 'y' }, ...marks };
    expect(attributesOf(read(change))).toEqual(['a: sensitive -> absent', 'b: absent -> sensitive']);
  });

  test.each([
    ['literally', SECRET],
    ['in an address', `https://x/?h=${encodeURIComponent(SECRET)}`],
    ['as Terraform’s urlencode writes it', 'https://x/?h=Bearer+p%40ss+word%2F42%22%3C'],
    ['with escapes in lower case', 'https://x/?h=bearer%20Bearer%20p%40ss%20word%2f42%22%3c'],
    ['in JSON', JSON.stringify({ header: SECRET })],
    ['as jsonencode writes it', '{"header":"Bearer p@ss word/42\\"\\u003c"}'],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 with something before and behind it', Buffer.from(`user:${SECRET}!`).toString('base64')],
    ['in base64, shifted', Buffer.from(`a user:${SECRET}!!`).toString('base64')],
    ['in base64 for addresses', Buffer.from(`u:${SECRET}`).toString('base64url')],
  ])('of the run are found where there is no mark: %s', (_, text) => {
    const report = read({ before: { a: 'x', l: ['x'] }, after: { a: text, l: ['x', text] } }, ['other', SECRET]);
    expect(attributesOf(report)).toEqual(['a: sensitive -> sensitive', 'l: sensitive -> sensitive']);
  });

  test('of the run are found in keys, addresses and ids', () => {
    const plan = planOf([
      resource(
        { before: { t: { 'key-one': '1' } }, after: { t: { 'key-one': '2' } }, importing: { id: 'x/key-one' } },
        { address: 'aws_sqs_queue.x["key-one"]', previous_address: 'aws_sqs_queue.y["key-one"]' },
      ),
    ]);
    const text = JSON.stringify(readPlan('s', plan, ['key-one']));
    expect(text).not.toContain('key-one');
    expect(text).toContain('aws_sqs_queue.x[\\"(sensitive)\\"]');
  });

  test('are found in each value of a map that was given to the run', () => {
    const variable = JSON.stringify({ default: 'key-of-all', gateway_dns: { url: 'https://hook.example/abc' } });
    const after = { a: 'x key-of-all', b: 'https://hook.example/abc' };
    expect(attributesOf(read({ after }, [variable]))).toEqual(['a: absent -> sensitive', 'b: absent -> sensitive']);
  });

  test('of several lines are found line by line, as Terraform indents them', () => {
    const key = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nshort\n-----END PRIVATE KEY-----\n`;
    const after = { a: '  | MIIEvQIBADANBgkqhkiG9w0B', b: 'a short text' };
    expect(attributesOf(read({ after }, [key]))).toEqual(['a: absent -> sensitive', 'b: absent -> "a short text"']);
  });

  test('are found that a sensitive variable holds', () => {
    const plan = planOf(
      [resource({ after: { a: 'pre-hidden-post', b: 'shown-value' } })],
      {},
      {
        variables: { k: { value: { x: 'hidden' } }, open: { value: 'shown-value' } },
        configuration: { root_module: { variables: { k: { sensitive: true }, open: {} } } },
      },
    );
    expect(attributesOf(readPlan('s', plan, []))).toEqual(['a: absent -> sensitive', 'b: absent -> "shown-value"']);
  });

  test('are found that the state marks', () => {
    const state = { mode: 'managed', type: 'x', values: { k: 'of-the-state' }, sensitive_values: { k: true } } as const;
    const plan = planOf(
      [resource({ after: { a: 'of-the-state' } })],
      {},
      {
        prior_state: { values: { root_module: { resources: [state] } } },
      },
    );
    expect(attributesOf(readPlan('s', plan, []))).toEqual(['a: absent -> sensitive']);
  });

  test('that are short are found as a whole only, and none is found in nothing', () => {
    const after = { a: 'abc', b: 'xabcx', c: '' };
    expect(attributesOf(read({ after }, ['abc', '']))).toEqual(['a: absent -> sensitive', 'b: absent -> "xabcx"']);
  });

  test('of outputs', () => {
    const output = (after: unknown, marks: object = {}) => ({ actions: ['create'], before: null, after, ...marks });
    const plan = planOf(
      [],
      {},
      {
        output_changes: {
          deep: output({ a: ['the-secret'] }),
          marked: output('x', { after_sensitive: true }),
          partly: output({ a: 1 }, { after_unknown: { b: true } }),
          same: { ...output('x'), actions: ['no-op'], before: 'x' },
        },
      },
    );
    expect(readPlan('s', plan, ['the-secret']).outputs.map(({ name, after }) => [name, after])).toEqual([
      ['deep', sensitive],
      ['marked', sensitive],
      ['partly', known({ a: 1, b: '(known after apply)' })],
    ]);
  });
});

describe('drift', () => {
  /** As -refresh-only gives it: without `resource_changes`. */
  const read = (drift: readonly ReturnType<typeof resource>[], resources: readonly StateJson[] = []) =>
    readPlan(
      's',
      { format_version: '1.2', resource_drift: drift, prior_state: { values: { root_module: { resources } } } },
      [],
    ).drift;
  const paths = (drift: readonly ResourceChange[]) =>
    drift.flatMap(({ attributes }) => attributes.map(({ path }) => path));

  test('is apart from what is intended', () => {
    const drift = read([resource({ before: { delay: 1 }, after: { delay: 2 } })]);
    expect(drift).toEqual([
      {
        address: 'aws_sqs_queue.x',
        type: 'aws_sqs_queue',
        action: 'update',
        attributes: [{ path: 'delay', before: known(1), after: known(2) }],
      },
    ]);
  });

  test('a default of the cloud is none, unless the configuration has set something else', () => {
    const found = (expressions: ConfigurationJson['expressions']) =>
      readPlan(
        's',
        planOf(
          [],
          { 'aws_sqs_queue.x': expressions },
          {
            resource_drift: [resource({ before: { fifo: null, delay: null }, after: { fifo: false, delay: 0 } })],
          },
        ),
        [],
      ).drift;
    expect(found({})).toEqual([]);
    expect(paths(found({ fifo: { constant_value: true } }))).toEqual(['fifo']);
  });

  test('a resource that somebody deleted', () => {
    expect(read([resource({ actions: ['delete'], before: { a: 1 }, after: null })])).toMatchObject([
      { action: 'delete', attributes: [] },
    ]);
  });

  test.each<[string, string, unknown, unknown]>([
    [
      'a delivery',
      'cloudflare_logpush_job',
      { last_complete: 'a', last_error: null, error_message: null },
      { last_complete: 'b', last_error: 'c', error_message: 'd' },
    ],
    ['a policy of Google', 'google_storage_bucket_iam_member', { etag: 'a' }, { etag: 'b' }],
    [
      'a build',
      'google_cloudfunctions2_function',
      { update_time: 'a', build_config: [{ build: '1' }] },
      { update_time: 'b', build_config: [{ build: '2' }] },
    ],
    [
      'a transfer',
      'google_chronicle_feed',
      { state: 'ACTIVE', failure_details: [] },
      { state: 'FAILED', failure_details: [{ error_code: 'x' }] },
    ],
    [
      'a validation',
      'google_chronicle_parser',
      { state: 'INACTIVE', validation_stage: 'NEW', release_stage: '' },
      { state: 'ACTIVE', validation_stage: '', release_stage: 'RELEASE' },
    ],
    [
      'an extension that went live',
      'google_chronicle_parser_extension',
      { state: 'VALIDATED', last_live_time: null },
      { state: 'LIVE', last_live_time: '2026-03-01T12:00:00Z' },
    ],
    ['labels of Google', 'google_storage_bucket', { effective_labels: {} }, { effective_labels: { 'goog-x': 'y' } }],
    ['a confirmation', 'aws_sns_topic_subscription', { pending_confirmation: true }, { pending_confirmation: false }],
    ['null that became empty', 'aws_sqs_queue', { tags: null, policy: null, l: null }, { tags: {}, policy: '', l: [] }],
    ['nothing', 'aws_sqs_queue', { a: 1 }, { a: 1 }],
  ])('is not what moves by itself: %s', (_, type, before, after) => {
    expect(read([resource({ before, after }, { type })])).toEqual([]);
  });

  test.each<[string, string, unknown, unknown]>([
    ['a job that is disabled', 'cloudflare_logpush_job', { enabled: true }, { enabled: false }],
    ['a schedule that is paused', 'google_cloud_scheduler_job', { state: 'ENABLED' }, { state: 'PAUSED' }],
    ['a parser that somebody deleted a line of', 'google_chronicle_parser', { cbn: 'YQpi' }, { cbn: 'YQ==' }],
    ['a label', 'google_storage_bucket', { labels: { a: '1' } }, { labels: { a: '2' } }],
    ['a list that somebody emptied', 'aws_sqs_queue', { l: ['a'] }, { l: [] }],
  ])('is %s', (_, type, before, after) => {
    expect(read([resource({ before, after }, { type })])).toHaveLength(1);
  });

  test('is not what a moved or read resource says', () => {
    expect(read([resource({ actions: ['no-op'] }), resource({ actions: ['read'] }, { mode: 'data' })])).toEqual([]);
  });

  test('is not what a bucket shows of other resources, if the stack has these', () => {
    const bucket = resource(
      { before: { policy: '', versioning: [] }, after: { policy: '{}', versioning: [{ enabled: true }] } },
      { type: 'aws_s3_bucket' },
    );
    const policy = { mode: 'managed', type: 'aws_s3_bucket_policy', values: {} } as const;
    expect(paths(read([bucket], [{ ...policy, mode: 'data' }]))).toContain('policy');
    expect(paths(read([bucket], [policy]))).toEqual(['versioning[0].enabled']);
  });

  test('of a role is the policy that the stack does not attach', () => {
    const role = (...names: string[]) =>
      resource(
        {
          before: { name: 'r', inline_policy: [], managed_policy_arns: [] },
          after: {
            name: 'r',
            inline_policy: names.map((name) => ({ name, policy: '{ "a": 1 }' })),
            managed_policy_arns: ['m'],
          },
        },
        { type: 'aws_iam_role' },
      );
    const own: StateJson[] = [
      { mode: 'managed', type: 'aws_iam_role_policy', values: { role: 'r', name: 'own', policy: '{"a":1}' } },
      { mode: 'managed', type: 'aws_iam_role_policy_attachment', values: { role: 'r', policy_arn: 'm' } },
    ];
    expect(read([role('own')], own)).toEqual([]);
    expect(paths(read([role('own', 'foreign')], own))).toContain('inline_policy["foreign"].name');
    expect(paths(read([role('own')], own.slice(0, 1)))).toEqual(['managed_policy_arns']);
  });

  test('is masked', () => {
    const change = { before: { a: 'x' }, after: { a: 'y-secret' }, after_sensitive: { a: true } };
    expect(read([resource(change)])[0]?.attributes).toEqual([{ path: 'a', before: sensitive, after: sensitive }]);
  });
});
