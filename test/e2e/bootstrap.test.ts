import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { putLogFiles } from '../../cli/local/cloudtrail';
import { outputFolder, readOutputs } from '../../cli/local/deploy';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { readStack } from '../../cli/synthesized';
import { forgetChecksums } from '../../cli/terraform/checksums';
import { projectRoot } from '../../environments/root';
import type { BootstrapAwsOutputs, CloudtrailCortexOutputs } from '../../stacks/outputs';
import { readReadiness, testIf } from './readiness';

const { folder, terraform = 'terraform', missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const REPOSITORY = 'repo:acme@12345678/tributary@987654321';
const STATE_KEY = 'tributary/ci-bootstrap-aws.tfstate';
const ENVIRONMENT = `environment: ci
protected: false
backend: { s3: { bucket: acme-ci-state, region: ${REGION} } }
notifications: { emails: [secops@example.com] }
bootstrap:
  repository: acme@12345678/tributary@987654321
  state: local
  aws: { account: "${ACCOUNT}" }
cloudtrail:
  account: "${ACCOUNT}"
  region: ${REGION}
  trail: create
  accessLogs: create
  cortex: { externalId: 5f2d0a1e-3c4b-4d5e-8f60-718293a4b5c6 }
`;

/** Claims of a token of GitHub, as far as the roles look at them. */
interface Claims {
  readonly sub: string;
  readonly ref: string;
}
const PULL_REQUEST: Claims = { sub: `${REPOSITORY}:pull_request`, ref: 'refs/pull/7/merge' };
const DEPLOYMENT: Claims = { sub: `${REPOSITORY}:environment:ci`, ref: 'refs/heads/main' };

const workFolder = join(folder, 'bootstrap');
const environments = join(workFolder, 'environments');
let aws: AwsEmulator;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (problem !== undefined) return;
  await ensurePythonVenv();
  aws = await startAws({ account: ACCOUNT, region: REGION });
  mkdirSync(environments, { recursive: true });
  writeFileSync(join(environments, 'ci.yaml'), ENVIRONMENT);
  env = { ...terraformEnv, ...aws.env, TRIBUTARY_ENVIRONMENTS: environments };
}, 120_000);

afterAll(async () => {
  await aws?.stop();
});

interface Run {
  readonly code: number;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string, variables: NodeJS.ProcessEnv): Promise<Run> {
  const options = { cwd, env: { ...process.env, ...variables }, maxBuffer: 16 * 1024 * 1024 };
  return promisify(execFile)(command, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

/** `npx cdktf deploy`, as a user runs it; the cloud's root is who runs it. */
function cdktfDeploy(stack: string, ...flags: string[]): Promise<Run> {
  const cdktf = join(projectRoot, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
  const args = [cdktf, 'deploy', stack, '--auto-approve', '--skip-provider-lock', '--output', outputFolder(workFolder)];
  return run(process.execPath, [...args, ...flags], projectRoot, { CI: '1', DISABLE_VERSION_CHECK: '1', ...env });
}

const stackOf = (name: string) => readStack(outputFolder(workFolder), `ci-${name}`);

/** Terraform in a stack, as whom the variables say. */
async function terraformRun(stack: string, variables: NodeJS.ProcessEnv, ...args: string[]): Promise<Run> {
  const { folder: cwd } = stackOf(stack);
  if (args[0] !== 'init') await forgetChecksums(cwd);
  return run(terraform, [...args, '-input=false', '-no-color'], cwd, variables);
}

function roles(): BootstrapAwsOutputs {
  return readOutputs(stackOf('bootstrap-aws'), terraform, env);
}

/** A token of GitHub, but for its signature, which the emulator does not look at. */
function token(claims: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const issued = { iss: 'https://token.actions.githubusercontent.com', aud: 'sts.amazonaws.com', ...claims };
  return `${part({ alg: 'RS256' })}.${part(issued)}.signature`;
}

function client(credentials = { accessKeyId: 'test', secretAccessKey: 'test' }) {
  const { endpoint, region, ca } = aws;
  return { endpoint, region, credentials, forcePathStyle: true, requestHandler: { httpsAgent: new Agent({ ca }) } };
}

async function credentialsOf(role: string, claims: Claims) {
  const { Credentials: issued } = await new STSClient(client()).send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn: role, RoleSessionName: 'job', WebIdentityToken: token(claims) }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = issued ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Variables of a job that has a role: aws-actions/configure-aws-credentials exchanges the token and sets these. */
async function asJob(role: 'plan' | 'deploy', claims: Claims): Promise<NodeJS.ProcessEnv> {
  const { AWS_PLAN_ROLE, AWS_DEPLOY_ROLE } = roles();
  const issued = await credentialsOf(role === 'plan' ? AWS_PLAN_ROLE : AWS_DEPLOY_ROLE, claims);
  return {
    ...env,
    AWS_ACCESS_KEY_ID: issued.accessKeyId,
    AWS_SECRET_ACCESS_KEY: issued.secretAccessKey,
    AWS_SESSION_TOKEN: issued.sessionToken,
  };
}

/** What AWS says to a request that it refuses; `allowed` where it does not. */
async function refusal(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => 'allowed',
    ({ name }: Error) => name,
  );
}

describe('bootstrap-aws starts with a local state and moves it', () => {
  testIf(
    problem,
    'cdktf deploy makes bucket, provider and roles before there is a backend',
    async () => {
      const { code, output } = await cdktfDeploy('ci-bootstrap-aws');
      expect(`${code} ${output}`).toMatch(/^0 /);
      expect(existsSync(join(workFolder, '.state', 'ci-bootstrap-aws.tfstate'))).toBe(true);
      expect(roles()).toEqual({
        AWS_REGION: REGION,
        AWS_PLAN_ROLE: `arn:aws:iam::${ACCOUNT}:role/ci-ci-plan`,
        AWS_DEPLOY_ROLE: `arn:aws:iam::${ACCOUNT}:role/ci-ci-deploy`,
      });
    },
    240_000,
  );

  testIf(
    problem,
    'without state: local, cdktf deploy --migrate-state moves it into the bucket, and nothing is left to change',
    async () => {
      writeFileSync(join(environments, 'ci.yaml'), ENVIRONMENT.replace('  state: local\n', ''));
      const { code, output } = await cdktfDeploy('ci-bootstrap-aws', '--migrate-state');
      expect(`${code} ${output}`).toMatch(/^0 [\s\S]*No changes/);
      const s3 = new S3Client(client());
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'acme-ci-state', Key: STATE_KEY }));
      const { resources }: { resources: { type: string }[] } = JSON.parse((await Body?.transformToString()) ?? '');
      expect(resources.filter(({ type }) => type === 'aws_iam_role')).toHaveLength(2);
      expect(
        await refusal(s3.send(new HeadObjectCommand({ Bucket: 'acme-ci-state', Key: `${STATE_KEY}.tflock` }))),
      ).toBe('NotFound');
      const plan = await terraformRun('bootstrap-aws', env, 'plan', '-detailed-exitcode');
      expect(`${plan.code} ${plan.output}`).toMatch(/^0 [\s\S]*No changes/);
    },
    240_000,
  );
});

describe('the roles, as the emulator enforces them', () => {
  testIf(
    problem,
    'a job in the environment, from the branch, deploys cloudtrail-cortex, and then there is nothing left to change',
    async () => {
      const job = await asJob('deploy', DEPLOYMENT);
      expect((await terraformRun('cloudtrail-cortex', job, 'init')).output).toContain('successfully initialized');
      const applied = await terraformRun('cloudtrail-cortex', job, 'apply', '-auto-approve');
      expect(`${applied.code} ${applied.output}`).toMatch(/^0 [\s\S]*Apply complete! Resources: 3\d added/);
      const plan = await terraformRun('cloudtrail-cortex', job, 'plan', '-detailed-exitcode');
      expect(`${plan.code} ${plan.output}`).toMatch(/^0 [\s\S]*No changes/);
    },
    300_000,
  );

  testIf(
    problem,
    'a pull request plans both stacks without a lock, and can neither lock nor apply',
    async () => {
      const job = await asJob('plan', PULL_REQUEST);
      for (const stack of ['cloudtrail-cortex', 'bootstrap-aws']) {
        expect((await terraformRun(stack, job, 'init', '-reconfigure')).code).toBe(0);
        const plan = await terraformRun(stack, job, 'plan', '-detailed-exitcode', '-lock=false');
        expect(`${plan.code} ${plan.output}`).toMatch(/^0 [\s\S]*No changes/);
      }
      const locked = await terraformRun('cloudtrail-cortex', job, 'plan');
      expect(`${locked.code} ${locked.output}`).toMatch(/^1 [\s\S]*not authorized to\s+perform: s3:PutObject/);
      const { folder: cwd } = stackOf('cloudtrail-cortex');
      const file = join(cwd, 'cdk.tf.json');
      const source = readFileSync(file, 'utf8');
      writeFileSync(file, source.replace('"message_retention_seconds": 1209600', '"message_retention_seconds": 86400'));
      const applied = await terraformRun('cloudtrail-cortex', job, 'apply', '-auto-approve', '-lock=false');
      writeFileSync(file, source);
      expect(`${applied.code} ${applied.output}`).toMatch(
        /^1 [\s\S]*not authorized to\s+perform: sqs:SetQueueAttributes/i,
      );
    },
    180_000,
  );

  testIf(
    problem,
    'neither role reads a log file or a message, nor changes what it is itself',
    async () => {
      const { bucket_name: Bucket, queue_url: QueueUrl }: CloudtrailCortexOutputs = readOutputs(
        stackOf('cloudtrail-cortex'),
        terraform,
        env,
      );
      const { endpoint, ca } = aws;
      const [Key = ''] = (await putLogFiles({ endpoint, ca, region: REGION, bucket: Bucket, account: ACCOUNT })).keys;
      const { AWS_PLAN_ROLE, AWS_DEPLOY_ROLE } = roles();
      const asked = [
        [AWS_PLAN_ROLE, PULL_REQUEST],
        [AWS_DEPLOY_ROLE, DEPLOYMENT],
      ] as const;
      for (const [role, claims] of asked) {
        const as = client(await credentialsOf(role, claims));
        const s3 = new S3Client(as);
        const trust = { RoleName: 'ci-ci-plan', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' };
        expect([
          await refusal(s3.send(new GetObjectCommand({ Bucket, Key }))),
          await refusal(
            new SQSClient({ ...as, useQueueUrlAsEndpoint: false }).send(new ReceiveMessageCommand({ QueueUrl })),
          ),
          await refusal(s3.send(new PutObjectCommand({ Bucket: 'acme-ci-state', Key: STATE_KEY, Body: '{}' }))),
          await refusal(new IAMClient(as).send(new UpdateAssumeRolePolicyCommand(trust))),
        ]).toEqual(['AccessDenied', expect.stringMatching(/AccessDenied/), 'AccessDenied', 'AccessDenied']);
        expect(await refusal(s3.send(new GetObjectCommand({ Bucket: 'acme-ci-state', Key: STATE_KEY })))).toBe(
          'allowed',
        );
      }
    },
    60_000,
  );

  testIf(
    problem,
    'nobody else gets a role: forks, other branches, other environments, pull requests that would deploy',
    async () => {
      const { AWS_PLAN_ROLE, AWS_DEPLOY_ROLE } = roles();
      const strangers: [string, Claims][] = [
        [AWS_PLAN_ROLE, { ...PULL_REQUEST, sub: 'repo:mallory@1/tributary@2:pull_request' }],
        [AWS_PLAN_ROLE, { ...PULL_REQUEST, sub: 'repo:acme/tributary:pull_request' }],
        [AWS_PLAN_ROLE, { sub: `${REPOSITORY}:ref:refs/heads/other`, ref: 'refs/heads/other' }],
        [AWS_PLAN_ROLE, DEPLOYMENT],
        [AWS_DEPLOY_ROLE, PULL_REQUEST],
        [AWS_DEPLOY_ROLE, { ...DEPLOYMENT, ref: 'refs/pull/7/merge' }],
        [AWS_DEPLOY_ROLE, { ...DEPLOYMENT, sub: `${REPOSITORY}:environment:ci-plan` }],
      ];
      for (const [role, claims] of strangers)
        expect([role, claims, await refusal(credentialsOf(role, claims))]).toEqual([role, claims, 'AccessDenied']);
      expect(await refusal(credentialsOf(AWS_PLAN_ROLE, PULL_REQUEST))).toBe('allowed');
    },
    60_000,
  );

  testIf(
    problem,
    'a pull request sees that the trust of a role was changed by hand',
    async () => {
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
      });
      const change = new UpdateAssumeRolePolicyCommand({ RoleName: 'ci-ci-deploy', PolicyDocument });
      const job = await asJob('plan', PULL_REQUEST);
      await new IAMClient(client()).send(change);
      const plan = await terraformRun('bootstrap-aws', job, 'plan', '-detailed-exitcode', '-lock=false');
      expect(`${plan.code} ${plan.output}`).toMatch(/^2 [\s\S]*aws_iam_role\.deploy_role_\w+ will be updated/);
      const mended = await terraformRun('bootstrap-aws', env, 'apply', '-auto-approve');
      expect(`${mended.code} ${mended.output}`).toMatch(/^0 [\s\S]*0 added, 1 changed, 0 destroyed/);
    },
    180_000,
  );

  testIf(
    problem,
    'the job that deployed it can take the pipeline away again, log files included, and the state bucket stays',
    async () => {
      const job = await asJob('deploy', DEPLOYMENT);
      expect((await terraformRun('cloudtrail-cortex', job, 'init', '-reconfigure')).code).toBe(0);
      const destroyed = await terraformRun('cloudtrail-cortex', job, 'destroy', '-auto-approve');
      expect(`${destroyed.code} ${destroyed.output}`).toMatch(/^0 [\s\S]*Destroy complete! Resources: 3\d destroyed/);
      const kept = await terraformRun('bootstrap-aws', env, 'plan', '-destroy');
      expect(`${kept.code} ${kept.output}`).toMatch(/^1 [\s\S]*Instance cannot be destroyed/);
    },
    240_000,
  );
});
