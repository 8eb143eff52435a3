import type { StackJson } from '../synthesize';
import type { Rule } from './rule';
import { deadLetterQueue, isOwnKey, mainQueues, placeOf, refersTo, resources } from './stack';

const queues = (stack: StackJson) => resources(stack, 'aws_sqs_queue');

/** ARN of a queue, built from its name as the policies build it. */
function arnOf(stack: StackJson, { name }: StackJson): string {
  const { partition, region, account } = placeOf(stack);
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}

function deadLettersOf(stack: StackJson, queue: StackJson): string | undefined {
  const { maxReceiveCount = 0 } = JSON.parse(queue.redrive_policy ?? '{}');
  const target = deadLetterQueue(queue);
  const [, deadLetters = {}] = queues(stack).find(([address]) => address === target) ?? [];
  if (target === undefined || deadLetters.name === undefined) return 'no dead letter queue';
  // A read that fails twice, such as while Cortex is updated, is no reason yet.
  if (maxReceiveCount < 3) return `${maxReceiveCount} receives, 3 or more expected`;
  const allowed = JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [arnOf(stack, queue)] });
  return deadLetters.redrive_allow_policy === allowed ? undefined : `${target} does not admit it alone`;
}

export const MESSAGE_RULES: readonly Rule[] = [
  {
    id: 'queue-encrypted',
    title: 'Each queue is encrypted, with the key of SQS or a KMS key of the stack or your own, never `alias/aws/sqs`',
    controls: ['FSBP SQS.1'],
    check: (stack, environment) =>
      queues(stack).flatMap(([address, { sqs_managed_sse_enabled: managed, kms_master_key_id: key }]) =>
        (key === undefined ? managed === true : isOwnKey(stack, environment, key)) ? [] : [`${address}: not encrypted`],
      ),
  },
  {
    id: 'queue-dead-letters',
    title: 'Each queue has a dead letter queue, which takes from it alone',
    controls: [],
    check: (stack) =>
      mainQueues(stack).flatMap(([address, queue]) => {
        const problem = deadLettersOf(stack, queue);
        return problem === undefined ? [] : [`${address}: ${problem}`];
      }),
  },
  {
    id: 'queue-retention',
    title: 'Each queue keeps messages for at least a day, dead letters for the 14 days that SQS has',
    controls: [],
    check(stack) {
      const main = mainQueues(stack).map(([address]) => address);
      return queues(stack).flatMap(([address, { message_retention_seconds: seconds }]) =>
        seconds >= (main.includes(address) ? 86_400 : 1_209_600) ? [] : [`${address}: keeps for ${seconds} s`],
      );
    },
  },
  {
    id: 'topic-encrypted',
    title:
      'The topic of the alarms is encrypted with a key of the stack, never `alias/aws/sns`, which alarms cannot use',
    controls: ['FSBP SNS.1'],
    check: (stack) =>
      resources(stack, 'aws_sns_topic').flatMap(([address, { kms_master_key_id: key }]) =>
        refersTo(stack, 'aws_kms_key', key) ? [] : [`${address}: encrypted with ${key}`],
      ),
  },
  {
    id: 'tagged',
    title: 'Everything is tagged with environment and pipeline',
    controls: ['FSBP SQS.2'],
    check: (stack) => {
      const [{ default_tags: [{ tags = {} } = {}] = [] }] = stack.provider.aws;
      return ['tributary-environment', 'tributary-pipeline'].flatMap((tag) => (tags[tag] ? [] : [`no tag ${tag}`]));
    },
  },
];
