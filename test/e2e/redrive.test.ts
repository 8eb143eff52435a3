import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { type Aws, connectAws } from '../../cli/aws';
import { systemClock } from '../../cli/clock';
import { redrive } from '../../cli/cloudtrail/redrive/redrive';
import { objectCreatedEvent } from '../../cli/cloudtrail/replay/events';
import type { CloudtrailTarget, QueueNames } from '../../cli/cloudtrail/target';
import { createdObjects } from '../../cli/local/cortex';
import { type AwsEmulator, startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { quietProgress, TARGET } from '../cli/cloudtrail/replay/world';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const MAX_RECEIVES = 2;
const DEAD = ['a.json.gz', 'b c.json.gz', 'd.json.gz'];

let emulator: AwsEmulator;
let aws: Aws;
let target: CloudtrailTarget;

async function createQueue(name: string, attributes: Record<string, string>): Promise<QueueNames> {
  const { QueueUrl: url = '' } = await aws.sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '0', ...attributes } }),
  );
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { name, url, arn: Attributes?.QueueArn ?? '' };
}

beforeAll(async () => {
  await ensurePythonVenv();
  emulator = await startAws({ account: ACCOUNT, region: REGION });
  for (const [name, value] of Object.entries(emulator.env))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  aws = await connectAws(ACCOUNT, REGION);
  const deadLetters = await createQueue('dead-letters', { MessageRetentionPeriod: '1209600' });
  const policy = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVES };
  const queue = await createQueue('queue', { RedrivePolicy: JSON.stringify(policy) });
  target = { ...TARGET, queue, deadLetters };
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

const run = (dryRun: boolean) =>
  redrive({ target, aws, maxRate: undefined, dryRun, progress: quietProgress(), clock: systemClock });

/** Keys of what is visible in a queue. */
async function receive({ url }: QueueNames): Promise<string[]> {
  const { Messages = [] } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  return Messages.flatMap(({ Body = '' }) => createdObjects(Body).map(({ key }) => key)).sort();
}

test('without dead letters nothing is done', async () => {
  expect(await run(false)).toMatchObject({ exitCode: 0, document: { move: null } });
});

test('messages that were received too often are shown, and then brought back', async () => {
  for (const key of DEAD) {
    const MessageBody = objectCreatedEvent(target, { key, size: 1, etag: 'e', lastModified: 0 });
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: target.queue.url, MessageBody }));
  }
  for (let receives = 0; receives < MAX_RECEIVES; receives++) expect(await receive(target.queue)).toEqual(DEAD);
  expect(await receive(target.queue)).toEqual([]);

  const look = await run(true);
  expect(look).toMatchObject({ exitCode: 0, document: { dryRun: true, before: { visible: 3, inFlight: 0 } } });
  const { letters } = look.document as { letters: { objects: string[]; received: number }[] };
  expect(letters.flatMap(({ objects }) => objects).sort()).toEqual(DEAD.map((key) => `s3://trail/${key}`));
  expect(await receive(target.deadLetters)).toEqual(DEAD);
  expect(await receive(target.queue)).toEqual([]);

  const { exitCode, document } = await run(false);
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({
    before: { visible: 3 },
    move: { status: 'COMPLETED', followed: false, moved: 3 },
    after: { visible: 0 },
  });
  expect(await receive(target.queue)).toEqual(DEAD);
  expect(await receive(target.deadLetters)).toEqual([]);

  expect(await run(false)).toMatchObject({ exitCode: 0, document: { move: null } });
}, 30_000);
