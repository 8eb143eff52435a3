import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type Aws, askAws, findInAws } from '../../aws';
import type { Clock } from '../../clock';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget, type QueueNames } from '../target';
import { attempt, type Check, type CheckGroup, deployFix, missingGroup, ok, problem } from './check';
import { statementsOf } from './policy';
import { judgeRequests, judgeTlsOnly, type NamedRequest } from './policy-checks';

/** SQS API reference, "GetQueueAttributes"; the second is the name in the older protocol. */
const NO_QUEUE = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];
/** Seconds in which Cortex can download and delete; at SQS's default of 30 a slow download is delivered twice. */
const MIN_VISIBILITY_SECONDS = 60;
/** SQS sends the age once a minute, with some minutes of delay. */
const AGE_WINDOW_SECONDS = 15 * 60;

export type QueueAttributes = Readonly<Record<string, string>>;

/** The queue that Cortex reads. */
export async function checkQueue(target: CloudtrailTarget, aws: Aws, clock: Clock): Promise<CheckGroup> {
  const title = `Queue ${target.queue.name}`;
  let missing = false;
  const checks = await attempt('attributes', async () => {
    const attributes = await readQueue(target.queue, aws);
    missing = attributes === undefined;
    if (attributes === undefined) return [];
    const statements = statementsOf(attributes.Policy);
    return [
      judgeTimes(attributes, target),
      judgeRedrive(attributes, target),
      judgeRequests('senders', statements, sendRequests(target), sender(target), deployFix(target)),
      judgeTlsOnly(statements, 'sqs:ReceiveMessage', target.queue.arn, deployFix(target)),
      ...(await attempt('backlog', async () => [ok('backlog', await describeBacklog(attributes, target, aws, clock))])),
    ];
  });
  return missing ? missingGroup(title, target) : { title, checks };
}

/** The queue of messages that Cortex could not handle. */
export async function checkDeadLetters(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const title = `Dead letters ${target.deadLetters.name}`;
  let missing = false;
  const checks = await attempt('messages', async () => {
    const attributes = await readQueue(target.deadLetters, aws);
    missing = attributes === undefined;
    if (attributes === undefined) return [];
    return [
      judgeDeadLetters(attributes, target),
      judgeTlsOnly(statementsOf(attributes.Policy), 'sqs:ReceiveMessage', target.deadLetters.arn, deployFix(target)),
    ];
  });
  return missing ? missingGroup(title, target) : { title, checks };
}

/** Attributes of a queue; undefined when there is none. */
export async function readQueue({ name, url, arn }: QueueNames, aws: Aws): Promise<QueueAttributes | undefined> {
  const answer = await findInAws(NO_QUEUE, `read the queue ${name}`, `sqs:GetQueueAttributes on ${arn}`, () =>
    aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })),
  );
  return answer && (answer.Attributes ?? {});
}

function judgeTimes(attributes: QueueAttributes, target: CloudtrailTarget): Check {
  const visibility = Number(attributes.VisibilityTimeout);
  const retention = Number(attributes.MessageRetentionPeriod) / 86_400;
  if (visibility < MIN_VISIBILITY_SECONDS)
    return problem(
      'times',
      `a message that Cortex reads is hidden for ${visibility} s only: a download that takes longer is delivered twice`,
      deployFix(target),
    );
  return ok(
    'times',
    `a message waits for ${retention.toFixed(1).replace('.0', '')} d, and is hidden for ${visibility} s`,
  );
}

function judgeRedrive({ RedrivePolicy: policy }: QueueAttributes, target: CloudtrailTarget): Check {
  const { deadLetterTargetArn, maxReceiveCount } = (policy ? JSON.parse(policy) : {}) as {
    deadLetterTargetArn?: string;
    maxReceiveCount?: number | string;
  };
  if (deadLetterTargetArn === target.deadLetters.arn)
    return ok('dead letters', `after ${maxReceiveCount} reads, to ${target.deadLetters.name}`);
  const found = deadLetterTargetArn === undefined ? 'it has no redrive policy' : `they go to ${deadLetterTargetArn}`;
  return problem('dead letters', `${found}, instead of to ${target.deadLetters.name}`, deployFix(target));
}

function sender({ announcedBy, bucket }: CloudtrailTarget): string {
  return announcedBy.kind === 'topic' ? `the topic ${lastPart(announcedBy.arn)}` : `S3, for the bucket ${bucket.name}`;
}

/** Who may send, and who may not: a bucket's name alone could be taken over by another account. */
function sendRequests(target: CloudtrailTarget) {
  const { announcedBy, account, bucket, queue, partition } = target;
  const OTHER = '000000000000';
  const from = (who: string, service: string, arn: string, owner: string): NamedRequest => ({
    who,
    service,
    action: 'sqs:SendMessage',
    resource: queue.arn,
    context: { 'aws:SourceArn': arn, 'aws:SourceAccount': owner, 'aws:SecureTransport': 'true' },
  });
  if (announcedBy.kind === 'topic')
    return {
      wanted: [from(sender(target), 'sns.amazonaws.com', announcedBy.arn, announcedBy.arn.split(':')[4] ?? '')],
      unwanted: [
        from('any other topic', 'sns.amazonaws.com', `arn:${partition}:sns:${target.region}:${OTHER}:other`, OTHER),
      ],
    };
  const s3 = (who: string, arn: string, owner: string) => from(who, 's3.amazonaws.com', arn, owner);
  return {
    wanted: [s3(sender(target), bucket.arn, account)],
    unwanted: [
      s3(`another account's bucket ${bucket.name}`, bucket.arn, OTHER),
      s3('any other bucket', `${bucket.arn}-other`, account),
    ],
  };
}

async function describeBacklog(
  attributes: QueueAttributes,
  target: CloudtrailTarget,
  aws: Aws,
  clock: Clock,
): Promise<string> {
  const { waiting, read } = messagesIn(attributes);
  const age = await readAge(target, aws, clock);
  const oldest = age === undefined ? 'no age known for the last 15 min' : `the oldest for ${duration(age)}`;
  return `${waiting.toLocaleString('en')} waiting, ${read.toLocaleString('en')} being read; ${oldest}`;
}

/** Messages of a queue, about: those that wait, and those that were received and not deleted yet. */
export function messagesIn(attributes: QueueAttributes): { readonly waiting: number; readonly read: number } {
  return {
    waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
    read: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** Seconds; undefined while SQS sends no metrics, which it does for queues in use only. */
async function readAge({ queue }: CloudtrailTarget, aws: Aws, clock: Clock): Promise<number | undefined> {
  const now = clock.now();
  const { MetricDataResults: [result] = [] } = await askAws(
    `read the age of the oldest message in ${queue.name}`,
    'cloudwatch:GetMetricData on *',
    () =>
      aws.cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(now - AGE_WINDOW_SECONDS * 1000),
          EndTime: new Date(now),
          MetricDataQueries: [
            {
              Id: 'age',
              MetricStat: {
                Metric: {
                  Namespace: 'AWS/SQS',
                  MetricName: 'ApproximateAgeOfOldestMessage',
                  Dimensions: [{ Name: 'QueueName', Value: queue.name }],
                },
                Period: 60,
                Stat: 'Maximum',
              },
            },
          ],
        }),
      ),
  );
  return result?.Values?.[0];
}

/** Whether there are messages that Cortex could not handle. */
export function judgeDeadLetters(attributes: QueueAttributes, { environment }: CloudtrailTarget): Check {
  const { waiting, read } = messagesIn(attributes);
  const count = waiting + read;
  if (count === 0) return ok('messages', 'none');
  return problem('messages', `${count.toLocaleString('en')}: log files that Cortex has not read`, {
    what: 'See what they are, mend the cause, and send them back to the queue.',
    command: `./tributary redrive ${environment} ${CLOUDTRAIL_PIPELINE}`,
  });
}

/** `40 s`, `5 min`, `3 h`, `2 d`: about so long. */
export function duration(seconds: number): string {
  const [size, unit] = (
    [
      [86_400, 'd'],
      [3_600, 'h'],
      [60, 'min'],
    ] as const
  ).find(([least]) => seconds >= least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** The name in an ARN of a topic or queue. */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
