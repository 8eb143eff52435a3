import { z } from 'zod';
import { checkAcross } from './cloudtrail-checks';
import { CLOUDTRAIL_DEFAULTS, CORTEX_COMMERCIAL_ACCOUNT } from './cloudtrail-defaults';
import { duration } from './duration';
import { AWS_REGIONS } from './regions';
import { trailEvents } from './trail-events';
import { ALWAYS, at, awsAccount, externalIds, flag, oneOf, s3Bucket, text } from './values';

const cortex = z
  .strictObject(
    {
      accountId: awsAccount
        .default(CORTEX_COMMERCIAL_ACCOUNT)
        .describe(
          `AWS account of Cortex. Default: ${CORTEX_COMMERCIAL_ACCOUNT} (commercial); FedRAMP: "685269782068".`,
        ),
      externalId: externalIds.describe(
        'External id that Cortex must present: one fresh UUIDv4 per environment. To change it, a list: the new one first, ' +
          'then the old one until Cortex has the new one.',
      ),
      securityAudit: flag('true or false')
        .default(true)
        .describe(
          "Attach AWS's policy SecurityAudit to the role, as Cortex XDR's guide asks; newer guides do not. Default: true.",
        ),
    },
    { error: 'a map with externalId' },
  )
  .describe('The Cortex XDR tenant that may read.');

const keyArn = text(
  /^arn:aws(-us-gov|-cn)?:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  'the ARN of a KMS key, not of an alias: arn:aws:kms:<region>:<account>:key/<id>',
);

const topicArn = text(
  /^arn:aws(-us-gov|-cn)?:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  'the ARN of an SNS topic (not FIFO): arn:aws:sns:<region>:<account>:<name>',
);

/** Start of an S3 object key, or its end (the filter of an event notification). */
const keyPart = text(/^[\w!.*'()/=-]{1,512}$/, "part of an object key: letters, digits and !_.*'()/=-");

const trailName = text(
  /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*[._-]{2})[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/,
  'a trail name: 3 to 128 of letters, digits and ._-, first and last a letter or digit, no two of ._- in a row',
);

const existing = z
  .strictObject(
    {
      bucket: s3Bucket.describe('Bucket of the log files.'),
      prefix: text(/^[\w!.*'()-]+(\/[\w!.*'()-]+)*$/, 'the key prefix of the trail, without leading or trailing slash')
        .optional()
        .describe('Key prefix of the trail. Default: none.'),
      topic: topicArn
        .optional()
        .describe('SNS topic that the bucket notifies of new objects: the queue subscribes to it, with raw delivery.'),
      notification: z
        .literal('own', { error: 'own' })
        .optional()
        .describe(
          "own: the bucket has no notification, and gets the pipeline's. It replaces what is there: ./tributary adopt " +
            'writes this after it has looked.',
        ),
    },
    { error: 'a map with bucket and either topic or notification' },
  )
  .superRefine((section, context) => {
    if (typeof section !== 'object' || section === null) return;
    if ((at(section, 'topic') === undefined) === (at(section, 'notification') === undefined))
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'exactly one of topic and notification: own; ./tributary adopt finds out which',
      });
  }, ALWAYS)
  .describe('Where the log files of the existing trail are. With trail: existing only.');

const names = z
  .strictObject(
    {
      trail: trailName.optional().describe('Default: <environment>-cloudtrail-cortex.'),
      bucket: s3Bucket.optional().describe('Default: <environment>-cloudtrail-<account>-<region>.'),
      key: text(/^(?!aws\/)[A-Za-z0-9/_-]{1,250}$/, 'an alias without alias/: up to 250 of letters, digits and /_-')
        .optional()
        .describe('Alias of the KMS key. Default: <environment>-cloudtrail-cortex.'),
      queue: text(/^[\w-]{1,67}$/, 'a queue name: up to 67 of letters, digits, _ and -')
        .optional()
        .describe('Its dead letter queue is <name>-dead-letters. Default: <environment>-cloudtrail-cortex.'),
      role: text(/^[\w+=,.@-]{1,64}$/, 'a role name: up to 64 of letters, digits and +=,.@_-')
        .optional()
        .describe('Default: <environment>-cloudtrail-cortex-reader.'),
    },
    { error: 'a map of names' },
  )
  .describe('Names, where the default ones do not suit. A changed name makes the resource anew.');

const objectLock = z
  .strictObject(
    {
      mode: oneOf(['governance', 'compliance'], 'governance or compliance').describe(
        'governance: principals with s3:BypassGovernanceRetention may delete; compliance: nobody may, not even AWS.',
      ),
      retention: duration({ min: '1d', max: '3650d' }).describe('How long an object cannot be deleted.'),
    },
    { error: 'a map with mode and retention' },
  )
  .describe('S3 Object Lock of the log files. Only a new bucket can have it.');

const queue = z
  .strictObject(
    {
      retention: duration({ min: '1d', max: '14d' })
        .default(CLOUDTRAIL_DEFAULTS.queueRetention)
        .describe('How long a message waits for Cortex, 1d to 14d. Default: 14d.'),
      encryption: oneOf(['sqs', 'kms'], "sqs (SQS's own key) or kms (the key of the log files)")
        .default('sqs')
        .describe('Key of the messages, which hold names of buckets and objects only: sqs or kms. Default: sqs.'),
      prefix: keyPart.optional().describe('Only objects whose key starts so are announced. Default: all.'),
      suffix: keyPart.optional().describe('Only objects whose key ends so are announced. Default: all.'),
    },
    { error: 'a map with retention, encryption, prefix and suffix' },
  )
  .prefault({})
  .describe('The queue that announces new log files.');

const alarms = z
  .strictObject(
    {
      oldestMessage: duration({ min: '5m', max: '7d' })
        .default('1h')
        .describe('Alarm when Cortex leaves a message for so long. Default: 1h.'),
      silence: duration({ min: '1h', max: '24h' })
        .default('3h')
        .describe('Alarm when nothing was announced for so long, in whole hours. Default: 3h.'),
    },
    { error: 'a map with oldestMessage and silence' },
  )
  .prefault({})
  .describe('Thresholds of the alarms.');

const importId = (what: string) =>
  text(/^[\x21-\x7e]{1,2048}$/, `the import id of ${what}`)
    .optional()
    .describe(`Import id of ${what}.`);

const imports = z
  .strictObject(
    {
      trail: importId('the trail: its ARN'),
      bucket: importId('the bucket: its name'),
      key: importId('the KMS key: its id'),
      alias: importId('the alias of the key: alias/<name>'),
      queue: importId('the queue: its URL'),
      deadLetters: importId('the dead letter queue: its URL'),
      role: importId('the role: its name'),
      topic: importId('the topic of the alarms: its ARN'),
    },
    { error: 'a map of import ids' },
  )
  .describe('What existed before and is taken in: Terraform import ids. ./tributary adopt finds and writes them.');

/** AWS CloudTrail → Cortex XDR. */
export const cloudtrail = z
  .strictObject(
    {
      account: awsAccount.describe('AWS account of the pipeline; a deploy into another one is refused.'),
      region: oneOf(AWS_REGIONS, 'an AWS region').describe('Home region of trail, bucket, queue and key.'),
      trail: oneOf(
        ['create', 'existing'],
        'create (a second trail in an account costs money) or existing (with the section existing)',
      ).describe('create: the pipeline makes its own trail. existing: it reads the bucket of one that is there.'),
      existing: existing.optional(),
      names: names.optional(),
      retention: duration({ min: '7d', max: '3650d' })
        .optional()
        .describe(
          'How long log files are kept: at least 7d, which Cortex asks for, and as long as the queue keeps messages. ' +
            `Default: ${CLOUDTRAIL_DEFAULTS.retention}.`,
        ),
      organization: z
        .strictObject(
          {
            id: text(/^o-[a-z0-9]{10,32}$/, 'the id of the organization: o- and 10 to 32 of a-z and 0-9'),
            managementAccount: awsAccount
              .optional()
              .describe('Its management account, if another one (a delegated administrator) makes the trail.'),
          },
          { error: 'a map with id' },
        )
        .optional()
        .describe('Logs every account of the organization. The trail appears in each of them.'),
      multiRegion: flag('true or false').optional().describe('Log every region. Default: true.'),
      logFileValidation: flag('true or false').optional().describe('Hourly signed digests. Default: true.'),
      ...trailEvents,
      objectLock: objectLock.optional(),
      accessLogs: s3Bucket
        .optional()
        .describe(
          'Log each access to the log files: create makes a bucket for that, <bucket>-access; or the name of one.',
        ),
      kmsKey: keyArn
        .optional()
        .describe(
          'Key of the log files, where it is not the one that the pipeline makes. Its policy is yours: docs/cloudtrail-cortex.md, "Your own key".',
        ),
      queue,
      cortex,
      alarms,
      import: imports.optional(),
    },
    { error: 'a map: account, region, trail, cortex' },
  )
  .superRefine((section, context) => {
    for (const issue of checkAcross(section)) context.addIssue({ code: 'custom', ...issue });
  }, ALWAYS)
  .describe('Pipeline cloudtrail-cortex: AWS CloudTrail through S3 and SQS to Cortex XDR.');

export type CloudtrailSettings = z.output<typeof cloudtrail>;
