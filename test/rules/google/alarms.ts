import { longestGapSeconds } from '../../../stacks/schedule-gap';
import type { StackJson } from '../../synthesize';
import { resources } from '../stack';
import type { Collector } from './collectors';

/** An alarm that is on: an alert policy with a PromQL condition. */
export interface Alarm {
  readonly address: string;
  readonly severity: string;
  /** Parts of the query of which any is enough: those between ` or `. */
  readonly clauses: readonly string[];
}

/** Alarms that are on, and stay an incident as soon as their query has a result. */
export function alarms(stack: StackJson): Alarm[] {
  return resources(stack, 'google_monitoring_alert_policy').flatMap(([address, policy]) =>
    policy.enabled === false
      ? []
      : policy.conditions.flatMap(({ condition_prometheus_query_language: condition }: StackJson) =>
          condition?.duration === '0s'
            ? [{ address, severity: policy.severity, clauses: condition.query.split(' or ') }]
            : [],
        ),
  );
}

/**
 * The name in PromQL of the log-based metric that takes a field from the log of a collector
 * (cloud.google.com/monitoring/promql/promql-mapping); undefined where there is none.
 */
export function metricOf(stack: StackJson, collector: Collector, field: string): string | undefined {
  const [metric] = resources(stack, 'google_logging_metric')
    .map(([, one]) => one)
    .filter(
      ({ filter, disabled, value_extractor: value, label_extractors: labels = {} }) =>
        disabled !== true &&
        filter.includes(`resource.labels.service_name="${collector.function.name}"`) &&
        [value, ...Object.values(labels)].includes(`EXTRACT(jsonPayload.${field})`),
    );
  return metric && `logging_googleapis_com:user_${metric.name.replaceAll(/\W/g, '_')}`;
}

/** Seconds of the windows that a part of a query looks at. */
export function windows(clause: string): number[] {
  return [...clause.matchAll(/\[(\d+)s\]/g)].map(([, seconds]) => Number(seconds));
}

const gaps = new Map<string, number>();

/** The longest time between two ticks of a collector, in seconds. */
export function gapOf({ job }: Collector): number {
  if (job === undefined) return Number.POSITIVE_INFINITY;
  const key = `${job.schedule} ${job.time_zone}`;
  const gap = gaps.get(key) ?? longestGapSeconds(job.schedule, job.time_zone);
  gaps.set(key, gap);
  return gap;
}

/** Codes of the runs that a part of a query counts. */
export function codesIn(clause: string): string[] {
  return [...clause.matchAll(/\bcode=~"([^"]*)"/g)].flatMap(([, codes = '']) => codes.split('|'));
}
