import type { Command } from 'commander';

type AddVerbs = (program: Command) => void;

/**
 * Where the verbs are, in the order in which they are listed. What they need takes half a second to load altogether: only
 * what is asked for is.
 */
const MODULES: readonly (readonly [names: string, load: () => Promise<AddVerbs>])[] = [
  ['init', async () => (await import('./init-verb.js')).addInitVerb],
  ['local', async () => (await import('./local/verb.js')).addLocalVerb],
  ['doctor', async () => (await import('./doctor/verb.js')).addDoctorVerb],
  ['plan', async () => (await import('./plan/verb.js')).addPlanVerb],
  ['deploy', async () => (await import('./deploy/verb.js')).addDeployVerb],
  ['drift', async () => (await import('./deploy/drift-verb.js')).addDriftVerb],
  ['destroy', async () => (await import('./deploy/destroy-verb.js')).addDestroyVerb],
  ['lock', async () => (await import('./deploy/lock-verb.js')).addLockVerb],
  ['run backfill', async () => (await import('./collector/verbs.js')).addCollectorVerbs],
  ['rotate', async () => (await import('./rotate-verb.js')).addRotateVerb],
  ['verify redrive replay', async () => (await import('./cloudtrail/verbs.js')).addCloudtrailVerbs],
  ['adopt', async () => (await import('./adopt/verb.js')).addAdoptVerb],
  ['handoff', async () => (await import('./handoff-verb.js')).addHandoffVerb],
  ['inventory', async () => (await import('./inventory/verb.js')).addInventoryVerb],
  ['reshard', async () => (await import('./logpush/reshard-verb.js')).addReshardVerb],
  ['fields', async () => (await import('./logpush/fields-verb.js')).addFieldsVerb],
  ['status', async () => (await import('./status/verb.js')).addStatusVerb],
  ['parser', async () => (await import('./parser/verbs.js')).addParserVerbs],
];

/** Adds the verb of this name; all of them when there is none: they are listed, or one that is like it is proposed. */
export async function addVerbs(program: Command, name: string | undefined): Promise<void> {
  const wanted = MODULES.filter(([names]) => names.split(' ').includes(name ?? ''));
  for (const [, load] of wanted.length > 0 ? wanted : MODULES) (await load())(program);
}
