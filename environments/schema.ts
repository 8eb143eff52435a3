import { z } from 'zod';
import { bootstrap } from './bootstrap';
import { checkBootstrap } from './bootstrap-checks';
import { cloudflare } from './cloudflare';
import { cloudtrail } from './cloudtrail';
import { notifications } from './notifications';
import { qualys } from './qualys';
import { AWS_REGIONS } from './regions';
import { ALWAYS, at, flag, gcsBucket, isMap, oneOf, s3Bucket, text } from './values';

const statePrefix = text(
  /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/,
  'a path without leading or trailing slash, such as tributary',
)
  .default('tributary')
  .describe('Folder of the state files. Default: tributary.');

const backend = z
  .strictObject(
    {
      gcs: z
        .strictObject(
          { bucket: gcsBucket.describe('Bucket that holds the state; with versioning.'), prefix: statePrefix },
          { error: 'a map with bucket and prefix' },
        )
        .optional()
        .describe('State in Cloud Storage.'),
      s3: z
        .strictObject(
          {
            bucket: s3Bucket.describe('Bucket that holds the state; with versioning.'),
            region: oneOf(AWS_REGIONS, 'an AWS region').describe('Region of the bucket.'),
            prefix: statePrefix,
          },
          { error: 'a map with bucket, region and prefix' },
        )
        .optional()
        .describe('State in S3, encrypted and locked by a lock file.'),
      local: z
        .strictObject({}, { error: 'an empty map: local: {}' })
        .optional()
        .describe('State in the folder .state of this checkout: for trials, not for a team.'),
    },
    { error: 'one of gcs, s3 and local' },
  )
  .superRefine((value, context) => {
    const chosen = ['gcs', 's3', 'local'].filter((kind) => at(value, kind) !== undefined);
    if (isMap(value) && chosen.length !== 1)
      context.addIssue({ code: 'custom', path: [], message: 'exactly one of gcs, s3 and local' });
  }, ALWAYS)
  .describe('Where Terraform keeps its state; each stack has a file of its own.');

const labels = z
  .record(
    text(
      /^(?!goog|aws|tributary-)[a-z][a-z0-9_-]{0,62}$/,
      'a label name: 1 to 63 of a-z, 0-9, - and _, starting with a letter, not with goog, aws or tributary-',
    ),
    text(/^[a-z0-9_-]{0,63}$/, 'a label value: up to 63 of a-z, 0-9, - and _; numbers in quotes'),
    { error: 'a map of labels' },
  )
  // Google Cloud takes 64 labels a resource (cloud.google.com/resource-manager/docs/labels-overview), AWS 50 tags; two are ours.
  .refine((map) => Object.keys(map).length <= 48, { error: 'at most 48 labels' })
  .default({})
  .describe('Labels (Google Cloud) and tags (AWS) of every resource.');

/** Name of an environment. Service account ids hold it and end in up to 16 characters of ours; Google allows 30. */
export const environmentName = text(
  /^[a-z][a-z0-9-]{0,12}[a-z0-9]$/,
  'the name of the environment: 2 to 14 of a-z, 0-9 and -, starting with a letter',
);

/** An environment: one file, the interface of the whole project. A pipeline that it leaves out is not built. */
export const environmentSchema = z
  .strictObject(
    {
      environment: environmentName.describe(
        'Name of the environment: the name of this file, and the first part of its stacks.',
      ),
      protected: flag('true (stateful resources cannot be destroyed) or false (a destroy removes everything)').describe(
        'true: buckets, queues, keys and secrets cannot be destroyed. false: a destroy removes them with their content.',
      ),
      backend,
      labels,
      notifications: notifications.optional(),
      bootstrap: bootstrap.optional(),
      qualys: qualys.optional(),
      cloudtrail: cloudtrail.optional(),
      cloudflare: cloudflare.optional(),
    },
    { error: 'a map: environment, protected, backend and at least one pipeline' },
  )
  .superRefine((value, context) => {
    for (const issue of checkBootstrap(value)) context.addIssue({ code: 'custom', ...issue });
    if (isMap(value) && ['qualys', 'cloudtrail', 'cloudflare'].every((section) => at(value, section) === undefined))
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'at least one pipeline: qualys, cloudtrail or cloudflare',
      });
    if (at(value, 'protected') === false && at(value, 'cloudtrail', 'objectLock', 'mode') === 'compliance')
      context.addIssue({
        code: 'custom',
        path: ['cloudtrail', 'objectLock', 'mode'],
        message: 'governance, or protected: true: what is locked for compliance cannot be destroyed by anyone',
      });
  }, ALWAYS);

export type Environment = z.output<typeof environmentSchema>;

/** The schema as JSON Schema, for editors. */
export function environmentJsonSchema(): object {
  return {
    title: 'Tributary environment',
    ...z.toJSONSchema(environmentSchema, { io: 'input', unrepresentable: 'any' }),
  };
}
