import type { StatusReport } from '../../../../cli/logpush/status';
import { statusOf } from '../../../../cli/status/logpush/status';
import { type EnvironmentStatus, exitCodeOf, type PipelineStatus } from '../../../../cli/status/model';
import { accountJob, HOUR, NOON, startWorld, zoneId, zoneJob } from '../../logpush/status-world';

/** One job that delivers, one that is failing, one that is missing, and a zone that hides its health. */
export async function troubledReport(): Promise<StatusReport> {
  const world = await startWorld({ zones: [zoneId(1), zoneId(2)], hidden: [zoneId(2)] });
  const jobs = [
    accountJob('email_security_post_delivery_events'),
    accountJob('audit_logs'),
    zoneJob(1),
    zoneJob(2, 'dns_logs'),
  ];
  world.setTime(NOON - 60 * HOUR);
  const ids = [];
  for (const job of [jobs[0], jobs[1], jobs[3]]) if (job) ids.push(await world.deploy(job));
  for (const [index, records] of [50, 20, 80].entries()) {
    world.setTime(NOON - (49 - index * 24) * HOUR);
    for (const id of ids) await world.cloudflare.push(id, records);
  }
  world.taegis.failNext(503, 3);
  await world.cloudflare.push(ids[1] ?? 0, 10);
  world.setTime(NOON);
  const report = await world.status(jobs);
  await world.close();
  return report;
}

/** The environment of a report, with pipelines beside Logpush. */
export function environmentOf(report: StatusReport, ...others: PipelineStatus[]): EnvironmentStatus {
  const { environment, from, to, dates } = report;
  return { environment, from, to, dates, pipelines: [...others, statusOf(report)] };
}

/** How the command would end with this report. */
export function exitCodeOfJobs(report: StatusReport): number {
  return exitCodeOf(environmentOf(report));
}
