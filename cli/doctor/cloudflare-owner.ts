import { type CloudflareApi, CloudflareApiError } from '../cloudflare-api';
import { compareFields, type FieldsJob } from '../logpush/fields';
import { type ApiJob, listApiJobs, nameOf, type Owner, type StackJob } from '../logpush/status-jobs';
import { type Check, couldNotTell, type Look, ok, sentence, skipped, told, unanswered, willFail } from './check';
import type { CloudflareOptions } from './cloudflare';

/** Cloudflare docs, "Logpush": in one zone, whoever made them. */
const MOST_JOBS_PER_ZONE = 4;
const LOGPUSH = 'https://developers.cloudflare.com/logs/logpush/';
const DATASETS = 'https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/';

/** An account or a zone: whether the token may, whether the jobs fit, and whether the plan has their datasets. */
export async function checkOwner(
  options: CloudflareOptions,
  owner: Owner,
  datasets: readonly FieldsJob[],
  look: Look,
): Promise<Check[]> {
  const { api, jobs, catalogue, settings } = options;
  let there: ApiJob[];
  try {
    there = await listApiJobs(api, owner);
  } catch (error) {
    if (!(error instanceof CloudflareApiError)) throw error;
    const because = 'its jobs have to be readable first';
    return [judgeRefusal(error, owner, look), skipped(`${look.name} datasets`, 'cloudflare-datasets', because)];
  }
  const [name, comparison] = await Promise.all([zoneName(api, owner), compareFields(api, datasets, catalogue)]);
  const wanted = jobs.filter((job) => job.owner.id === owner.id);
  const quota = quotaOf(owner, wanted, there, importIds(owner, settings));
  const problems = [
    ...(name !== undefined && name !== owner.name ? [otherZone(owner, name, look)] : []),
    ...(quota.isFull ? [full(owner, quota, look)] : []),
    ...comparison.lacking.map(({ dataset, reason }) => lacking(owner, dataset, reason, look)),
    ...comparison.unread.map((message) => unread(message, owner, look)),
    ...comparison.datasets
      .filter(({ gone, missing }) => gone.length > 0 || Object.keys(missing).length > 0)
      .map(({ dataset, gone, missing }) =>
        withoutFields(owner, dataset, [...gone, ...Object.values(missing).flat()], look),
      ),
  ];
  if (problems.length > 0) return problems;
  const numbers = `${there.length}${owner.kind === 'zone' ? ` of ${MOST_JOBS_PER_ZONE}` : ''} jobs are there, ${quota.toMake} to be made`;
  return [
    ok({
      ...told(look),
      finding: `Logs: Edit; ${numbers}; it has ${datasets.map(({ dataset }) => dataset).join(', ')}`,
    }),
  ];
}

/** "Logpush permissions": jobs hold secrets, so that no token reads them without Logs: Edit. */
function judgeRefusal(error: CloudflareApiError, owner: Owner, look: Look): Check {
  if (error.isPassing) return unanswered(look, error);
  const [finding = ''] = error.message.split('\n');
  if (/for product/.test(finding)) return withoutPii(finding, owner, look);
  if (error.codes.some((code) => [7000, 7003].includes(code)) || error.status === 404)
    return willFail({
      ...told(look),
      code: 'cloudflare-not-found',
      finding: `Cloudflare knows no ${owner.kind} ${owner.id}`,
      todo: `Copy the id from the overview page of the ${owner.kind} in the dashboard.`,
    });
  return willFail({
    ...told(look),
    code: 'cloudflare-scope-missing',
    finding: sentence(finding),
    todo: `Give the token Logs: Edit on ${nameOf(owner)}, or correct the id.`,
  });
}

function withoutPii(finding: string, owner: Owner, look: Look): Check {
  return willFail({
    ...told(look),
    code: 'cloudflare-pii-missing',
    finding: sentence(finding),
    todo: `Give the token Zero Trust: PII Read on ${nameOf(owner)}: Access, Gateway and DEX datasets need it.`,
  });
}

/** The zone's own name; undefined of an account, and without Zone: Read, which no deploy needs. */
async function zoneName(api: CloudflareApi, owner: Owner): Promise<string | undefined> {
  if (owner.kind === 'account') return undefined;
  try {
    const purpose = `read ${nameOf(owner)}`;
    const { name } = await api.request<{ name?: string }>({
      method: 'GET',
      path: `/zones/${owner.id}`,
      purpose,
      needs: 'Zone: Read',
    });
    return name;
  } catch (error) {
    if (error instanceof CloudflareApiError) return undefined;
    throw error;
  }
}

function otherZone(owner: Owner, name: string, look: Look): Check {
  return willFail({
    ...told(look),
    code: 'cloudflare-other-zone',
    finding: `the zone ${owner.id} is ${name}, not ${owner.name}: its logs would be pushed`,
    todo: 'Correct id or name in cloudflare.zones.',
  });
}

interface Quota {
  readonly others: readonly ApiJob[];
  readonly toMake: number;
  readonly isFull: boolean;
}

function quotaOf(
  owner: Owner,
  wanted: readonly StackJob[],
  there: readonly ApiJob[],
  imports: Readonly<Record<string, number>>,
): Quota {
  const matches = (job: StackJob, one: ApiJob) =>
    one.dataset === job.dataset && (one.name === job.name || one.id === imports[job.dataset]);
  const others = there.filter((one) => !wanted.some((job) => matches(job, one)));
  const toMake = wanted.filter((job) => !there.some((one) => matches(job, one))).length;
  return { others, toMake, isFull: owner.kind === 'zone' && toMake > 0 && there.length + toMake > MOST_JOBS_PER_ZONE };
}

function importIds(
  { kind, id }: Owner,
  { import: imports }: CloudflareOptions['settings'],
): Readonly<Record<string, number>> {
  return (kind === 'account' ? imports?.account : imports?.zones[id]) ?? {};
}

function full(owner: Owner, { others, toMake }: Quota, look: Look): Check {
  return willFail({
    ...told(look),
    code: 'cloudflare-too-many-jobs',
    finding: `${nameOf(owner)} takes ${MOST_JOBS_PER_ZONE} jobs, and of others there are ${others.length} (${others.map(({ dataset, name }) => `${dataset} "${name}"`).join(', ')}): no room for ${toMake} more`,
    todo: 'Delete one of them, take it in (./tributary adopt), or push fewer datasets.',
    page: LOGPUSH,
  });
}

function lacking(owner: Owner, dataset: string, reason: string, look: Look): Check {
  return willFail({
    ...told(look),
    code: 'cloudflare-dataset-lacking',
    finding: `plan or products of ${nameOf(owner)} lack ${dataset} (${reason}): its job is refused`,
    todo: 'Leave it out, or buy it.',
    page: DATASETS,
  });
}

function unread(message: string, owner: Owner, look: Look): Check {
  const [finding = '', ...todo] = message.split('\n');
  if (/for product/.test(finding)) return withoutPii(finding, owner, look);
  return couldNotTell({
    ...told(look),
    code: 'cloudflare-dataset-not-told',
    finding: sentence(finding),
    todo: todo.join(' '),
  });
}

function withoutFields(owner: Owner, dataset: string, fields: readonly string[], look: Look): Check {
  return couldNotTell({
    ...told(look),
    code: 'cloudflare-fields-lacking',
    finding: `${nameOf(owner)} has no ${fields.slice(0, 3).join(', ')}${fields.length > 3 ? ` and ${fields.length - 3} more` : ''} of ${dataset}: Cloudflare may refuse its job`,
    todo: 'Leave them out (except): ./tributary fields names all.',
    page: DATASETS,
    details: fields,
  });
}
