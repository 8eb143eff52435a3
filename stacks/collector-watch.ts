import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { CollectorDashboard } from '../constructs/google/collector-dashboard';
import { PromqlAlarm } from '../constructs/google/promql-alarm';
import { RunMetrics } from '../constructs/google/run-metrics';
import { type FeedName, LOG_CODES, LOG_EVENTS, type LogCode, SUMMARY_FIELDS } from '../functions/qualys/contract';

/** Incidents without data are closed after this time, the shortest that Cloud Monitoring has. */
const AUTO_CLOSE_SECONDS = 1_800;
/** A run may be this late and still count as its tick's: its own time, and the way of its log line into a metric. */
const LATE_SECONDS = 1_200;

export interface CollectorWatchProps {
  /** Name of the function, and first part of all names here. */
  readonly name: string;
  readonly feed: FeedName;
  /** Whether it is collected in sweeps: its lag is then that of the last one that is complete. */
  readonly sweeps: boolean;
  /** The longest time between two ticks of its schedule. */
  readonly scheduleGapSeconds: number;
  readonly missedRuns: number;
  readonly lagSeconds: number;
  /** What SecOps ingests, if its metrics arrive in this project. */
  readonly ingestion?: { readonly logType: string; readonly silenceSeconds: number };
  /** Names of notification channels. */
  readonly channels: readonly string[];
  readonly runbook: (name: string) => string;
  readonly dependsOn: ITerraformDependable[];
}

/** Tells when a feed's collector fails, does not run, falls behind, or is not read. */
export class CollectorWatch extends Construct {
  private readonly metrics: RunMetrics;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CollectorWatchProps,
  ) {
    super(scope, id);
    const { name, dependsOn } = props;
    this.metrics = new RunMetrics(this, 'metrics', {
      name,
      service: name,
      runLine: `jsonPayload.${SUMMARY_FIELDS.event}="${LOG_EVENTS.run}"`,
      codeField: SUMMARY_FIELDS.code,
      measured: {
        lag: { field: SUMMARY_FIELDS.lagSeconds, unit: 's' },
        records: { field: SUMMARY_FIELDS.alerts, unit: '1' },
        objects: { field: SUMMARY_FIELDS.objects, unit: '1' },
        ...(props.sweeps && {
          hosts: { field: SUMMARY_FIELDS.hostsDone, unit: '1' },
          expected: { field: SUMMARY_FIELDS.hostsExpected, unit: '1' },
        }),
      },
      dependsOn,
    });
    this.failure();
    this.credentials();
    this.silence();
    this.lag();
    if (props.ingestion) this.unread(props.ingestion);
    new CollectorDashboard(this, 'dashboard', {
      name,
      runs: this.metrics.promql('runs'),
      records: this.metrics.promql('records', '_sum'),
      lag: this.mean('lag', 3_600),
      progress: props.sweeps ? { done: this.mean('hosts', 3_600), expected: this.mean('expected', 3_600) } : undefined,
      logType: props.ingestion?.logType,
      lagSeconds: props.lagSeconds,
      dependsOn,
    });
  }

  /** One incident a code. What a repetition can mend is an incident only when it goes on. */
  private failure(): void {
    const window = Math.max(2 * this.props.scheduleGapSeconds, 3_600) + LATE_SECONDS;
    const once = this.runsOf(needsOperator, window);
    const repeated = this.runsOf((code) => LOG_CODES[code].severity === 'ERROR' && LOG_CODES[code].retryable, window);
    this.alarm('failure', 'ERROR', `${once} > 0 or ${repeated} > 2`, [
      // Doubled, for Terraform to leave it to Cloud Monitoring.
      `The collector ends its runs with the code \`$\${metric_or_resource.label.code}\`.`,
      'Nothing is lost: the cursor is kept, and the next good run carries on from there.',
    ]);
  }

  private credentials(): void {
    const window = 2 * this.props.scheduleGapSeconds + LATE_SECONDS;
    this.alarm('credentials', 'CRITICAL', `${this.runsOf(isAboutCredentials, window)} > 0`, [
      'Qualys does not take the credentials, and the collector makes no further attempt, so that the account is not locked.',
      'Nothing is lost: the cursor is kept.',
    ]);
  }

  private silence(): void {
    const { missedRuns, scheduleGapSeconds } = this.props;
    const window = missedRuns * scheduleGapSeconds + LATE_SECONDS;
    this.alarm('silence', 'CRITICAL', `absent_over_time(${this.runs()}[${window}s])`, [
      `No run of the collector has ended for ${Math.round(window / 60)} minutes, or none ever has.`,
      `Nothing is lost yet: Qualys keeps the ${this.props.feed}, and the next run carries on.`,
    ]);
  }

  private lag(): void {
    const { scheduleGapSeconds, lagSeconds, sweeps } = this.props;
    const window = scheduleGapSeconds + LATE_SECONDS;
    const [late, drains] = sweeps
      ? [
          `No sweep of the collector was complete for more than ${Math.round(lagSeconds / 3_600)} hours.`,
          'Nothing is lost: the sweep that is open goes on over the next runs, and the next one takes what changed meanwhile.',
        ]
      : [
          `The collector is more than ${Math.round(lagSeconds / 60)} minutes behind Qualys.`,
          'Nothing is lost: the backlog drains over the next runs.',
        ];
    this.alarm('lag', 'WARNING', `${this.mean('lag', window)} > ${lagSeconds}`, [late, drains]);
  }

  /** Objects were written, and SecOps has ingested nothing of their log type. */
  private unread({ logType, silenceSeconds }: NonNullable<CollectorWatchProps['ingestion']>): void {
    const window = `[${silenceSeconds}s]`;
    const written = `sum(increase(${this.metrics.promql('objects', '_sum')}${window} offset ${LATE_SECONDS}s)) > 0`;
    // That there are values, and not how many: whether the metric is a gauge or a delta is not documented.
    const ingested = `sum(count_over_time(chronicle_googleapis_com:ingestion_log_record_count{log_type="${logType}"}${window}))`;
    this.alarm('unread', 'ERROR', `(${written}) unless ${ingested}`, [
      'Objects were written into the logs bucket, and Google SecOps has ingested no record of their log type.',
      'Nothing is lost while the objects are there: the feed reads them when it runs again.',
    ]);
  }

  /** Of all log lines of runs, those with certain codes, summed up for each code. */
  private runsOf(isMeant: (code: LogCode) => boolean, seconds: number): string {
    const codes = (Object.keys(LOG_CODES) as LogCode[]).filter(isMeant).join('|');
    return `sum by (code) (increase(${this.runs(`code=~"${codes}"`)}[${seconds}s]))`;
  }

  private runs(...selectors: readonly string[]): string {
    return this.metrics.promql('runs', '', ...selectors);
  }

  /** The mean of what the runs of a time said. */
  private mean(name: string, seconds: number): string {
    const all = (suffix: '_sum' | '_count') => `sum(increase(${this.metrics.promql(name, suffix)}[${seconds}s]))`;
    return `${all('_sum')} / ${all('_count')}`;
  }

  private alarm(
    kind: string,
    severity: 'CRITICAL' | 'ERROR' | 'WARNING',
    query: string,
    text: readonly string[],
  ): void {
    const { name, channels, runbook, dependsOn } = this.props;
    const look = `How far behind it is, and what each run did: log line \`jsonPayload.event="run"\` of the Cloud Run service \`${name}\`, field \`lagSeconds\`.`;
    new PromqlAlarm(this, kind, {
      name: `${name}-${kind}`,
      severity,
      query,
      text: [...text, look, runbook(`qualys-${kind}`)].join('\n\n'),
      channels,
      autoCloseSeconds: AUTO_CLOSE_SECONDS,
      dependsOn,
    });
  }
}

function isAboutCredentials(code: LogCode): boolean {
  return ['credentials_missing', 'credentials_rejected', 'account_inactive'].includes(code);
}

function needsOperator(code: LogCode): boolean {
  const { severity, retryable } = LOG_CODES[code];
  return severity === 'ERROR' && !retryable && !isAboutCredentials(code);
}
