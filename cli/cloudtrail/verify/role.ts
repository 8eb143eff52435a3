import {
  type EvaluationResult,
  GetRoleCommand,
  type SimulatePolicyResponse,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type Aws, AwsError, askAws, findInAws } from '../../aws';
import type { CloudtrailTarget } from '../target';
import {
  attempt,
  type Check,
  type CheckGroup,
  couldNotTell,
  deployFix,
  missingGroup,
  ok,
  okUnless,
  problem,
} from './check';
import { listOf, type Statement, statementsOf } from './policy';

/** The least that a session can last, in seconds (STS API reference, "AssumeRole"). */
const SESSION_SECONDS = 900;
/** Fits no environment: an id that nobody has. */
const WRONG_EXTERNAL_ID = 'a-wrong-external-id-of-tributary-verify';

/** The role that Cortex assumes: who may, and what it may do then. */
export async function checkRole(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const title = `Role ${target.role.name}`;
  let missing = false;
  const trust = await attempt('trust', async () => {
    const answer = await findInAws(
      ['NoSuchEntity', 'NoSuchEntityException'],
      `read ${title}`,
      needs('GetRole', target),
      () => aws.iam.send(new GetRoleCommand({ RoleName: target.role.name })),
    );
    missing = answer?.Role === undefined;
    if (answer?.Role === undefined) return [];
    return [judgeTrust(decodeURIComponent(answer.Role.AssumeRolePolicyDocument ?? ''), target)];
  });
  if (missing) return missingGroup(title, target);
  const [assumed, ...permissions] = await Promise.all([
    attempt('assume', async () => [await tryToAssume(target, aws, trust)]),
    ...asked(target).map((wanted) => attempt(wanted.name, async () => [await simulate(wanted, target, aws)])),
  ]);
  return { title, checks: [...trust, ...(assumed ?? []), ...permissions.flat()] };
}

/**
 * Whether a trust policy lets in Cortex's account alone, and only with an external id of the environment (Cortex Cloud
 * administrator guide, "Create an assumed role").
 */
export function judgeTrust(document: string, target: CloudtrailTarget): Check {
  const { cortexAccount, externalIds } = target;
  const statements = statementsOf(document);
  const faults = new Set(statements.flatMap((statement) => trustFaults(statement, target)));
  if (
    !statements.some(({ Effect, Action }) => Effect === 'Allow' && listOf(Action).some((action) => ASSUME.test(action)))
  )
    faults.add('it does not allow sts:AssumeRole');
  const ids = externalIds.length === 1 ? 'the external id' : `one of the ${externalIds.length} external ids`;
  return okUnless(
    [...faults],
    'trust',
    `only account ${cortexAccount}, with ${ids} of the environment`,
    deployFix(target),
  );
}

const ASSUME = /^(sts:assumerole|sts:\*|\*)$/i;

function trustFaults(statement: Statement, { partition, cortexAccount, externalIds }: CloudtrailTarget): string[] {
  if (statement.Effect === 'Deny') return ['it denies something, perhaps to Cortex'];
  const { Principal = {}, Condition = {} } = statement;
  const principals = Principal === '*' ? ['*'] : Object.values(Principal).flatMap((value) => listOf(value));
  const strangers = principals.filter(
    (principal) => principal !== cortexAccount && principal !== `arn:${partition}:iam::${cortexAccount}:root`,
  );
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
  const isExternalId = (key: string) => key.toLowerCase() === 'sts:externalid';
  const [asked] = conditions.filter(({ operator, key }) => operator === 'StringEquals' && isExternalId(key));
  const others = conditions.filter((condition) => condition !== asked);
  const missing = externalIds.filter((id) => asked?.values.includes(id) === false);
  const surplus = asked?.values.filter((id) => !externalIds.includes(id)) ?? [];
  return [
    ...(statement.NotPrincipal === undefined ? [] : ['it names who may not (NotPrincipal), and lets in all others']),
    ...(principals.length === strangers.length ? [`it does not let in Cortex's account ${cortexAccount}`] : []),
    ...strangers.map((stranger) => (stranger === '*' ? 'it lets in everybody (*)' : `it lets in ${stranger}`)),
    ...(asked === undefined ? ['it asks for no external id (StringEquals sts:ExternalId)'] : []),
    ...(missing.length > 0 ? ['it does not take every external id of the environment file'] : []),
    ...(surplus.length > 0 ? ['it takes an external id that is not in the environment file'] : []),
    ...others.map(({ operator, key }) => `it has another condition, ${operator} ${key}, which Cortex may not meet`),
  ];
}

/** Assumes the role, where the caller may: with the right external id, and then with a wrong one. */
async function tryToAssume(target: CloudtrailTarget, aws: Aws, trust: readonly Check[]): Promise<Check> {
  const [externalId] = target.externalIds;
  if ((await assume(target, aws, externalId)) === 'refused') {
    if (trust.some(({ state }) => state === 'could not tell'))
      return couldNotTell('assume', 'refused to you, and the trust policy is not known');
    return ok('assume', `refused to you, as to all but account ${target.cortexAccount}: judged by the trust policy`);
  }
  if ((await assume(target, aws, WRONG_EXTERNAL_ID)) === 'refused')
    return ok('assume', 'allowed with the external id, refused with a wrong one');
  return problem('assume', 'it can be assumed with a wrong external id', deployFix(target));
}

async function assume(
  { role }: CloudtrailTarget,
  aws: Aws,
  ExternalId: string | undefined,
): Promise<'allowed' | 'refused'> {
  const request = { RoleArn: role.arn, RoleSessionName: 'tributary-verify', DurationSeconds: SESSION_SECONDS };
  try {
    await askAws(`assume the role ${role.name}`, `sts:AssumeRole on ${role.arn}`, () =>
      aws.sts.send(new AssumeRoleCommand({ ...request, ExternalId })),
    );
    return 'allowed';
  } catch (error) {
    if (error instanceof AwsError && /^AccessDenied/.test(error.code)) return 'refused';
    throw error;
  }
}

interface Wanted {
  readonly name: string;
  readonly actions: readonly string[];
  readonly resource: string;
}

/** What Cortex does with the role (Cortex Cloud administrator guide, "Create an assumed role"), but for the key. */
function asked({ account, bucket, keyPrefix, queue }: CloudtrailTarget): readonly Wanted[] {
  return [
    {
      name: 'read log files',
      actions: ['s3:GetObject'],
      resource: `${bucket.arn}/${keyPrefix}AWSLogs/${account}/CloudTrail/any.json.gz`,
    },
    {
      name: 'use the queue',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      resource: queue.arn,
    },
  ];
}

/** Whether the role may decrypt with a key. */
export function checkDecrypt(keyArn: string, target: CloudtrailTarget, aws: Aws): Promise<readonly Check[]> {
  const wanted = { name: 'reader', actions: ['kms:Decrypt'], resource: keyArn };
  return attempt(wanted.name, async () => [await simulate(wanted, target, aws)]);
}

async function simulate(wanted: Wanted, target: CloudtrailTarget, aws: Aws): Promise<Check> {
  const answer = await askAws(
    `simulate ${wanted.actions.join(', ')} as the role ${target.role.name}`,
    needs('SimulatePrincipalPolicy', target),
    () =>
      aws.iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: target.role.arn,
          ActionNames: [...wanted.actions],
          ResourceArns: [wanted.resource],
        }),
      ),
  );
  return judgeSimulation(wanted, answer, target);
}

/**
 * Reads the answer of SimulatePrincipalPolicy (IAM API reference, "SimulatePrincipalPolicy"). It knows the role's own
 * policies, its boundary and the organization's, but not the policies of bucket, queue and key.
 */
export function judgeSimulation(
  { name, actions }: Pick<Wanted, 'name' | 'actions'>,
  { EvaluationResults: results = [] }: Pick<SimulatePolicyResponse, 'EvaluationResults'>,
  target: CloudtrailTarget,
): Check {
  const refused = actions.flatMap((action) => {
    const result = results.find(({ EvalActionName }) => EvalActionName === action);
    if (result?.EvalDecision === 'allowed') return [];
    return [{ action, reason: result === undefined ? 'no answer' : refusal(result) }];
  });
  const foreign = refused.some(({ reason }) => reason !== OWN);
  return okUnless(
    refused.map(({ action, reason }) => `the role may not ${action}: ${reason}`),
    name,
    `the role may ${actions.join(', ')}`,
    foreign
      ? {
          what: 'Deploy the stack; what is not of it (SCP, boundary, added policies) its owner must change.',
          command: deployFix(target).command,
        }
      : deployFix(target),
  );
}

const OWN = 'none of its policies allows it';

function refusal(result: EvaluationResult): string {
  const { EvalDecision, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail, MissingContextValues } = result;
  if (OrganizationsDecisionDetail?.AllowedByOrganizations === false)
    return "a service control policy of the organization doesn't allow it";
  if (PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false)
    return "the role's permissions boundary doesn't allow it";
  if (EvalDecision === 'explicitDeny') return 'a policy denies it';
  if (MissingContextValues !== undefined && MissingContextValues.length > 0)
    return `a condition on ${MissingContextValues.join(', ')} is not met`;
  return OWN;
}

function needs(action: string, { role }: CloudtrailTarget): string {
  return `iam:${action} on ${role.arn}`;
}
