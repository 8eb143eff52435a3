import fc from 'fast-check';
import type { Action, OutputChange, ResourceChange, Value } from '../../../cli/plan/report';

/** Text with what Markdown, HTML and terminals would take for their own. */
export const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('`'.repeat(5), '</details>', '|', '<!--', '\n```\n', '**', '_', '@acme', 'http://x', '\u001b[2J'),
);

export const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value[]>({ kind: 'absent' }, { kind: 'unknown' }, { kind: 'sensitive' }),
  fc
    .oneof(text, fc.integer(), fc.boolean(), fc.array(text), fc.jsonValue())
    .map((known): Value => ({ kind: 'known', value: known })),
);

const TYPES = [
  'aws_s3_bucket',
  'aws_iam_role_policy',
  'cloudflare_logpush_job',
  'google_storage_bucket_iam_member',
  'terraform_data',
];

const action = fc.constantFrom<Action[]>('create', 'update', 'replace', 'delete', 'forget', 'none');

/** As a plan gives them: each path once. */
const attributes = fc.uniqueArray(
  fc.record({ path: fc.oneof(text, fc.constantFrom('policy', 'role', 'member')), before: value, after: value }),
  { selector: ({ path }) => path, maxLength: 5 },
);

export const change: fc.Arbitrary<ResourceChange> = fc.record({
  address: text,
  type: fc.constantFrom(...TYPES),
  action,
  attributes,
});

/** Each address once. */
export const changes = fc.uniqueArray(change, { selector: ({ address }) => address, maxLength: 8 });

export const outputs: fc.Arbitrary<OutputChange[]> = fc.uniqueArray(
  fc.record({
    name: text,
    action: fc.constantFrom<OutputChange['action'][]>('create', 'update', 'delete'),
    before: value,
    after: value,
  }),
  { selector: ({ name }) => name, maxLength: 3 },
);
