import type { PipelineName } from '../../stacks/pipelines';

/** What no destroy removes, since it was made by hand, by the cloud itself, or is Terraform's own. */
const OF_PIPELINE: Readonly<Record<PipelineName, readonly string[]>> = {
  'qualys-secops': [
    'Qualys: the API user that the collectors logged in with. Delete it, or change its password.',
    'Google SecOps: what it has ingested, until its own retention is over.',
    'Google SecOps: custom parsers and extensions, active as they are. `parser: prebuilt` and ./tributary parser activate ' +
      'before the destroy, or SIEM Settings > Parsers, go back to the prebuilt one.',
    'Google Cloud: what Cloud Functions made to build the function: the bucket gcf-v2-sources-<project number>-<region> ' +
      'and the Artifact Registry repository gcf-artifacts. Both are shared with the other functions of the region.',
    'Google Cloud: the APIs that were enabled: others may use them.',
  ],
  'cloudtrail-cortex': [
    'Cortex: the collector, which now fails. Delete it: Settings > Data Sources.',
    'AWS: the keys, which KMS keeps for 7 days after they are scheduled for deletion, and CloudTrail event history.',
    'AWS: with `trail: existing`, that trail and its bucket.',
  ],
  'logpush-taegis': [
    'Taegis: the HTTP Ingest integrations, whose keys still work. Delete them: Integrations > Cloud APIs.',
    'Cloudflare: Logpush jobs that Tributary did not make.',
  ],
};

const OF_ALL = ['The state in the backend, which is empty now, with its earlier versions: those hold secrets.'];

/** What stays behind when some stacks are destroyed, a sentence each. */
export function leftovers(stacks: readonly string[], environment: string): string[] {
  const pipelines = (Object.keys(OF_PIPELINE) as PipelineName[]).filter((pipeline) =>
    stacks.some((stack) => stack.startsWith(`${environment}-${pipeline}`)),
  );
  return [...pipelines.flatMap((pipeline) => OF_PIPELINE[pipeline]), ...OF_ALL];
}
