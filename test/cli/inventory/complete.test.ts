import { INVENTORIED, PLAIN } from '../../../cli/inventory/known-types';
import type { Inventory } from '../../../cli/inventory/model';
import { grants } from '../../rules/google/grants';
import { policies, resources } from '../../rules/stack';
import type { StackJson } from '../../synthesize';
import { changed, inventoryOf, SUBJECT_NAMES, subject } from './subjects';

/** Types of which each resource is an entry of its own. */
const ENTRIES = [
  ...['aws_iam_role', 'aws_kms_key', 'aws_s3_bucket', 'aws_sns_topic', 'aws_sqs_queue'],
  ...['google_chronicle_feed', 'google_secret_manager_secret', 'google_service_account', 'google_storage_bucket'],
];

/** A feed is an entry of the instance that it fills, which no stack makes. */
const feedsOf = ({ stores }: Inventory) =>
  stores.flatMap(({ stack, writers }) =>
    writers
      .filter(({ identity }) => identity.startsWith('google_chronicle_feed.'))
      .map(({ identity: address }) => ({ stack, address })),
  );

const entriesOf = (inventory: Inventory) =>
  [
    ...inventory.stores,
    ...inventory.keys,
    ...inventory.identities,
    ...inventory.secrets,
    ...feedsOf(inventory),
  ].flatMap(({ stack, address }) => (address === undefined ? [] : [`${stack} ${address}`]));

/** `stack source` of each grant of a stack, counted without the code that is tested: one for each principal. */
function grantsIn(name: string, stack: StackJson): string[] {
  const attached = resources(stack, 'aws_iam_role_policy_attachment');
  const isOwn = (policy: string) => policy.startsWith('${aws_iam_policy.');
  // A policy of the stack's own grants each statement to each role that it is attached to; every other policy has one owner.
  const attachments = (address: string) =>
    address.startsWith('aws_iam_policy.')
      ? attached.filter(([, { policy_arn: arn }]) => arn === `\${${address}.arn}`).length
      : 1;
  const statements = policies(stack, 'resource', 'trust', 'identity').flatMap(({ address, statements: all }) =>
    all.flatMap(({ Effect, Sid, Principal }, index) => {
      const principals = Principal
        ? Principal.AWS.length + Principal.Service.length + Principal.Federated.length
        : attachments(address);
      return Effect === 'Allow' ? Array(principals).fill(`${address} ${Sid ?? `#${index + 1}`}`) : [];
    }),
  );
  const roles = grants(stack).flatMap(({ address, members }) => members.map(() => address));
  const foreign = attached.flatMap(([address, { policy_arn: arn }]) => (isOwn(arn) ? [] : [address]));
  return [...statements, ...roles, ...foreign].map((source) => `${name} ${source}`);
}

describe.each(SUBJECT_NAMES)('%s', (name) => {
  const { environment, stacks, inventory } = subject(name);
  const all = Object.entries(stacks);

  test('nothing in it is unknown', () => {
    expect(inventory.unknown).toEqual([]);
  });

  test('each bucket, queue, topic, secret, key, account, role and feed is told once', () => {
    const expected = all.flatMap(([stack, json]) =>
      ENTRIES.flatMap((type) => resources(json, type).map(([address]) => `${stack} ${address}`)),
    );
    expect(entriesOf(inventory).sort()).toEqual(expected.sort());
  });

  test('each grant is told once, as a permission of somebody', () => {
    const expected = all.flatMap(([stack, json]) => grantsIn(stack, json));
    const told = inventory.identities.flatMap(({ permissions }) =>
      permissions.map(({ stack, source }) => `${stack} ${source}`),
    );
    expect(told.sort()).toEqual(expected.sort());
  });

  test('there is the state of each stack, and each receiver of Logpush', () => {
    const states = inventory.stores.filter(({ kind }) => kind === 'Terraform state');
    expect(states.map(({ stack }) => stack)).toEqual(inventory.stacks);
    const receivers = all.flatMap(([stack, json]) => [
      ...new Set(
        resources(json, 'cloudflare_logpush_job').map(
          ([, job]) => `${stack} https://${new URL(job.destination_conf.split('?')[0]).host}`,
        ),
      ),
    ]);
    const told = inventory.stores.filter(({ id }) => id.startsWith('https:')).map(({ stack, id }) => `${stack} ${id}`);
    expect(told.sort()).toEqual(receivers.sort());
  });

  test('no external id, no key and no path of a receiver is told', () => {
    const told = JSON.stringify(inventory);
    for (const id of environment.cloudtrail?.cortex.externalId ?? []) expect(told).not.toContain(id);
    expect(told).not.toMatch(/Bearer|header_|secret-path|tenant=|replace-me|\/integration\//);
  });

  test('no reference is left, and the order of the JSON does not count', () => {
    expect(JSON.stringify(inventory)).not.toMatch(/\$\{|<(?!number of)/);
    expect(inventoryOf(backwards(stacks) as typeof stacks)).toEqual(inventory);
  });
});

test('each type is on one list, and none is listed that no stack has', () => {
  const types = SUBJECT_NAMES.flatMap((name) =>
    Object.values(subject(name).stacks).flatMap((stack) => [
      ...Object.keys(stack.resource),
      ...Object.keys(stack.data ?? {}).map((type) => `data.${type}`),
    ]),
  );
  expect([...INVENTORIED].filter((type) => PLAIN.has(type))).toEqual([]);
  expect([...INVENTORIED, ...PLAIN].sort()).toEqual([...new Set(types)].sort());
});

describe('what is not understood is told, and nothing of it is made up', () => {
  test.each<[string, string, (stack: StackJson) => void, RegExp]>([
    [
      'a type',
      'cloudtrail-cortex',
      ({ resource }) => {
        resource.aws_dynamodb_table = { logs: { name: 'logs' } };
      },
      /^prod-cloudtrail-cortex: aws_dynamodb_table\.logs is of a type that is not known here\.$/,
    ],
    [
      'a data source',
      'qualys-secops',
      (stack) => {
        stack.data = { google_secret_manager_secret_version: { x: { secret: 'x' } } };
      },
      /data\.google_secret_manager_secret_version\.x is of a type/,
    ],
    [
      'a role of Google',
      'qualys-secops',
      ({ resource }) => {
        const [grant] = Object.values<StackJson>(resource.google_storage_bucket_iam_member);
        if (grant) grant.role = 'roles/storage.admin';
      },
      /what roles\/storage\.admin allows is not known here/,
    ],
    [
      'a policy of AWS',
      'cloudtrail-cortex',
      ({ resource }) => {
        const [attached] = Object.values<StackJson>(resource.aws_iam_role_policy_attachment);
        if (attached) attached.policy_arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
      },
      /what arn:aws:iam::aws:policy\/AdministratorAccess allows is not known here/,
    ],
    [
      'a statement by exception',
      'cloudtrail-cortex',
      ({ resource }) => {
        const [policy] = Object.values<StackJson>(resource.aws_iam_role_policy);
        if (policy) policy.policy = policy.policy.replace('"Action"', '"NotAction"');
      },
      /the policy of aws_iam_role_policy\.\S+: NotAction is not understood/,
    ],
    [
      'a policy that is no JSON',
      'cloudtrail-cortex',
      ({ resource }) => {
        const [policy] = Object.values<StackJson>(resource.aws_s3_bucket_policy);
        if (policy) policy.policy = '${data.aws_iam_policy_document.x.json}';
      },
      /the policy of aws_s3_bucket_policy\.\S+: /,
    ],
  ])('%s', (_, pipeline, change, sentence) => {
    expect(changed('prod', `prod-${pipeline}`, change).unknown).toEqual([expect.stringMatching(sentence)]);
  });
});

/** The same JSON with the keys of every object in the opposite order. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, backwards(one)]),
  );
}
