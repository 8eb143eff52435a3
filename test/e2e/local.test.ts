import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { consume } from '../../cli/local/cortex';
import { deploy, outputFolder, readOutputs } from '../../cli/local/deploy';
import { type AwsEmulator, startAws, startCloudStorage } from '../../cli/local/emulators';
import { cloudtrailToCortex, logpushToTaegis, qualysToSecops } from '../../cli/local/flows';
import { ensurePythonVenv } from '../../cli/local/python';
import { readStack } from '../../cli/synthesized';
import { projectRoot } from '../../environments/root';
import type { CloudtrailCortexOutputs } from '../../stacks/outputs';
import { parseEnvironment, synthesize } from '../synthesize';
import { readReadiness, testIf } from './readiness';
import { tributary } from './tributary';

const { folder, terraform = 'terraform', missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

const SECRETS = {
  password: 'Qualys-pass+word/1',
  username: 'qualys-api-user-1',
  key: 'taegis-key+default/1',
  dnsKey: 'taegis-key+dns/2',
};

const workFolder = join(folder, 'deploy');
let aws: AwsEmulator;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (problem !== undefined) return;
  await ensurePythonVenv();
  aws = await startAws({ account: '111122223333', region: 'us-east-1' });
  const environments = join(workFolder, 'environments');
  mkdirSync(environments, { recursive: true });
  copyFileSync(join(projectRoot, 'environments', 'local.yaml'), join(environments, 'local.yaml'));
  env = { ...terraformEnv, ...aws.env, TRIBUTARY_ENVIRONMENTS: environments };
}, 120_000);

afterAll(async () => {
  await aws?.stop();
});

/** Runs Terraform in the deployed stack; the exit code is part of the answer. */
async function terraformRun(...args: string[]): Promise<{ code: number; output: string }> {
  const { folder: cwd } = readStack(outputFolder(workFolder), 'local-cloudtrail-cortex');
  const run = promisify(execFile)(terraform, args, { cwd, env: { ...process.env, ...env } });
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

function outputs(): CloudtrailCortexOutputs {
  return readOutputs(readStack(outputFolder(workFolder), 'local-cloudtrail-cortex'), terraform, env);
}

/** As the operator of the account. */
function client() {
  const { endpoint, region, ca } = aws;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region, credentials, forcePathStyle: true, requestHandler: { httpsAgent: new Agent({ ca }) } };
}

function sqsClient(): SQSClient {
  return new SQSClient({ ...client(), useQueueUrlAsEndpoint: false });
}

describe('cloudtrail-cortex, deployed as synthesized', () => {
  testIf(
    problem,
    'cdktf deploy makes every resource',
    async () => {
      const secrets = { TF_VAR_qualys_password: SECRETS.password, TF_VAR_qualys_username: SECRETS.username };
      const { resources } = await deploy({
        stack: 'local-cloudtrail-cortex',
        workFolder,
        env: { ...env, ...secrets, TF_VAR_taegis_keys: JSON.stringify({ default: SECRETS.key }) },
        onProgress: () => undefined,
      });
      expect(resources).toBe(26);
    },
    240_000,
  );

  testIf(
    problem,
    'a second plan changes nothing',
    async () => {
      const { code, output } = await terraformRun('plan', '-detailed-exitcode', '-input=false', '-no-color');
      expect(`${code} ${output}`).toMatch(/^0 [\s\S]*No changes/);
    },
    60_000,
  );

  testIf(
    problem,
    'Cortex reads every event with the role, and strangers are refused',
    async () => {
      const flow = await cloudtrailToCortex(aws, outputs());
      expect(flow.items).toBe(75);
      expect(flow.checks).toEqual(['refused: wrong external id, no external id, another account']);
    },
    60_000,
  );

  testIf(
    problem,
    'a message that cannot be read becomes a dead letter, and redrive brings it back',
    async () => {
      const { queue_url: QueueUrl, dead_letter_queue_url: deadLetters } = outputs();
      const sqs = sqsClient();
      const body = '{"Records":[{"s3":{"bucket":{"name":"gone"},"object":{"key":"gone"}}}]}';
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
      const receive = async (url: string) => {
        const receiving = new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0, WaitTimeSeconds: 0 });
        return (await sqs.send(receiving)).Messages?.map((message) => message.Body) ?? [];
      };
      for (let receives = 0; receives < 5; receives++) expect(await receive(QueueUrl)).toEqual([body]);
      expect(await receive(QueueUrl)).toEqual([]);
      expect(await receive(deadLetters)).toEqual([body]);

      const { code: status, stdout } = await tributary(env, ['redrive', 'local', 'cloudtrail-cortex', '--json']);
      expect([status, JSON.parse(stdout).move]).toEqual([
        0,
        expect.objectContaining({ status: 'COMPLETED', moved: 1 }),
      ]);
      expect(await receive(QueueUrl)).toEqual([body]);
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    },
    60_000,
  );

  testIf(
    problem,
    'replay announces each log file of the window once',
    async () => {
      const { queue_url: queueUrl, role_arn: roleArn, external_id: externalId } = outputs();
      const moment = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;
      // The files were put in seconds ago; a window ends before the second that runs.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const window = [`--from=${moment(Date.now() - 3_600_000)}`, `--to=${moment(Date.now())}`];
      const { code: status, stdout } = await tributary(env, [
        'replay',
        'local',
        'cloudtrail-cortex',
        ...window,
        '--json',
      ]);
      expect([status, JSON.parse(stdout).sent]).toEqual([0, 3]);

      const role = { endpoint: aws.endpoint, region: aws.region, ca: aws.ca, roleArn, externalId };
      const read = await consume({ ...role, queueUrl, expectedEvents: 76, timeoutMs: 5_000 });
      expect([read.objects, read.events, new Set(read.eventIds).size]).toEqual([3, 75, 75]);
    },
    60_000,
  );

  testIf(
    problem,
    'verify finds all that was deployed good, and what is broken afterwards',
    async () => {
      const problems = async (): Promise<{ about: string }[]> => {
        const { stdout } = await tributary(env, ['verify', 'local', 'cloudtrail-cortex', '--json']);
        const { summary, checks } = JSON.parse(stdout);
        expect(summary.ok).toBeGreaterThan(20);
        return checks.filter(({ state }: { state: string }) => state === 'problem');
      };
      expect(await problems()).toEqual([]);
      const s3 = new S3Client(client());
      const Bucket = outputs().bucket_name;
      const before = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
      expect(await problems()).toHaveLength(1);
      const NotificationConfiguration = { QueueConfigurations: before.QueueConfigurations };
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
      expect(await problems()).toEqual([]);
    },
    60_000,
  );

  testIf(
    problem,
    'destroy of a protected environment is refused, each stateful resource by its name',
    async () => {
      const file = join(readStack(outputFolder(workFolder), 'local-cloudtrail-cortex').folder, 'cdk.tf.json');
      const unprotected = readFileSync(file, 'utf8');
      const text = readFileSync(join(projectRoot, 'environments', 'local.yaml'), 'utf8');
      const kept = parseEnvironment('local', text.replace('protected: false', 'protected: true'));
      writeFileSync(file, JSON.stringify(synthesize(kept)['local-cloudtrail-cortex']));
      try {
        const { code, output } = await terraformRun('destroy', '-auto-approve', '-input=false', '-no-color');
        expect(code).toBe(1);
        const refused = [...output.matchAll(/Resource (\S+) has/g)].map(([, address = '']) => address.split('.')[0]);
        expect(new Set(refused)).toEqual(new Set(['aws_s3_bucket', 'aws_sqs_queue', 'aws_kms_key']));
      } finally {
        writeFileSync(file, unprotected);
      }
    },
    60_000,
  );

  testIf(
    problem,
    'destroy of an unprotected environment leaves nothing',
    async () => {
      const { code } = await terraformRun('destroy', '-auto-approve', '-input=false', '-no-color');
      expect(code).toBe(0);
      expect((await terraformRun('state', 'list')).output).toBe('');
    },
    120_000,
  );
});

describe('the other pipelines, from the same output', () => {
  testIf(
    problem,
    'the bundle collects every alert once into Cloud Storage',
    async () => {
      const cloudStorage = await startCloudStorage();
      try {
        const flow = await qualysToSecops({
          stack: readStack(outputFolder(workFolder), 'local-qualys-secops'),
          workFolder: join(workFolder, 'collector'),
          cloudStorage,
          alerts: 1_234,
          credentials: SECRETS,
        });
        expect(flow.items).toBe(1_234);
      } finally {
        await cloudStorage.stop();
      }
    },
    60_000,
  );

  testIf(
    problem,
    'every Logpush job reaches Taegis with its own key',
    async () => {
      const flow = await logpushToTaegis({
        stack: readStack(outputFolder(workFolder), 'local-logpush-taegis'),
        workFolder: join(workFolder, 'logpush'),
        terraform,
        env,
        records: 1_500,
        keys: { default: SECRETS.key, gateway_dns: SECRETS.dnsKey },
      });
      expect(flow.items).toBe(5 * 1_500);
    },
    60_000,
  );
});

testIf(
  problem,
  'no secret that was given to the run stands in what it leaves',
  async () => {
    const files = filesOf(workFolder).filter((file) => !file.startsWith(join(workFolder, 'collector', 'secrets')));
    expect(files.length).toBeGreaterThan(10);
    const spellings = Object.values(SECRETS).flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]);
    const leaks = files.filter((file) => {
      const content = readFileSync(file);
      return spellings.some((spelling) => content.includes(spelling));
    });
    expect(leaks).toEqual([]);
  },
  30_000,
);

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  // Providers are hundreds of megabytes, and came from elsewhere.
  return readdirSync(path)
    .filter((name) => name !== '.terraform')
    .flatMap((name) => filesOf(join(path, name)));
}
