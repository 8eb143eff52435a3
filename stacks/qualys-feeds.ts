import { seconds } from '../environments/duration';
import type { QualysSettings } from '../environments/qualys';
import { ENVIRONMENT, type FeedName } from '../functions/qualys/contract';

/** What the function of a feed differs in. */
export interface CollectedFeed {
  readonly name: FeedName;
  /** What it collects, for people. */
  readonly what: string;
  /** unix-cron. */
  readonly schedule: string;
  /** Variables that only this feed reads, or reads otherwise. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Seconds of a run, each inside the next: the collector begins no further page after its budget (the last one may take
   * its request's own time more, then it is stored), Cloud Functions ends the request at its timeout, Cloud Scheduler
   * waits longest.
   */
  readonly budgetSeconds: number;
  readonly timeoutSeconds: number;
  readonly attemptDeadlineSeconds: number;
  /** Lag at which somebody is told. */
  readonly lagSeconds: number;
  /** Whether its records change, so that it is collected in sweeps. */
  readonly sweeps: boolean;
}

/** A request of them may take 120 s. */
const ALERTS_TIMES = { budgetSeconds: 390, timeoutSeconds: 540, attemptDeadlineSeconds: 600 };

/** A request of them may take 300 s, and a sweep of many hosts takes many. */
const SWEEP_TIMES = { budgetSeconds: 1140, timeoutSeconds: 1500, attemptDeadlineSeconds: 1560 };

/** The feeds that an environment collects; alerts are always among them. */
export function collectedFeeds({ alerts, assets, findings, alarms }: QualysSettings): CollectedFeed[] {
  return [
    {
      name: 'alerts',
      what: 'Continuous Monitoring alerts',
      schedule: alerts.schedule,
      variables: {
        [ENVIRONMENT.initialLookbackSeconds]: String(seconds(alerts.initialLookback)),
        [ENVIRONMENT.settlingSeconds]: String(seconds(alerts.settling)),
      },
      ...ALERTS_TIMES,
      lagSeconds: seconds(alarms.lag),
      sweeps: false,
    },
    ...(assets
      ? [{ name: 'assets', what: 'host assets', variables: sweepVariables(assets), ...swept(assets, alarms) } as const]
      : []),
    ...(findings
      ? [
          {
            name: 'findings',
            what: 'vulnerability findings',
            variables: {
              ...sweepVariables(findings),
              [ENVIRONMENT.detectionVersion]: findings.detectionVersion,
              [ENVIRONMENT.knowledgeBaseVersion]: findings.knowledgeBaseVersion,
              [ENVIRONMENT.cveDetectionVersion]: findings.cveDetectionVersion,
            },
            ...swept(findings, alarms),
          } as const,
        ]
      : []),
  ];
}

type Sweeping = NonNullable<QualysSettings['assets']>;

function swept({ schedule }: Sweeping, { sweep }: QualysSettings['alarms']) {
  return { schedule, ...SWEEP_TIMES, lagSeconds: seconds(sweep), sweeps: true };
}

function sweepVariables({ changedWithin, settling, sweepEvery, fullSweepEvery }: Sweeping): Record<string, string> {
  return {
    [ENVIRONMENT.initialLookbackSeconds]: String(seconds(changedWithin)),
    [ENVIRONMENT.settlingSeconds]: String(seconds(settling)),
    [ENVIRONMENT.sweepSeconds]: String(seconds(sweepEvery)),
    [ENVIRONMENT.fullSweepSeconds]: String(seconds(fullSweepEvery)),
  };
}
