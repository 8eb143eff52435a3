import { z } from 'zod';
import { duration } from './duration';
import { AWS_REGIONS } from './regions';
import { ALWAYS, awsAccount, externalId, oneOf, textAt } from './values';

/** Cortex's AWS account in the commercial partition (Cortex Cloud guide, "Create an assumed role"). */
const CORTEX_COMMERCIAL_ACCOUNT = '006742885340';

const cortex = z
  .strictObject(
    {
      accountId: awsAccount
        .default(CORTEX_COMMERCIAL_ACCOUNT)
        .describe(
          `AWS account of Cortex. Default: ${CORTEX_COMMERCIAL_ACCOUNT} (commercial); FedRAMP: "685269782068".`,
        ),
      externalId: externalId.describe('External id that Cortex must present: one fresh UUIDv4 per environment.'),
    },
    { error: 'a map with externalId' },
  )
  .describe('The Cortex XDR tenant that may read.');

/** AWS CloudTrail → Cortex XDR. */
export const cloudtrail = z
  .strictObject(
    {
      account: awsAccount.describe('AWS account of the pipeline; a deploy into another one is refused.'),
      region: oneOf(AWS_REGIONS, 'an AWS region').describe('Home region of trail, bucket, queue and key.'),
      trail: z
        .literal('create', { error: 'create: a new trail is made (a second trail in an account costs money)' })
        .describe('create: the pipeline makes its own trail.'),
      retention: duration({ min: '14d', max: '3650d' })
        .default('30d')
        .describe('How long log files are kept; at least as long as the queue keeps messages (14d). Default: 30d.'),
      cortex,
    },
    { error: 'a map: account, region, trail, cortex' },
  )
  .superRefine((section, context) => {
    const region = textAt(section, 'region');
    if (region === undefined || !/^(us-gov|cn)-/.test(region)) return;
    if ((textAt(section, 'cortex', 'accountId') ?? CORTEX_COMMERCIAL_ACCOUNT) !== CORTEX_COMMERCIAL_ACCOUNT) return;
    context.addIssue({
      code: 'custom',
      path: ['cortex', 'accountId'],
      message: `the account of Cortex in the partition of ${region}: a role there cannot trust one in the commercial partition`,
    });
  }, ALWAYS)
  .describe('Pipeline cloudtrail-cortex: AWS CloudTrail through S3 and SQS to Cortex XDR.');

export type CloudtrailSettings = z.output<typeof cloudtrail>;
