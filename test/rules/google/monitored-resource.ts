import type { StackJson } from '../../synthesize';
import type { Rule } from '../rule';
import { resources } from '../stack';

export const MONITORED_RESOURCE: Rule = {
  id: 'monitored-resource',
  title: 'Each query of a log-based metric names its monitored resource, without which Cloud Monitoring refuses it',
  controls: [],
  // "Specifying a monitored resource type", cloud.google.com/monitoring/promql/promql-mapping: many log-based metrics
  // map to more than one, and then the label is a must.
  check: (stack) =>
    queries(stack).flatMap(([address, query]) => {
      const bare = [...query.matchAll(/\b(logging_googleapis_com:user_\w+)(?!\w)(?!\{[^}]*\bmonitored_resource=)/g)];
      return bare.map(([, metric]) => `${address}: ${metric} without a monitored resource`);
    }),
};

/** PromQL of the alarms and the charts of a stack. */
function queries(stack: StackJson): [address: string, query: string][] {
  return [
    ...resources(stack, 'google_monitoring_alert_policy').flatMap(([address, { conditions }]) =>
      conditions.map(({ condition_prometheus_query_language: { query } }: StackJson): [string, string] => [
        address,
        query,
      ]),
    ),
    ...resources(stack, 'google_monitoring_dashboard').flatMap(([address, { dashboard_json: json }]) =>
      [...json.matchAll(/"prometheusQuery":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']): [string, string] => [
        address,
        JSON.parse(text),
      ]),
    ),
  ];
}
