import type { CloudflareApi } from '../cloudflare-api';
import { CloudflareApiError } from '../cloudflare-api';
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

export interface Comparison {
  readonly datasets: readonly DatasetFields[];
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
  const lists = new Map<string, { job: FieldsJob; live: Readonly<Record<string, string>> }[]>();
  for (const [index, job] of jobs.entries()) {
    note(`${index + 1} of ${jobs.length}`);
    try {
      const live = await readFields(api, job);
      lists.set(job.dataset, [...(lists.get(job.dataset) ?? []), { job, live }]);
    } catch (error) {
      if (!(error instanceof CloudflareApiError)) throw error;
      unread.push(error.message);
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
    unread: [...new Set(unread)],
  };
}

async function readFields(api: CloudflareApi, { owner, dataset }: FieldsJob): Promise<Record<string, string>> {
  const purpose = `read the fields of ${dataset} of ${nameOf(owner)}`;
  const fields = await api.request<unknown>({
    method: 'GET',
    path: `/${owner.kind}s/${owner.id}/logpush/datasets/${dataset}/fields`,
    purpose,
    needs: `the permission Logs: Edit on ${nameOf(owner)}, and Zero Trust: PII Read for Access, Gateway and DEX datasets`,
  });
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new CloudflareApiError(200, [], `Could not ${purpose}: the answer holds no map of fields.`);
  return fields as Record<string, string>;
}

/** @param written whether the new fields are in the catalogue now */
export function concludeFields({ datasets, unread }: Comparison, written: boolean): Verdict {
  const isDifferent = datasets.some((dataset) => dataset.gone.length > 0 || (!written && dataset.new.length > 0));
  const hasNew = datasets.some((dataset) => dataset.new.length > 0);
  const parts = datasets.map(renderDataset);
  if (hasNew)
    parts.push(
      `${written ? 'The catalogue has the new fields now.' : '--write adds the new fields to the catalogue.'} Jobs without a list of their own push them from the next deploy on: each is updated, and Cloudflare sends it a test upload, so that the receiver must be up.`,
    );
  if (unread.length > 0) parts.push(['Could not tell:', ...unread].join('\n'));
  return {
    exitCode: isDifferent ? EXIT.failed : unread.length > 0 ? EXIT.couldNotTell : EXIT.good,
    document: { datasets, unread, written },
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
