import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
} from '@aws-sdk/client-kms';
import { type Aws, askAws, findInAws } from '../../aws';
import type { CloudtrailTarget } from '../target';
import { attempt, type Check, type CheckGroup, deployFix, type Fix, missingGroup, ok, problem } from './check';
import { statementsOf } from './policy';
import { judgeRequests } from './policy-checks';
import { checkDecrypt } from './role';

/** The key of the log files. Without one there is nothing to check. */
export async function checkKey(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const { kmsKey } = target;
  if (kmsKey === undefined) return { title: 'Key', checks: [] };
  const title = `Key ${kmsKey.replace(/^arn:.*:key\//, '')}`;
  let key: KeyMetadata | undefined;
  const state = await attempt('state', async () => {
    key = await describeKey(kmsKey, aws);
    return key === undefined ? [] : [judgeKeyState(key, target)];
  });
  const arn = key?.Arn;
  if (state.length === 0) return isOfStack(kmsKey) ? missingGroup(title, target) : foreignKeyMissing(title);
  if (arn === undefined) return { title, checks: state };
  const others = await Promise.all([
    attempt('rotation', async () => [await checkRotation(arn, target, aws)]),
    attempt('CloudTrail', async () => checkUse(arn, target, aws)),
    checkDecrypt(arn, target, aws),
  ]);
  return { title, checks: [...state, ...others.flat()] };
}

/** Metadata of a key by its id, ARN or alias; undefined when there is none. */
export async function describeKey(keyId: string, aws: Aws): Promise<KeyMetadata | undefined> {
  const answer = await findInAws(['NotFoundException'], `read the key ${keyId}`, `kms:DescribeKey on it`, () =>
    aws.kms.send(new DescribeKeyCommand({ KeyId: keyId })),
  );
  return answer?.KeyMetadata;
}

/** A key that the environment file names is its owner's. */
function isOfStack(kmsKey: string): boolean {
  return kmsKey.startsWith('alias/');
}

function foreignKeyMissing(title: string): CheckGroup {
  const fix = { what: 'Name the key of the log files in cloudtrail.kmsKey of the environment file.' };
  return { title, checks: [problem('exists', 'it is not there', fix)] };
}

/** KMS developer guide, "Key states of AWS KMS keys". */
export function judgeKeyState(
  { KeyState: state, Arn: arn, DeletionDate }: KeyMetadata,
  { region }: CloudtrailTarget,
): Check {
  const consequence = 'log files can be neither written nor read';
  const at = `--region ${region} --key-id ${arn}`;
  if (state === 'Enabled') return ok('state', 'enabled');
  if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion')
    return problem(
      'state',
      `it will be deleted${DeletionDate ? ` on ${DeletionDate.toISOString().slice(0, 10)}` : ''}; ${consequence}`,
      {
        what: 'Cancel that now, and enable the key: what it encrypted is lost with it.',
        command: `aws kms cancel-key-deletion ${at} && aws kms enable-key ${at}`,
      },
    );
  return problem('state', `${state ?? 'unknown'}: ${consequence}`, {
    what: 'Find out who did that and why (runbook cloudtrail-key), then enable the key.',
    command: `aws kms enable-key ${at}`,
  });
}

async function checkRotation(arn: string, target: CloudtrailTarget, aws: Aws): Promise<Check> {
  const answer = await askAws(`read the rotation of ${arn}`, `kms:GetKeyRotationStatus on ${arn}`, () =>
    aws.kms.send(new GetKeyRotationStatusCommand({ KeyId: arn })),
  );
  if (answer.KeyRotationEnabled) return ok('rotation', 'on');
  return problem(
    'rotation',
    'off',
    keyFix(target, {
      what: 'The key is not of this stack: its owner turns the rotation on.',
      command: `aws kms enable-key-rotation --region ${target.region} --key-id ${arn}`,
    }),
  );
}

/** AWS CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail". */
async function checkUse(arn: string, target: CloudtrailTarget, aws: Aws): Promise<readonly Check[]> {
  const { trail } = target;
  // The owner of an existing trail answers for its key.
  if (trail === undefined) return [];
  const statements = await readKeyPolicy(arn, aws);
  const request = (who: string, action: string, trailArn: string) => ({
    who,
    service: 'cloudtrail.amazonaws.com',
    action,
    resource: arn,
    context: { 'aws:SourceArn': trailArn, 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn },
  });
  const other = trail.arn.replace(/:\d{12}:trail\/.*/, ':000000000000:trail/other');
  return [
    judgeRequests(
      'CloudTrail',
      statements,
      {
        wanted: ['kms:GenerateDataKey', 'kms:DescribeKey', 'kms:Decrypt'].map((action) =>
          request('this trail', action, trail.arn),
        ),
        unwanted: [request("another account's trail", 'kms:GenerateDataKey', other)],
      },
      'this trail may encrypt',
      keyFix(target, {
        what: 'The key is not of this stack: its owner adds the statements for CloudTrail (docs/cloudtrail-cortex.md, "Your own key").',
      }),
    ),
  ];
}

/** The statements of a key's policy. */
export async function readKeyPolicy(arn: string, aws: Aws) {
  const { Policy } = await askAws(`read the policy of ${arn}`, `kms:GetKeyPolicy on ${arn}`, () =>
    aws.kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' })),
  );
  return statementsOf(Policy);
}

function keyFix(target: CloudtrailTarget, ofOwner: Fix): Fix {
  return isOfStack(target.kmsKey ?? '') ? deployFix(target) : ofOwner;
}
