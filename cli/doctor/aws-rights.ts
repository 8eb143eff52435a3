import { type EvaluationResult, GetRoleCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { cloudtrailNames } from '../../stacks/cloudtrail-names';
import { type Aws, AwsError, askAws } from '../aws';
import type { AwsOptions, Caller } from './aws';
import { type Check, couldNotTell, type Look, ok, told, willFail } from './check';

/** What makes each part of the stack, and on which ARN. */
interface Wanted {
  readonly action: string;
  readonly on: string;
}

const SCPS = 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html';

/**
 * Whether who is logged in may make the parts of the stack; and what of it the organization (service control policies) or
 * a permissions boundary blocks, whatever the identity's own policies say. By IAM's simulator, which evaluates no
 * conditions of service control policies (IAM API reference, "SimulatePrincipalPolicy").
 */
export async function checkRights(aws: Aws, caller: Caller, options: AwsOptions, look: Look): Promise<Check[]> {
  const principal = await principalOf(aws, caller);
  if (principal === undefined)
    return [
      couldNotTell({
        ...told(look),
        code: 'aws-rights-not-told',
        finding: `IAM's simulator knows users and roles, and these credentials are of neither (${caller.arn})`,
        todo: 'Deploy as a role.',
      }),
    ];
  const wanted = wantedOf(options, partitionOf(caller.arn));
  const results = await Promise.all(
    wanted.map(async ({ action, on }) => {
      const { EvaluationResults: [result] = [] } = await askAws(
        `ask what ${principal} may do`,
        'iam:SimulatePrincipalPolicy on yourself',
        () =>
          aws.iam.send(
            new SimulatePrincipalPolicyCommand({
              PolicySourceArn: principal,
              ActionNames: [action],
              ResourceArns: [on],
              ContextEntries: [
                {
                  ContextKeyName: 'aws:RequestTag/tributary-environment',
                  ContextKeyType: 'string',
                  ContextKeyValues: [options.environment],
                },
              ],
            }),
          ),
      );
      return { action, result };
    }),
  );
  return judge(results, look);
}

function judge(results: readonly { action: string; result: EvaluationResult | undefined }[], look: Look): Check[] {
  const denied = results.filter(({ result }) => result?.EvalDecision !== 'allowed');
  const isBlocked = ({ result }: (typeof results)[number]) =>
    result?.OrganizationsDecisionDetail?.AllowedByOrganizations === false ||
    result?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false;
  const blocked = denied.filter(isBlocked).map(({ action }) => action);
  const lacking = denied.filter((one) => !isBlocked(one)).map(({ action }) => action);
  if (denied.length === 0)
    return [
      ok({
        ...told(look),
        finding: `you may make every part of the stack (${results.length} actions), and neither organization nor boundary blocks one`,
      }),
    ];
  return [
    ...(blocked.length > 0
      ? [
          willFail({
            ...told(look),
            code: 'aws-blocked',
            finding: `a service control policy of the organization, or a permissions boundary, blocks ${blocked.join(', ')}`,
            todo: 'No policy of the account can allow it: ask who runs the organization, or take another account.',
            page: SCPS,
          }),
        ]
      : []),
    ...(lacking.length > 0
      ? [
          willFail({
            ...told(look),
            code: 'aws-rights-missing',
            finding: `you may not ${lacking.join(', ')}`,
            todo: 'Log in as who may deploy. The section bootstrap makes a role with what is needed: docs/bootstrap.md.',
          }),
        ]
      : []),
  ];
}

/** Names as of the stack, for policies that are narrowed to them. */
export function wantedOf(
  { environment, settings }: Pick<AwsOptions, 'environment' | 'settings'>,
  partition: string,
): Wanted[] {
  const { account, region, existing, kmsKey } = settings;
  const names = cloudtrailNames(environment, settings);
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const bucket = `arn:${partition}:s3:::${names.bucket}`;
  return [
    ...(existing === undefined
      ? [
          ...['s3:CreateBucket', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'].map((action) => ({
            action,
            on: bucket,
          })),
          { action: 'cloudtrail:CreateTrail', on: arn('cloudtrail', `trail/${names.trail}`) },
          ...(kmsKey === undefined ? [{ action: 'kms:CreateKey', on: '*' }] : []),
        ]
      : existing.notification === 'own'
        ? [{ action: 's3:PutBucketNotification', on: bucket }]
        : []),
    { action: 'sqs:CreateQueue', on: arn('sqs', names.queue) },
    { action: 'iam:CreateRole', on: `arn:${partition}:iam::${account}:role/${names.role}` },
    { action: 'sns:CreateTopic', on: arn('sns', names.topic) },
    { action: 'cloudwatch:PutMetricAlarm', on: arn('cloudwatch', `alarm:${names.alarms}-oldest-message`) },
  ];
}

/** The user or role that a session is of; undefined of root and of federated users. */
async function principalOf(aws: Aws, { arn, account }: Caller): Promise<string | undefined> {
  if (/:user\//.test(arn) && arn.includes(':iam:')) return arn;
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (role === undefined) return undefined;
  try {
    // A session's ARN leaves out the path of its role.
    const { Role } = await askAws(`read the role ${role}`, 'iam:GetRole', () =>
      aws.iam.send(new GetRoleCommand({ RoleName: role })),
    );
    if (Role?.Arn !== undefined) return Role.Arn;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  return `arn:${partitionOf(arn)}:iam::${account}:role/${role}`;
}

function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? 'aws';
}
