import { z } from 'zod';
import { duration } from './duration';
import { GOOGLE_REGIONS } from './regions';
import { cron, gcsBucket, googleProject, oneOf, percentage, qualysApiUrl, serviceAccountId, timeZone } from './values';

/** Qualys → Google SecOps. */
export const qualys = z
  .strictObject(
    {
      project: googleProject.describe('Google Cloud project that holds the pipeline.'),
      region: oneOf(GOOGLE_REGIONS, 'a Google Cloud region').describe('Region of function, schedule and buckets.'),
      apiUrl: qualysApiUrl.describe('API server of the Qualys platform.'),
      timeZone: timeZone.default('Etc/UTC').describe('Time zone of the schedules. Default: Etc/UTC.'),
      reserveCalls: percentage(0, 90)
        .default('10%')
        .describe(
          "Part of the subscription's API calls that is left to other integrations while a feed catches up. Default: 10%.",
        ),
      retention: duration({ min: '7d', max: '3650d' })
        .default('90d')
        .describe('How long collected objects are kept; longer than SecOps may be behind. Default: 90d.'),
      alerts: z
        .strictObject(
          {
            schedule: cron.default('*/15 * * * *').describe('When alerts are collected. Default: every 15 minutes.'),
            initialLookback: duration({ min: '1h', max: '365d' })
              .default('7d')
              .describe('How far the first run looks back. Default: 7d.'),
            settling: duration({ min: '0s', max: '1h' })
              .default('2m')
              .describe(
                'How old an alert must be before it is collected: one that appears in Qualys behind younger ones, but no later than this, is not missed. Default: 2m.',
              ),
          },
          { error: 'a map with schedule, initialLookback and settling' },
        )
        .prefault({})
        .describe('Continuous Monitoring alerts.'),
      buckets: z
        .strictObject(
          { logs: gcsBucket.optional(), state: gcsBucket.optional(), code: gcsBucket.optional() },
          { error: 'a map with logs, state and code' },
        )
        .prefault({})
        .describe('Bucket names. Default: <project>-<environment>-qualys-<logs|state|code>.'),
      serviceAccounts: z
        .strictObject(
          {
            alerts: serviceAccountId.optional(),
            build: serviceAccountId.optional(),
            invoker: serviceAccountId.optional(),
          },
          { error: 'a map with alerts, build and invoker' },
        )
        .prefault({})
        .describe('Service account ids. Default: <environment>-qualys-<alerts|build|invoker>.'),
    },
    { error: 'a map: project, region, apiUrl, …' },
  )
  .describe('Pipeline qualys-secops: Qualys alerts through Cloud Storage to Google SecOps.');

export type QualysSettings = z.output<typeof qualys>;
