import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface CollectorDashboardProps {
  readonly name: string;
  /** Metrics in PromQL: runs by code, and the sum of the records of each run. */
  readonly runs: string;
  readonly records: string;
  /** Query of the lag in seconds. */
  readonly lag: string;
  /** Of a collector that sweeps: queries of the hosts that a sweep has done, and of those that it expects. */
  readonly progress?: { readonly done: string; readonly expected: string };
  /** Lag at which the alarm stands, in seconds. */
  readonly lagSeconds: number;
  /** Log type whose ingestion SecOps reports into this project. */
  readonly logType?: string;
  readonly dependsOn: ITerraformDependable[];
}

/** What a collector does, on one page: runs by code, records, lag, and what SecOps ingests of it. */
export class CollectorDashboard extends Construct {
  constructor(scope: Construct, id: string, props: CollectorDashboardProps) {
    super(scope, id);
    const { name, runs, records, lag, progress, lagSeconds, logType } = props;
    const tiles = [
      chart('Runs by how they ended', `sum by (code) (increase(${runs}[1h]))`),
      chart('Lag (s)', lag, lagSeconds),
      chart('Records collected', `sum(increase(${records}[1h]))`),
      ...(progress === undefined
        ? []
        : [
            chart('Hosts of the sweep that are done', progress.done),
            chart('Hosts that the sweep expects', progress.expected),
          ]),
      ...(logType === undefined
        ? []
        : [
            chart(
              'Records that SecOps ingested',
              `sum(increase(chronicle_googleapis_com:ingestion_log_record_count{log_type="${logType}"}[1h]))`,
            ),
          ]),
    ];
    new MonitoringDashboard(this, 'dashboard', {
      dashboardJson: JSON.stringify({
        displayName: name,
        mosaicLayout: {
          columns: 48,
          tiles: tiles.map((widget, index) => ({
            ...{ xPos: (index % 2) * 24, yPos: Math.floor(index / 2) * 16, width: 24, height: 16 },
            widget,
          })),
        },
      }),
      dependsOn: props.dependsOn,
    });
  }
}

function chart(title: string, prometheusQuery: string, threshold?: number): object {
  return {
    title,
    xyChart: {
      dataSets: [{ plotType: 'LINE', timeSeriesQuery: { prometheusQuery } }],
      ...(threshold !== undefined && { thresholds: [{ value: threshold, label: 'alarm' }] }),
    },
  };
}
