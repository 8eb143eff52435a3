import { z } from 'zod';
import { type Duration, duration, seconds } from './duration';
import { GOOGLE_REGIONS } from './regions';
import { secops } from './secops';
import {
  ALWAYS,
  at,
  cron,
  flag,
  gcsBucket,
  googleProject,
  oneOf,
  percentage,
  qualysApiUrl,
  serviceAccountId,
  tested,
  text,
  textAt,
  timeZone,
} from './values';

/** 0, or what soft delete takes: 7 to 90 days (cloud.google.com/storage/docs/soft-delete). */
const softDelete = tested<Duration>(
  (value) => value === '0d' || duration({ min: '7d', max: '90d' }).safeParse(value).success,
  '0d (off), or a duration from 7d to 90d',
)
  .meta({ type: 'string', pattern: '^[0-9]{1,6}[smhd]$' })
  .default('7d');

const storage = z
  .strictObject(
    {
      location: text(/^[A-Za-z0-9-]{2,30}$/, 'a location of Cloud Storage, such as EU or europe-west3')
        .optional()
        .describe('Location of the buckets. Default: the region.'),
      storageClass: oneOf(['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'], 'STANDARD, NEARLINE, COLDLINE or ARCHIVE')
        .default('STANDARD')
        .describe('Storage class of the logs bucket. Default: STANDARD.'),
      autoclass: flag('true or false')
        .default(false)
        .describe('Let Cloud Storage move objects of the logs bucket between classes. Default: false.'),
      softDelete: softDelete.describe('How long deleted objects of the logs bucket can be restored. Default: 7d.'),
      kmsKey: text(
        /^projects\/[a-z0-9-]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/,
        'a Cloud KMS key: projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>',
      )
        .optional()
        .describe(
          "Your own key for the buckets. The stack lets Cloud Storage use it; whether SecOps' feed can is not documented. Default: Google's.",
        ),
      minimumRetention: duration({ min: '1d', max: '3650d' })
        .optional()
        .describe('Nobody can delete an object of the logs bucket before this time (a retention policy, not locked).'),
    },
    { error: 'a map with location, storageClass, autoclass, softDelete, kmsKey and minimumRetention' },
  )
  .prefault({})
  .describe('How the buckets store.');

const DEFAULT_SWEEP_ALARM = '2d';

const alarms = z
  .strictObject(
    {
      lag: duration({ min: '30m', max: '7d' })
        .default('2h')
        .describe('Alarm when alerts are so far behind. Default: 2h.'),
      sweep: duration({ min: '2h', max: '60d' })
        .default(DEFAULT_SWEEP_ALARM)
        .describe('Alarm when no sweep of assets or findings was complete for so long. Default: 2d.'),
      missedRuns: z
        .int({ error: 'a whole number' })
        .min(1, { error: '1 to 24' })
        .max(24, { error: '1 to 24' })
        .default(4)
        .describe('Alarm when so many runs of the schedule in a row have not happened. Default: 4.'),
      secopsSilence: duration({ min: '1h', max: '24h' })
        .default('6h')
        .describe('Alarm when SecOps has ingested nothing for so long although objects were written. Default: 6h.'),
    },
    { error: 'a map with lag, sweep, missedRuns and secopsSilence' },
  )
  .prefault({})
  .describe('Thresholds of the alarms.');

/** What every feed that sweeps can be told. */
const sweeping = {
  schedule: cron
    .default('*/30 * * * *')
    .describe(
      'When a run goes on with the sweep that is open, or begins the next if it is time. Default: every 30 minutes.',
    ),
  changedWithin: duration({ min: '1d', max: '365d' })
    .default('90d')
    .describe('How far a full sweep looks back: only hosts that changed since. Default: 90d.'),
  sweepEvery: duration({ min: '1h', max: '30d' })
    .default('4h')
    .describe('From the beginning of a sweep to that of the next, which takes what changed. Default: 4h.'),
  fullSweepEvery: duration({ min: '1h', max: '365d' })
    .default('7d')
    .describe('From one sweep that takes all to the next. Default: 7d.'),
  settling: duration({ min: '0s', max: '1h' })
    .default('10m')
    .describe(
      'By how much a sweep reaches into the one before: a change that appears in Qualys no later than this is not missed. Default: 10m.',
    ),
};

const apiVersion = text(/^\d{1,2}\.\d{1,2}$/, 'a version in quotes, such as "5.0"');

/** `{}` has every default. */
export const assetsFeed = z.strictObject(sweeping, {
  error: `a map with ${Object.keys(sweeping).join(', ')}, or {}`,
});

/** `{}` has every default. */
export const findingsFeed = z.strictObject(
  {
    ...sweeping,
    detectionVersion: apiVersion.default('5.0').describe('Version of the Host List Detection API. Default: 5.0.'),
    knowledgeBaseVersion: apiVersion.default('4.0').describe('Version of the KnowledgeBase API. Default: 4.0.'),
    cveDetectionVersion: apiVersion
      .default('3.0')
      .describe(
        'Version of the CVE detection API, which takes the place of both without the KnowledgeBase grant. Default: 3.0.',
      ),
  },
  {
    error: `a map with ${Object.keys(sweeping).join(', ')}, detectionVersion, knowledgeBaseVersion and cveDetectionVersion, or {}`,
  },
);

const importId = text(/^[\x21-\x7e]{1,1024}$/, 'an import id').optional();

const imports = z
  .strictObject(
    {
      ...{ logs: importId, state: importId, code: importId },
      ...{ alertsAccount: importId, assetsAccount: importId, findingsAccount: importId },
      ...{ buildAccount: importId, invokerAccount: importId, username: importId, password: importId },
      ...{ function: importId, schedule: importId, feed: importId },
      ...{ assetsFunction: importId, assetsSchedule: importId, assetsFeed: importId },
      ...{ findingsFunction: importId, findingsSchedule: importId, findingsFeed: importId },
    },
    { error: 'a map of import ids' },
  )
  .describe('What existed before and is taken in: Terraform import ids. ./tributary adopt finds and writes them.');

const DEFAULT_RETENTION = '90d';

/** A function or a job of Cloud Scheduler. Kebab-case, so that the Cloud Run service of the function has the same name. */
const resourceName = text(
  /^[a-z][a-z0-9-]{0,60}[a-z0-9]$/,
  'a name: 2 to 62 of a-z, 0-9 and -, starting with a letter, not ending in -',
);
const secretName = text(/^[\w-]{1,255}$/, 'the name of a secret: up to 255 of letters, digits, _ and -');

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
        .default(DEFAULT_RETENTION)
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
      assets: assetsFeed.optional().describe('Host assets: collected if this is there, if only as {}.'),
      findings: findingsFeed
        .optional()
        .describe(
          'Detections of vulnerabilities on hosts, with their CVEs: collected if this is there, if only as {}.',
        ),
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
            assets: serviceAccountId.optional(),
            findings: serviceAccountId.optional(),
            build: serviceAccountId.optional(),
            invoker: serviceAccountId.optional(),
          },
          { error: 'a map with alerts, assets, findings, build and invoker' },
        )
        .prefault({})
        .describe('Service account ids. Default: <environment>-qualys-<alerts|assets|findings|build|invoker>.'),
      names: z
        .strictObject(
          {
            function: resourceName.optional(),
            schedule: resourceName.optional(),
            assetsFunction: resourceName.optional(),
            assetsSchedule: resourceName.optional(),
            findingsFunction: resourceName.optional(),
            findingsSchedule: resourceName.optional(),
            username: secretName.optional(),
            password: secretName.optional(),
          },
          {
            error:
              'a map with function, schedule, assetsFunction, assetsSchedule, findingsFunction, findingsSchedule, username and password',
          },
        )
        .prefault({})
        .describe(
          'Other names; function and schedule are those of alerts. Default: <environment>-qualys-<feed|username|password>. A changed name makes it anew.',
        ),
      storage,
      egress: oneOf(['dynamic', 'static'], 'dynamic or static')
        .default('dynamic')
        .describe(
          'static: calls to Qualys come from one reserved address (output egress_address), for subscriptions that allow only listed ones. Default: dynamic.',
        ),
      secops: secops.optional(),
      alarms,
      import: imports.optional(),
    },
    { error: 'a map: project, region, apiUrl, …' },
  )
  .superRefine((section, context) => {
    for (const check of CHECKS) for (const issue of check(section)) context.addIssue({ code: 'custom', ...issue });
  }, ALWAYS)
  .describe('Pipeline qualys-secops: Qualys alerts, assets and findings through Cloud Storage to Google SecOps.');

export type QualysSettings = z.output<typeof qualys>;

interface Issue {
  readonly path: string[];
  readonly message: string;
}

/** Feeds that are collected only where the section has them. */
const SWITCHED_FEEDS = ['assets', 'findings'] as const;

/** Checks across values. Their input may be of any shape. */
const CHECKS: readonly ((section: unknown) => Issue[])[] = [
  function deletionAndRetention(section) {
    if (textAt(section, 'secops', 'sourceDeletion') !== 'on-success') return [];
    if (at(section, 'storage', 'minimumRetention') === undefined) return [];
    return [
      {
        path: ['secops', 'sourceDeletion'],
        message: 'never, or no storage.minimumRetention: the feed could not delete what it has read',
      },
    ];
  },
  function minimumWithinRetention(section) {
    const minimum = textAt(section, 'storage', 'minimumRetention');
    const retention = textAt(section, 'retention') ?? DEFAULT_RETENTION;
    if (minimum === undefined || ![minimum, retention].every((value) => /^\d{1,6}[smhd]$/.test(value))) return [];
    if (seconds(minimum as Duration) <= seconds(retention as Duration)) return [];
    return [{ path: ['storage', 'minimumRetention'], message: `at most ${retention}: the objects' own retention` }];
  },
  function sweepsWithinAlarm(section) {
    const alarm = textAt(section, 'alarms', 'sweep') ?? DEFAULT_SWEEP_ALARM;
    return SWITCHED_FEEDS.flatMap((feed) => {
      const every = textAt(section, feed, 'sweepEvery');
      if (every === undefined || ![every, alarm].every((value) => /^\d{1,6}[smhd]$/.test(value))) return [];
      if (seconds(every as Duration) < seconds(alarm as Duration)) return [];
      return [{ path: [feed, 'sweepEvery'], message: `less than ${alarm}: alarms.sweep would never be still` }];
    });
  },
  function onlyOfWhatIsCollected(section) {
    return SWITCHED_FEEDS.filter((feed) => at(section, feed) === undefined).flatMap((feed) =>
      [
        ['serviceAccounts', feed],
        ...['Function', 'Schedule'].map((part) => ['names', `${feed}${part}`]),
        ...['Account', 'Function', 'Schedule', 'Feed'].map((part) => ['import', `${feed}${part}`]),
      ]
        .filter((path) => at(section, ...path) !== undefined)
        .map((path) => ({ path, message: `nothing, or ${feed}: {} beside it: ${feed} are not collected` })),
    );
  },
  function namesDiffer(section) {
    return ['Function', 'Schedule'].flatMap((part) => {
      const keys = [part.toLowerCase(), ...SWITCHED_FEEDS.map((feed) => `${feed}${part}`)];
      const names = keys.map((key) => textAt(section, 'names', key));
      return keys.flatMap((key, index) => {
        const first = keys[names.indexOf(names[index])];
        if (names[index] === undefined || first === key) return [];
        return [{ path: ['names', key], message: `another name than names.${first}: both are in one region` }];
      });
    });
  },
  function autoclassChooses(section) {
    if (at(section, 'storage', 'autoclass') !== true) return [];
    const storageClass = textAt(section, 'storage', 'storageClass') ?? 'STANDARD';
    if (storageClass === 'STANDARD') return [];
    return [{ path: ['storage', 'storageClass'], message: 'STANDARD, with autoclass: it begins there' }];
  },
];
