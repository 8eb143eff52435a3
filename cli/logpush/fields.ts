import { type CloudflareApi, CloudflareApiError } from '../cloudflare-api';
import { EXIT } from '../exit-codes';
import type { Note } from '../progress';
import type { Verdict } from '../verdict';
import type { Catalogue } from './fields-catalogue';
import { nameOf, type Owner } from './status-jobs';

/** A job, and the fields that it pushes. */
export interface FieldsJob {
  readonly owner: Owner;
  readonly dataset: string;
  readonly fields: readonly string[];
}

/** How the live lists of a dataset differ from the catalogue and from the jobs. */
export interface DatasetFields {
  readonly dataset: string;
  /** Live, and not in the catalogue. */
  readonly new: readonly string[];
  /** Pushed by a job, and live nowhere. */
  readonly gone: readonly string[];
  /** Pushed by a job whose account or zone lacks them, though others have them; by its name. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** Pushed by a job, and deprecated by the catalogue or by Cloudflare's description. */
  readonly deprecated: readonly string[];
}

/** A dataset that an account or a zone cannot push. */
export interface LackingDataset {
  readonly dataset: string;
  /** For people: `the zone example.com`. */
  readonly owner: string;
  /** What Cloudflare said. */
  readonly reason: string;
}

export interface Comparison {
  readonly datasets: readonly DatasetFields[];
  /** What the plan or the products of an account or a zone do not have: its job would fail at apply. */
  readonly lacking: readonly LackingDataset[];
  /** Lists that could not be read, with the reason. */
  readonly unread: readonly string[];
}

/**
 * Reads the live list of each job's dataset (Cloudflare docs, "Logpush datasets"), one after another.
 * @throws UserError without usable credentials
 */
export async function compareFields(
  api: CloudflareApi,
  jobs: readonly FieldsJob[],
  catalogue: Catalogue,
  note: Note = () => undefined,
): Promise<Comparison> {
  const unread: string[] = [];
  const lacking: LackingDataset[] = [];
  const lists = new Map<string, { job: FieldsJob; live: Readonly<Record<string, string>> }[]>();
  for (const [index, job] of jobs.entries()) {
    note(`${index + 1} of ${jobs.length}`);
    try {
      const live = await readFields(api, job);
      if (Object.keys(live).length === 0) {
        lacking.push({ ...placeOf(job), reason: 'Cloudflare lists no field of it' });
        continue;
      }
      lists.set(job.dataset, [...(lists.get(job.dataset) ?? []), { job, live }]);
    } catch (error) {
      if (!(error instanceof CloudflareApiError)) throw error;
      if (isLack(error)) lacking.push({ ...placeOf(job), reason: wordsOf(error) });
      else unread.push(error.message);
    }
  }
  const datasets = [...lists].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    datasets: datasets.map(([dataset, read]) => {
      const { fields = [], deprecated = [] } = catalogue.datasets[dataset] ?? {};
      const live = new Map(read.flatMap(({ live: list }) => Object.entries(list)));
      const pushed = [...new Set(read.flatMap(({ job }) => job.fields))].sort();
      const missing = read.map(({ job, live: list }): [string, string[]] => [
        nameOf(job.owner),
        job.fields.filter((field) => !Object.hasOwn(list, field) && live.has(field)),
      ]);
      return {
        dataset,
        new: [...live.keys()].filter((field) => !fields.includes(field)).sort(),
        gone: pushed.filter((field) => !live.has(field)),
        missing: Object.fromEntries(missing.filter(([, lacking]) => lacking.length > 0)),
        deprecated: pushed.filter((name) => deprecated.includes(name) || /\bdeprecated\b/i.test(live.get(name) ?? '')),
      };
    }),
    lacking,
    unread: [...new Set(unread)],
  };
}

function placeOf({ owner, dataset }: FieldsJob): Pick<LackingDataset, 'dataset' | 'owner'> {
  return { dataset, owner: nameOf(owner) };
}

/** 10000 and 9109 refuse the credentials, 9103, 6003, 6111 and 1000 do not know them, 7000 and 7003 the id. */
const OTHER_CODES = [10000, 9109, 9103, 6003, 6111, 1000, 7000, 7003];

/**
 * Whether Cloudflare refuses the dataset itself. How it does is not documented for lists of fields. Of new jobs
 * github.com/coralogix/terraform-coralogix-cloudflare tells (logpush-job, "Common errors"): code 1004, "creating a new job
 * is not allowed: exceeded max jobs allowed" where a plan may have none, and "Bot Management fields are not allowed". The
 * same code with "reading job for product … is not allowed" is a token without Zero Trust: PII Read (Cloudflare docs,
 * "Logpush permissions").
 */
function isLack({ status, codes, message, isPassing }: CloudflareApiError): boolean {
  if (isPassing || status === undefined || status < 400 || codes.length === 0) return false;
  return (
    !codes.some((code) => OTHER_CODES.includes(code)) && !/\bfor product\b|not auth|permission/i.test(wordsIn(message))
  );
}

function wordsOf({ message }: CloudflareApiError): string {
  return wordsIn(message).replace(/\.$/, '');
}

/** Cloudflare's own words: the end of the first line, after what could not be done. */
function wordsIn(message: string): string {
  return /Cloudflare answered .*/.exec(message)?.[0] ?? '';
}

async function readFields(api: CloudflareApi, { owner, dataset }: FieldsJob): Promise<Record<string, string>> {
  const purpose = `read the fields of ${dataset} of ${nameOf(owner)}`;
  const fields = await api.request<unknown>({
    method: 'GET',
    path: `/${owner.kind}s/${owner.id}/logpush/datasets/${dataset}/fields`,
    purpose,
    needs: `the permission Logs: Edit on ${nameOf(owner)}, and Zero Trust: PII Read for Access, Gateway and DEX datasets`,
  });
  // Go writes an empty map as null.
  if (fields === null) return {};
  if (typeof fields !== 'object' || Array.isArray(fields))
    throw new CloudflareApiError(200, [], `Could not ${purpose}: the answer holds no map of fields.`);
  return fields as Record<string, string>;
}

/** @param written whether the new fields are in the catalogue now */
export function concludeFields({ datasets, lacking, unread }: Comparison, written: boolean): Verdict {
  const hasTooMany = datasets.some(({ gone, missing }) => gone.length > 0 || Object.keys(missing).length > 0);
  const hasNew = datasets.some((dataset) => dataset.new.length > 0);
  const isProblem = hasTooMany || lacking.length > 0 || (hasNew && !written);
  const parts = datasets.map(renderDataset);
  if (hasNew)
    parts.push(
      `${written ? 'The catalogue has the new fields now.' : '--write adds the new fields to the catalogue.'} Jobs without a list of their own push them from the next deploy on: each is updated, and Cloudflare sends it a test upload, so that the receiver must be up.`,
    );
  if (hasTooMany)
    parts.push(
      'Cloudflare may refuse a job with fields that it does not have there ("Bot Management fields are not allowed"). Leave them out: except, or fields, of the dataset in the environment file.',
    );
  if (lacking.length > 0)
    parts.push(
      [
        'Not available, so that a deploy of the job would fail:',
        ...lacking.map(
          ({ dataset, owner, reason }) =>
            `  ${dataset} to ${owner}: its plan or products lack it (${reason}). Leave it out, or buy it.`,
        ),
      ].join('\n'),
    );
  if (unread.length > 0) parts.push(['Could not tell:', ...unread].join('\n'));
  return {
    exitCode: isProblem ? EXIT.failed : unread.length > 0 ? EXIT.couldNotTell : EXIT.good,
    document: { datasets, lacking, unread, written },
    text: parts.join('\n\n'),
  };
}

function renderDataset({ dataset, new: added, gone, missing, deprecated }: DatasetFields): string {
  const rows = [
    ['new', added],
    ['gone everywhere', gone],
    ...Object.entries(missing).map(([owner, fields]) => [`missing in ${owner}`, fields] as const),
    ['deprecated', deprecated],
  ] as const;
  const lines = rows
    .filter(([, fields]) => fields.length > 0)
    .map(([what, fields]) => `  ${what}: ${fields.join(', ')}`);
  return [`${dataset}${lines.length === 0 ? ': as in the catalogue' : ''}`, ...lines].join('\n');
}
