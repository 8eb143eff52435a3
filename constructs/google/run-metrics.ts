import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

/** A distribution must say its buckets (Cloud Logging API, `LogMetric.bucketOptions`): powers of two up to 2³². */
const BUCKETS = { numFiniteBuckets: 32, growthFactor: 2, scale: 1 };

export interface RunMetricsProps {
  /** First part of the metrics' names. */
  readonly name: string;
  /** Name of the Cloud Run service whose log is read. */
  readonly service: string;
  /** Condition on `jsonPayload` that the one line of a run meets. */
  readonly runLine: string;
  /** Field of the line that says how the run ended. */
  readonly codeField: string;
  /** Fields of the line whose values are measured, by the last part of their metrics' names. */
  readonly measured: Readonly<Record<string, { readonly field: string; readonly unit: string }>>;
  readonly dependsOn: ITerraformDependable[];
}

/** Metrics from the one log line that each run of a collector ends with: runs by code, and what the line measures. */
export class RunMetrics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RunMetricsProps,
  ) {
    super(scope, id);
    const { service, runLine, codeField, measured, dependsOn } = props;
    const filter = `resource.type="cloud_run_revision" AND resource.labels.service_name="${service}" AND ${runLine}`;
    new LoggingMetric(this, 'runs', {
      name: this.nameOf('runs'),
      description: 'Runs of the collector, by how they ended',
      filter,
      metricDescriptor: {
        metricKind: 'DELTA',
        valueType: 'INT64',
        unit: '1',
        labels: [{ key: 'code', valueType: 'STRING', description: 'How the run ended' }],
      },
      labelExtractors: { code: `EXTRACT(jsonPayload.${codeField})` },
      dependsOn,
    });
    for (const [name, { field, unit }] of Object.entries(measured))
      new LoggingMetric(this, name, {
        name: this.nameOf(name),
        description: `${field} of each run of the collector`,
        filter: `${filter} AND jsonPayload.${field}:*`,
        metricDescriptor: { metricKind: 'DELTA', valueType: 'DISTRIBUTION', unit },
        valueExtractor: `EXTRACT(jsonPayload.${field})`,
        bucketOptions: { exponentialBuckets: BUCKETS },
        dependsOn,
      });
  }

  /**
   * A metric in PromQL (cloud.google.com/monitoring/promql/promql-mapping): `runs` is a counter; of what is measured
   * there are `_sum` and `_count`. A log-based metric may come from several monitored resources: which, must be said.
   */
  promql(name: string, suffix: '' | '_sum' | '_count' = '', ...selectors: readonly string[]): string {
    const metric = `logging_googleapis_com:user_${this.nameOf(name).replaceAll(/[^A-Za-z0-9_]/g, '_')}${suffix}`;
    return `${metric}{${['monitored_resource="cloud_run_revision"', ...selectors].join(',')}}`;
  }

  private nameOf(name: string): string {
    return `${this.props.name}-${name}`;
  }
}
