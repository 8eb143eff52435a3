import { EXIT } from '../exit-codes';
import { inColumns, renderSteps, type Step } from '../handoff-steps';
import type { Verdict } from '../verdict';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget } from './target';

/**
 * XQL: whether logs of the last hour are there, by account (Cortex Query Language reference, "timeframe", "comp",
 * "sort"). `project` as the account in the normalized dataset is known from queries of others, and not confirmed in Palo
 * Alto Networks' own reference.
 */
const ARRIVAL_QUERY = [
  'config timeframe = 1h',
  '| dataset = cloud_audit_logs',
  '| filter cloud_provider = ENUM.AWS',
  '| comp count() as logs by project',
  '| sort desc logs',
];
/** The same before normalization. */
const RAW_QUERY = ['config timeframe = 1h', '| dataset = aws_s3_raw', '| comp count() as logs'];

/**
 * The steps left by hand at the destination, with their values. It prints the external id, and no other command does.
 *
 * Sources: Cortex XDR documentation, "Ingest audit logs from AWS Cloud Trail" and "Create an assumed role"
 * (docs-cortex.paloaltonetworks.com/r/Cortex-XDR/Cortex-XDR-Documentation/…): form, datasets, green check mark, first
 * files within 15 minutes. That guide calls the SQS URL the queue's ARN; the field takes the URL. Not confirmed on a
 * tenant: the way through the menus, which differs between versions, and the exact labels.
 */
export function renderHandoff(target: CloudtrailTarget): Verdict {
  const collector = collectorOf(target);
  const steps = stepsOf(target, collector);
  const document = {
    environment: target.environment,
    pipeline: CLOUDTRAIL_PIPELINE,
    alarmTopic: target.alarmTopic.arn,
    collector,
    query: ARRIVAL_QUERY.join('\n'),
    rawQuery: RAW_QUERY.join('\n'),
    steps: steps.map(({ title }) => title),
  };
  return { exitCode: EXIT.good, document, text: renderSteps(steps) };
}

/** The fields of the collector's form. */
function collectorOf({ queue, role, externalIds: [externalId = ''], stack }: CloudtrailTarget) {
  return {
    access: 'Assumed Role',
    sqsUrl: queue.url,
    name: stack,
    roleArn: role.arn,
    externalId,
    logType: 'Audit Logs',
    normalizeAndEnrich: true,
  };
}

function stepsOf(target: CloudtrailTarget, collector: ReturnType<typeof collectorOf>): readonly Step[] {
  const { environment, account, alarmTopic } = target;
  return [
    {
      title: 'Confirm the e-mails of the alarm topic',
      parts: [
        `Each address in notifications.emails was sent "AWS Notification - Subscription Confirmation" for ${alarmTopic.name}: open its link. Until then nobody there is told when the pipeline stops. To see who is:`,
        [`./tributary verify ${environment} alarms --send`],
      ],
    },
    {
      title: 'See that AWS is ready',
      parts: [[`./tributary verify ${environment} ${CLOUDTRAIL_PIPELINE}`]],
    },
    {
      title: 'In Cortex XDR, open the form',
      parts: [
        'Settings > Configurations > Data Collection > Collection Integrations > Amazon S3 > Add Instance. In newer versions: Settings > Data Sources > Add Data Source > Amazon S3.',
      ],
    },
    {
      title: `Choose ${collector.access}, and fill in`,
      parts: [
        inColumns([
          ['SQS URL', collector.sqsUrl],
          ['Name', collector.name],
          ['Role ARN', collector.roleArn],
          ['External Id', collector.externalId],
          ['Log Type', collector.logType],
          ['Normalize and enrich audit logs', 'checked'],
        ]),
        'SQS URL takes the URL, although the vendor\'s guide says "ARN".',
        'The External Id is sensitive: paste it into the form only, and keep this text out of tickets and logs.',
      ],
    },
    {
      title: 'Test, then Enable',
      parts: [
        'The instance then has a green check mark with the number of logs; the first come within about 15 minutes. If the test fails, the command of step 2 tells why.',
      ],
    },
    {
      title: 'Prove that logs arrive, in an XQL search',
      parts: [
        ARRIVAL_QUERY,
        `A row for ${account} is the proof. Without one look into the raw dataset: logs there mean that "Normalize and enrich audit logs" is not checked.`,
        RAW_QUERY,
      ],
    },
  ];
}
