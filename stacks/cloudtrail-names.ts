import type { CloudtrailSettings } from '../environments/cloudtrail';

/** Names of what cloudtrail-cortex makes. */
export interface CloudtrailNames {
  readonly trail: string;
  /** The trail's bucket, be it new or existing. */
  readonly bucket: string;
  /** The bucket of access logs, with `accessLogs: create`. */
  readonly accessLogs: string;
  /** Alias of the key, without `alias/`. */
  readonly key: string;
  readonly queue: string;
  readonly role: string;
  readonly topic: string;
  /** Rule that watches the key. */
  readonly keyRule: string;
  /** What the names of alarms begin with. */
  readonly alarms: string;
  readonly dashboard: string;
}

/** Names that the settings choose, and else those of the stack. */
export function cloudtrailNames(environment: string, settings: CloudtrailSettings): CloudtrailNames {
  const { account, region, names, existing } = settings;
  const stack = `${environment}-cloudtrail-cortex`;
  const bucket = existing?.bucket ?? names?.bucket ?? `${environment}-cloudtrail-${account}-${region}`;
  return {
    trail: names?.trail ?? stack,
    bucket,
    accessLogs: `${bucket}-access`,
    key: names?.key ?? stack,
    queue: names?.queue ?? stack,
    role: names?.role ?? `${stack}-reader`,
    topic: `${stack}-alarms`,
    keyRule: `${stack}-key`,
    alarms: stack,
    dashboard: stack,
  };
}
