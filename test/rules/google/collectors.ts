import type { StackJson } from '../../synthesize';
import { resources } from '../stack';

/** A function that collects a feed, with what calls it. */
export interface Collector {
  readonly address: string;
  readonly function: StackJson;
  /** Its Cloud Scheduler job. */
  readonly job: StackJson | undefined;
}

/** The collectors of a stack: each function, and the job that calls its URL. */
export function collectors(stack: StackJson): Collector[] {
  return resources(stack, 'google_cloudfunctions2_function').map(([address, one]) => ({
    address,
    function: one,
    job: resources(stack, 'google_cloud_scheduler_job')
      .map(([, job]) => job)
      .find(({ http_target: target }) => target.uri.startsWith(`\${${address}.`)),
  }));
}

/** Seconds in Terraform's notation: `600s`. */
export function secondsOf(text: unknown): number {
  return Number(/^(\d+)s$/.exec(String(text))?.[1]);
}
