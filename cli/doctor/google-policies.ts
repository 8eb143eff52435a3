import type { QualysSettings } from '../../environments/qualys';
import { requestJson } from '../google-api';
import { mapBounded } from '../parallel';
import { type Check, couldNotTell, type Look, ok, told, willFail } from './check';
import type { GoogleOptions } from './google-options';

/** An effective policy ("projects.getEffectiveOrgPolicy", Resource Manager API v1), as far as it is looked at. */
export interface EffectivePolicy {
  readonly booleanPolicy?: { readonly enforced?: boolean };
  readonly listPolicy?: {
    readonly allValues?: 'ALLOW' | 'DENY' | 'ALL_VALUES_UNSPECIFIED';
    readonly allowedValues?: readonly string[];
    readonly deniedValues?: readonly string[];
  };
}

/** What a policy does to a deploy; undefined: nothing. */
interface Effect {
  readonly state: 'will fail' | 'could not tell';
  readonly meaning: string;
  readonly todo: string;
}

/** Customer id of Google SecOps' own accounts (Google SecOps, "Feed management"). */
const SECOPS_CUSTOMER = 'C02h8e9nw';

/** Services of which something of Google's key remains, whatever the settings. */
const GOOGLE_KEYS = [
  'secretmanager.googleapis.com',
  'artifactregistry.googleapis.com',
  'cloudfunctions.googleapis.com',
  'run.googleapis.com',
];

const ASIDE = 'Have the organization except this project, or choose another one.';

/** What each constraint means for the stack (docs/qualys-secops.md, "Organization policies"). */
export const POLICIES: Readonly<
  Record<string, (policy: EffectivePolicy, settings: QualysSettings) => Effect | undefined>
> = {
  'iam.allowedPolicyMemberDomains': (policy, { secops }) => {
    if (secops === undefined || allows(policy, SECOPS_CUSTOMER)) return undefined;
    return {
      state: 'will fail',
      meaning: `roles can be granted to listed customers only, without ${SECOPS_CUSTOMER}: the feed's account, which is Google's, is refused the bucket`,
      todo: `Add is:${SECOPS_CUSTOMER} for this project: docs/qualys-secops.md, "Organization policies", has the file.`,
    };
  },
  'gcp.restrictNonCmekServices': (policy, { storage }) => {
    const services = [...(storage.kmsKey === undefined ? ['storage.googleapis.com'] : []), ...GOOGLE_KEYS];
    const denied = services.filter((service) => !allows(policy, service));
    if (denied.length === 0) return undefined;
    return {
      state: 'will fail',
      meaning: `a key of your own is demanded of ${denied.join(', ')}`,
      todo: 'Buckets take one (qualys.storage.kmsKey); secrets, the image of the function and its source bucket have none and need an exception.',
    };
  },
  'gcp.resourceLocations': (policy, { region, storage }) =>
    judgeLocations(policy, [region, storage.location ?? region]),
  'run.allowedIngress': (policy) => judgeIngress(policy, 'internal'),
  'cloudfunctions.allowedIngressSettings': (policy) => judgeIngress(policy, 'ALLOW_INTERNAL_ONLY'),
  'run.allowedVPCEgress': (policy, settings) => judgeEgress(policy, settings, 'all-traffic'),
  'cloudfunctions.allowedVpcConnectorEgressSettings': (policy, settings) =>
    settings.egress === 'static' ? judgeEgress(policy, settings, 'ALL_TRAFFIC') : undefined,
  // What follows is kept by the stack, or concerns nothing of it.
  'cloudfunctions.requireVPCConnector': () => undefined,
  'iam.automaticIamGrantsForDefaultServiceAccounts': () => undefined,
  'iam.disableServiceAccountKeyCreation': () => undefined,
  'storage.publicAccessPrevention': () => undefined,
  'storage.uniformBucketLevelAccess': () => undefined,
};

/** Policies are asked for by so many requests at a time. */
const REQUESTS = 6;

/** Policies of the organization that would stop a deploy, each a check of its own; one for all that would not. */
export async function checkPolicies({ settings, api }: GoogleOptions, look: Look): Promise<Check[]> {
  const { project } = settings;
  const constraints = Object.keys(POLICIES);
  const policies = await mapBounded(constraints, REQUESTS, async (constraint) => {
    const { content } = await requestJson<EffectivePolicy>(api, {
      service: 'cloudresourcemanager',
      method: 'POST',
      path: `/v1/projects/${project}:getEffectiveOrgPolicy`,
      body: JSON.stringify({ constraint: `constraints/${constraint}` }),
      repeatable: false,
      purpose: `read the policy ${constraint} of the project ${project}`,
      needs: `orgpolicy.policy.get on the project ${project}, which roles/orgpolicy.policyViewer holds`,
    });
    return content;
  });
  const checks = constraints.flatMap((constraint, index) => judge(constraint, policies[index] ?? {}, settings, look));
  if (checks.length > 0) return checks;
  const inForce = constraints.filter((_, index) => isInForce(policies[index] ?? {})).length;
  return [
    ok({
      ...told(look),
      finding: `of ${constraints.length} that matter ${inForce} are in force, and none stops the deploy`,
    }),
  ];
}

function judge(constraint: string, policy: EffectivePolicy, settings: QualysSettings, look: Look): Check[] {
  const effect = POLICIES[constraint]?.(policy, settings);
  if (effect === undefined) return [];
  const check = {
    ...told(look),
    code: `google-policy-${constraint.replace('.', '-').toLowerCase()}`,
    finding: `${constraint}: ${effect.meaning}`,
    todo: effect.todo,
    command: `gcloud org-policies describe ${constraint} --project=${settings.project} --effective`,
  };
  return [effect.state === 'will fail' ? willFail(check) : couldNotTell(check)];
}

function isInForce({ booleanPolicy, listPolicy = {} }: EffectivePolicy): boolean {
  return booleanPolicy?.enforced === true || listPolicy.allValues === 'DENY' || valuesOf(listPolicy).length > 0;
}

function valuesOf({ allowedValues = [], deniedValues = [] }: NonNullable<EffectivePolicy['listPolicy']>): string[] {
  return [...allowedValues, ...deniedValues];
}

/** Whether a list lets a value through. A value may stand with `is:` in front. */
function allows({ listPolicy = {} }: EffectivePolicy, value: string): boolean {
  const { allValues, allowedValues = [], deniedValues = [] } = listPolicy;
  const holds = (values: readonly string[]) => values.some((one) => one.replace(/^is:/, '') === value);
  if (allValues === 'DENY' || holds(deniedValues)) return false;
  return allowedValues.length === 0 || holds(allowedValues);
}

/** "Restricting resource locations": values are locations, and groups of them, `in:eu-locations`. */
function judgeLocations(policy: EffectivePolicy, locations: readonly string[]): Effect | undefined {
  const wanted = [...new Set([...locations.map((one) => one.toLowerCase()), 'global'])];
  const { allValues, allowedValues = [], deniedValues = [] } = policy.listPolicy ?? {};
  if (allValues === 'DENY') return { state: 'will fail', meaning: 'no location at all is allowed', todo: ASIDE };
  const groups = [...allowedValues, ...deniedValues].filter((value) => value.startsWith('in:'));
  const isIn = (location: string) =>
    groups.some(
      (group) =>
        group === `in:${location}-locations` || location.startsWith(`${group.slice(3).replace(/-locations$/, '')}-`),
    );
  const refused = wanted.filter(
    (location) => !allows(policy, location) && !(allowedValues.length > 0 && isIn(location)),
  );
  if (refused.length === 0) return undefined;
  const isGlobal = refused.includes('global');
  const others = refused.filter((location) => location !== 'global').join(' and ');
  // Which regions a group has is Google's to say.
  const isUnknown = groups.length > 0 && others !== '';
  const without = [
    ...(others === '' ? [] : [`${isUnknown ? 'perhaps ' : ''}without ${others}`]),
    ...(isGlobal ? ['without global, as which the secrets count, since they replicate automatically'] : []),
  ];
  return {
    state: isUnknown && !isGlobal ? 'could not tell' : 'will fail',
    meaning: `allowed are ${allowedValues.join(', ') || `all but ${deniedValues.join(', ')}`}: ${without.join(', and ')}`,
    todo: [
      ...(others === '' ? [] : ['Choose qualys.region and qualys.storage.location among them.']),
      ...(isGlobal ? ['Have global allowed for this project.'] : []),
    ].join(' '),
  };
}

function judgeIngress(policy: EffectivePolicy, value: string): Effect | undefined {
  if (allows(policy, value)) return undefined;
  return {
    state: 'will fail',
    meaning: `functions must not be internal (${value}), and the collector is`,
    todo: ASIDE,
  };
}

function judgeEgress(policy: EffectivePolicy, { egress }: QualysSettings, value: string): Effect | undefined {
  if (egress === 'static')
    return allows(policy, value)
      ? undefined
      : {
          state: 'will fail',
          meaning: `static egress sends all traffic through its network (${value}), which is not allowed`,
          todo: ASIDE,
        };
  if (!isInForce(policy)) return undefined;
  return {
    state: 'could not tell',
    meaning: 'services may have to send their traffic through a network, and with dynamic egress there is none',
    todo: 'Set qualys.egress: static.',
  };
}
