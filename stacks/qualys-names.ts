import type { QualysSettings } from '../environments/qualys';

/** Names of the buckets of qualys-secops: those that the settings choose, and else of project and environment. */
export function qualysBuckets(
  environment: string,
  { project, buckets }: QualysSettings,
): Record<'logs' | 'state' | 'code', string> {
  const named = (kind: keyof typeof buckets) => buckets[kind] ?? `${project}-${environment}-qualys-${kind}`;
  return { logs: named('logs'), state: named('state'), code: named('code') };
}
