import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { projectRoot } from '../../environments/root';
import { readReadiness, testIf } from './readiness';
import { type CommandResult, tributary } from './tributary';

const { folder, missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

/** Given to every run as `TF_VAR_pagerduty_key`, of which one of the plans makes a subscription. */
const KEY = 'pagerduty+key/0123456789';
const workFolder = join(folder, 'review');
const file = (name: string) => join(workFolder, name);

let aws: AwsEmulator;
let env: NodeJS.ProcessEnv;
/** All that the commands have said. */
let said = '';

beforeAll(async () => {
  if (problem !== undefined) return;
  await ensurePythonVenv();
  aws = await startAws({ account: '111122223333', region: 'us-east-1' });
  mkdirSync(file('environments'), { recursive: true });
  env = { ...terraformEnv, ...aws.env, TRIBUTARY_ENVIRONMENTS: file('environments'), TF_VAR_pagerduty_key: KEY };
  const s3 = new S3Client({ ...client(), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'acme-state' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'acme-logs' }));
  await new SNSClient(client()).send(new CreateTopicCommand({ Name: 'acme-trail' }));
}, 120_000);

afterAll(async () => {
  await aws?.stop();
});

/** As the operator of the account. */
function client() {
  const { endpoint, region, ca } = aws;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region, credentials, requestHandler: { httpsAgent: new Agent({ ca }) } };
}

/** The environment file: a trail that exists, since the rules of a bucket take Terraform a minute. */
function describeEnvironment({ retention = '4d', queue = 'acme-queue', top = '' } = {}): void {
  const text = `environment: team
protected: false
backend: { s3: { bucket: acme-state, region: us-east-1 } }
${top}
cloudtrail:
  account: "111122223333"
  region: us-east-1
  trail: existing
  existing: { bucket: acme-logs, topic: "arn:aws:sns:us-east-1:111122223333:acme-trail" }
  names: { queue: ${queue} }
  queue: { retention: ${retention} }
  cortex: { externalId: 5f2d0a1e-3c4b-4d5e-8f60-718293a4b5c6 }
`;
  writeFileSync(join(file('environments'), 'team.yaml'), text);
}

async function run(...args: string[]): Promise<CommandResult> {
  const result = await tributary(env, args);
  said += result.stdout + result.stderr;
  return result;
}

/** Somebody changes the queue in the console. */
async function changeByHand(seconds: number): Promise<void> {
  const sqs = new SQSClient({ ...client(), useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'acme-queue' }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { MessageRetentionPeriod: String(seconds) } }));
}

const everyFile = (path: string): string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => everyFile(join(path, name))) : [path];

describe('a change, from its plan to its end', () => {
  testIf(
    problem,
    'what is pending is told, and the plan ends with 2',
    async () => {
      describeEnvironment();
      const { code, stdout } = await run('plan', 'team', ...outputs());
      expect(code).toBe(2);
      expect(stdout).toMatch(/\nteam: 13 to add\.\n$/);
      expect(readFileSync(file('report.md'), 'utf8')).toMatch(
        /^<!-- tributary-plan:team -->\n## .* Plan of team: 13 to add\n/,
      );
    },
    120_000,
  );

  testIf(
    problem,
    'the deploy of what was reviewed makes it, and nothing is pending afterwards',
    async () => {
      const { code, stdout } = await run('deploy', 'team', '--review', file('review.json'));
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: 'team-cloudtrail-cortex: 13 added, 0 changed, 0 destroyed\n',
      });
      expect(await run('plan', 'team')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('team: nothing to change.'),
      });
    },
    240_000,
  );

  testIf(
    problem,
    'what changes between review and deploy is refused, with the difference',
    async () => {
      describeEnvironment({ retention: '5d' });
      expect((await run('plan', 'team', ...outputs())).code).toBe(2);
      await changeByHand(259_200);
      const { code, stderr } = await run('deploy', 'team', '--review', file('review.json'));
      expect(code).toBe(1);
      expect(stderr).toContain('Nothing was deployed: what would be done now is not what was reviewed.');
      expect(stderr).toMatch(/message_retention_seconds: 259200 → 432000; reviewed was 345600 → 432000/);
    },
    240_000,
  );

  testIf(
    problem,
    'what was changed by hand is drift, and not a change that is pending',
    async () => {
      describeEnvironment();
      const { code, stdout } = await run('drift', 'team', '--markdown', file('drift.md'));
      expect(code).toBe(2);
      expect(stdout).toMatch(/message_retention_seconds {2}345600 → 259200/);
      expect(readFileSync(file('drift.md'), 'utf8')).toContain('message_retention_seconds');
    },
    240_000,
  );

  testIf(
    problem,
    'a queue that is made anew is told loudly, and fails the plan if asked for; a key that the run is given is not told',
    async () => {
      describeEnvironment({ queue: 'other-queue', top: 'notifications: { pagerduty: true }' });
      const { code, stdout } = await run('plan', 'team', '--fail-on', 'destroy', ...outputs());
      expect(code).toBe(1);
      expect(stdout).toMatch(/messages that nobody has read yet are gone/);
      expect(stdout).toMatch(
        /aws_sns_topic_subscription\.alarm-topic_pagerduty_\w+\n(?: {6}.*\n)* {6}endpoint +\(sensitive\)/,
      );
      const report = readFileSync(file('report.md'), 'utf8');
      expect(report).toMatch(/> \[!CAUTION\]/);
      expect(report).toContain('(sensitive)');
    },
    240_000,
  );

  testIf(
    problem,
    'a stack that cannot be planned is told with its reason, and fails the plan',
    async () => {
      describeEnvironment({ top: 'notifications: { pagerduty: true }' });
      env = { ...env, TF_VAR_pagerduty_key: undefined };
      const plan = await run('plan', 'team', '--markdown', file('report.md'));
      expect(plan).toMatchObject({ code: 1, stdout: expect.stringContaining('No value for required variable') });
      expect(readFileSync(file('report.md'), 'utf8')).toContain('No value for required variable');
      env = { ...env, TF_VAR_pagerduty_key: KEY };
    },
    240_000,
  );

  testIf(
    problem,
    'a destroy wants the name, leaves nothing in the account, and says what stays elsewhere',
    async () => {
      describeEnvironment();
      expect(await run('destroy', 'team')).toMatchObject({ code: 1 });
      expect(await run('destroy', 'team', '--confirm', 'prod')).toMatchObject({ code: 1 });
      const { code, stdout } = await run('destroy', 'team', '--confirm', 'team');
      expect(code).toBe(0);
      expect(stdout).toContain('team-cloudtrail-cortex: 0 added, 0 changed, 13 destroyed');
      expect(stdout).toContain('- Cortex: the collector, which now fails.');
      const sqs = new SQSClient({ ...client(), useQueueUrlAsEndpoint: false });
      const gone = sqs.send(new GetQueueUrlCommand({ QueueName: 'acme-queue' }));
      await expect(gone).rejects.toThrow(expect.objectContaining({ name: 'QueueDoesNotExist' }));
    },
    240_000,
  );

  testIf(
    problem,
    'the key was in no report, no review, no log, and no folder is left',
    async () => {
      const texts = everyFile(workFolder).map((path) => readFileSync(path, 'utf8'));
      for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64')])
        expect([said, ...texts].some((text) => text.includes(form))).toBe(false);
      expect(texts.length).toBeGreaterThan(3);
      const left = readdirSync(join(projectRoot, '.local')).filter((name) => name.startsWith('terraform-'));
      expect(left.filter((name) => everyFile(join(projectRoot, '.local', name)).some(isOfTeam))).toEqual([]);
    },
    10_000,
  );
});

/** Other tests may be at work in folders of their own. */
function isOfTeam(path: string): boolean {
  return path.includes('team-cloudtrail-cortex');
}

/** All files that a workflow uploads. */
function outputs(): string[] {
  return ['--markdown', file('report.md'), '--summary', file('summary.md'), '--review', file('review.json')];
}
