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

/** A value, and what Terraform marks in it as sensitive: strings with {@link MARKED} in them are only where a mark covers them. */
export interface Marked {
  readonly value: unknown;
  readonly marks: unknown;
}

/** Short, so that only the marks hide it. */
export const MARKED = '#S#';

const plainScalar = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ maxLength: 5 }));
const secretScalar = fc.nat(99).map((number) => `${MARKED}${number}`);
const KEYS = ['a', 'id', 'name', 'policy', 'x-y'];

export const marked: fc.Arbitrary<Marked> = fc.letrec<{ tree: Marked; secret: unknown }>((tie) => ({
  secret: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    secretScalar,
    fc.array(tie('secret'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), secretScalar), tie('secret'), { maxKeys: 3 }),
  ),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plainScalar.map((value) => ({ value, marks: false })),
    tie('secret').map((value) => ({ value, marks: true })),
    fc.array(tie('tree'), { maxLength: 3 }).map((items) => ({
      value: items.map(({ value }) => value),
      marks: items.map(({ marks }) => marks),
    })),
    fc.dictionary(fc.constantFrom(...KEYS), tie('tree'), { maxKeys: 4 }).map((members) => ({
      value: Object.fromEntries(Object.entries(members).map(([key, { value }]) => [key, value])),
      marks: Object.fromEntries(Object.entries(members).map(([key, { marks }]) => [key, marks])),
    })),
  ),
})).tree;

/** In the shape of nothing: marks what is there, and what is not. */
export const unknowns: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.boolean(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('tree'), { maxKeys: 3 }),
  ),
})).tree;
