import { z } from 'zod';
import {
  datasetsOf,
  fieldsOf,
  findDataset,
  type LogpushDataset,
  type LogpushScope,
} from '../constructs/cloudflare/logpush-catalogue';
import { fieldsOfFilter, logpushFilter, NOT_FILTERED } from './logpush-filter';
import { ALWAYS, at, oneOf, tested, text, textAt, uniqueList } from './values';

/** Formats of times (Cloudflare API, `output_options.timestamp_format`). */
const TIMESTAMPS = ['rfc3339', 'rfc3339ms', 'rfc3339ns', 'unix', 'unixnano'] as const;
const DEFAULT_TIMESTAMPS = 'rfc3339';

function dataset(scope: LogpushScope) {
  return tested<LogpushDataset>(
    (name) => refusal(name, scope) === undefined,
    (name) => refusal(textAt(name) ?? '', scope) ?? '',
  ).meta({ enum: datasetsOf(scope).filter(isTaken) });
}

/** Why a dataset cannot be used in a scope, as what is expected instead; undefined when it can. */
function refusal(name: string, scope: LogpushScope): string | undefined {
  const entry = findDataset(name);
  const home = scope === 'zone' ? 'a zone' : 'the account';
  if (entry === undefined) return `a dataset of ${home}`;
  if (entry.scope !== scope)
    return `a dataset of ${home} (${name} belongs to ${entry.scope === 'zone' ? 'a zone' : 'the account'})`;
  if (entry.providerEnumSince === null)
    return `another dataset of ${home} (no release of the Terraform provider up to 5.22.0 takes ${name})`;
  return undefined;
}

function isTaken(name: string): boolean {
  return findDataset(name)?.providerEnumSince !== null;
}

const fieldList = uniqueList(text(/^\w{1,128}$/, 'the name of a field'), (name) => textAt(name), 'field').min(1, {
  error: 'at least one field',
});

function jobObject(scope: LogpushScope) {
  return z
    .strictObject(
      {
        dataset: dataset(scope).describe('What is pushed.'),
        name: text(/^[A-Za-z0-9.-]{1,512}$/, 'a name: up to 512 of letters, digits, . and - (no underscores)')
          .optional()
          .describe('Name of the job. Default: secureworks-http-<dataset>.'),
        fields: fieldList.optional().describe('Only these fields, in this order. Default: all of the catalogue.'),
        except: fieldList.optional().describe('All fields but these.'),
        filter: logpushFilter.optional().describe('Only records that meet it. Default: all.'),
        sampleRate: z
          .number({ error: 'a number above 0, up to 1' })
          .gt(0, { error: 'a number above 0, up to 1' })
          .max(1, { error: 'a number above 0, up to 1' })
          .optional()
          .describe('Part of the records, after the filter: 0.1 is one in ten. Default: all.'),
        timestamps: oneOf(TIMESTAMPS, TIMESTAMPS.join(', '))
          .default(DEFAULT_TIMESTAMPS)
          .describe(`Format of times. Default: ${DEFAULT_TIMESTAMPS}.`),
      },
      { error: 'a dataset, or a map with dataset and options' },
    )
    .superRefine((job, context) => {
      if (at(job, 'fields') !== undefined && at(job, 'except') !== undefined)
        context.addIssue({ code: 'custom', path: ['except'], message: 'nothing, or no fields: one of the two' });
      const entry = findDataset(textAt(job, 'dataset') ?? '');
      if (entry === undefined) return;
      const name = textAt(job, 'dataset');
      for (const key of ['fields', 'except']) {
        const list = at(job, key);
        if (!Array.isArray(list)) continue;
        list.forEach((field, index) => {
          if (typeof field === 'string' && !entry.fields.includes(field))
            context.addIssue({ code: 'custom', path: [key, index], message: `a field of ${name}` });
        });
      }
      for (const field of fieldsOfFilter(at(job, 'filter')))
        if (!entry.fields.includes(field))
          context.addIssue({
            code: 'custom',
            path: ['filter'],
            message: `a filter on fields of ${name}, without ${field}`,
          });
        else if (NOT_FILTERED[name ?? '']?.includes(field))
          context.addIssue({
            code: 'custom',
            path: ['filter'],
            message: `a filter without ${field}, by which Cloudflare does not filter ${name}`,
          });
    }, ALWAYS);
}

/** Jobs of one scope: each a dataset by its name, or a map with its options; read as maps. */
export function logpushJobs(scope: LogpushScope) {
  const byName = dataset(scope).transform(
    (name) => ({ dataset: name, timestamps: DEFAULT_TIMESTAMPS }) as LogpushJobSettings,
  );
  const job = z.union([byName, jobObject(scope)]);
  return uniqueList(job, (value) => textAt(value) ?? textAt(value, 'dataset'), 'dataset');
}

/** A job as an environment file describes it. */
export type LogpushJobSettings = z.output<ReturnType<typeof jobObject>>;

/** The fields that a job pushes, in a stable order. */
export function fieldsOfJob({ dataset: name, fields, except = [] }: LogpushJobSettings): readonly string[] {
  return fields ?? fieldsOf(name).filter((field) => !except.includes(field));
}
