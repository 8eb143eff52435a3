import { UserError } from '../../../environments/user-error';
import { feedKey } from '../../../stacks/qualys-names';
import { settleAll } from '../../adopt/adopt';
import { type Finding, importable } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import { listAll, withoutApi } from './api';
import { isOurs, type Labelled } from './labels';
import { candidates, partOf, type Sighting, settingsFor } from './similar';
import type { AdoptTarget, CollectorParts } from './target';

/** A function of either generation (cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions). */
interface CloudFunction extends Labelled {
  /** `projects/<project>/locations/<region>/functions/<name>`. */
  readonly name: string;
  readonly environment?: 'GEN_1' | 'GEN_2';
  readonly buildConfig?: { readonly runtime?: string; readonly entryPoint?: string };
  readonly eventTrigger?: { readonly eventType?: string };
}

/**
 * The stack's functions, one of each feed. Those of all regions are listed.
 * @throws UserError for one of the first generation
 */
export async function findFunctions(api: GoogleApi, { project, collectors }: AdoptTarget): Promise<Sighting> {
  const { value: existing = [], warnings } = await withoutApi(project, () =>
    listAll<CloudFunction>(
      api,
      {
        service: 'cloudfunctions',
        // In every region (projects.locations.functions/list, parameter parent).
        path: `/v2/projects/${project}/locations/-/functions`,
        query: { pageSize: '1000' },
        purpose: `list the functions of the project ${project}`,
        needs: `roles/cloudfunctions.viewer on the project ${project}`,
      },
      'functions',
    ),
  );
  const findings = await settleAll(
    collectors.map(async (collector, index) => findFunction(collector, existing, index === 0 ? warnings : [])),
  );
  const { found, feeds } = candidates(existing, nameOf, collectors, findings);
  const similar = found.map((one) => ({
    thing: 'function',
    name: `${nameOf(one)} (${regionOf(one)}${one.environment === 'GEN_1' ? ', first generation' : ''})`,
    setting: one.environment === 'GEN_1' ? 'none: it cannot be taken in' : settingsFor(feeds, 'function'),
  }));
  return { findings, similar };
}

function findFunction(
  { project, location, feed, function: name }: CollectorParts,
  existing: readonly CloudFunction[],
  warnings: readonly string[],
): Finding {
  const key = feedKey(feed, 'function');
  const namesakes = existing.filter((other) => nameOf(other) === name);
  const here = namesakes.find((other) => regionOf(other) === location);
  if (here?.environment === 'GEN_1')
    throw new UserError(
      `The function ${name} in ${location} is of the first generation; the stack makes one of the second, and both ` +
        `cannot have one name. Choose another name (qualys.names.${key}), and delete the old function and its ` +
        'schedule when the new ones are deployed.',
    );
  const elsewhere = namesakes.filter((other) => other !== here).map(regionOf);
  const id = here && `projects/${project}/locations/${location}/functions/${name}`;
  return importable(partOf(feed, 'function'), name, key, id, [
    ...warnings,
    ...(here ? changesOf(here, name, key) : []),
    ...elsewhere.map(
      (region) =>
        `A function ${name} is in ${region}, too. The stack makes its own in ${location} (qualys.region), and leaves ` +
        'that one: delete it and its schedule, or both collect.',
    ),
  ]);
}

/** What a deploy replaces in a function that the stack has not made. */
function changesOf(found: CloudFunction, name: string, key: string): string[] {
  if (isOurs(found)) return [];
  const { runtime = 'unknown runtime', entryPoint = 'unknown entry point' } = found.buildConfig ?? {};
  return [
    `A deploy replaces the code (${runtime}, ${entryPoint}) and the settings of the function ${name}.`,
    ...(found.eventTrigger === undefined
      ? []
      : [
          `The function ${name} is triggered by events (${found.eventTrigger.eventType}), the stack's by HTTP. If the ` +
            `deploy is refused, choose another name (qualys.names.${key}).`,
        ]),
  ];
}

function nameOf({ name }: CloudFunction): string {
  return name.split('/').at(-1) ?? '';
}

function regionOf({ name }: CloudFunction): string {
  return name.split('/')[3] ?? '';
}
