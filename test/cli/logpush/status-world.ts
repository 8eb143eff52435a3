import { PassThrough } from 'node:stream';
import type { Clock } from '../../../cli/clock';
import { type CloudflareApi, createCloudflareApi } from '../../../cli/cloudflare-api';
import { readStatus, type StatusReport } from '../../../cli/logpush/status';
import type { StackJob } from '../../../cli/logpush/status-jobs';
import { Progress } from '../../../cli/progress';
import {
  type CloudflareOptions,
  type CloudflareSimulator,
  startCloudflareSimulator,
} from '../../simulators/cloudflare';
import { startTaegisSimulator, type TaegisSimulator } from '../../simulators/taegis';

export const TOKEN = 'cf-api-token';
export const KEY = 'taegis-key';
export const ACCOUNT = 'a'.repeat(32);
export const NOON = Date.parse('2026-03-08T12:00:00Z');
export const HOUR = 3_600_000;

/** Cloudflare and Taegis on this machine, with a clock that jumps instead of waiting. */
export interface World {
  readonly cloudflare: CloudflareSimulator;
  readonly taegis: TaegisSimulator;
  readonly clock: Clock;
  readonly api: CloudflareApi;
  setTime(milliseconds: number): void;
  /** Makes a job as a deploy would; its id. */
  deploy(job: StackJob): Promise<number>;
  status(jobs: readonly StackJob[], days?: number): Promise<StatusReport>;
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<CloudflareOptions> {
  /** Keys that Taegis takes. Default: one. */
  readonly keys?: readonly string[];
}

export async function startWorld({ keys = [KEY], ...options }: WorldOptions = {}): Promise<World> {
  let now = NOON;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const taegis = await startTaegisSimulator({ keys });
  const cloudflare = await startCloudflareSimulator({
    now: clock.now,
    token: TOKEN,
    account: ACCOUNT,
    connectTo: taegis.url,
    ...options,
  });
  const api = createCloudflareApi({ env: { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: cloudflare.url }, clock });
  return {
    cloudflare,
    taegis,
    clock,
    api,
    setTime: (milliseconds) => {
      now = milliseconds;
    },
    deploy: async ({ owner, dataset, name }) => {
      const { id } = await api.request<{ id: number }>({
        method: 'POST',
        path: `/${owner.kind}s/${owner.id}/logpush/jobs`,
        body: {
          dataset,
          name,
          enabled: true,
          destination_conf: `https://ingest.example.com/in?tags=dataset:${dataset}&header_Authorization=Bearer%20${KEY}`,
          max_upload_records: 10,
        },
        purpose: 'make a job',
        needs: 'Logs: Edit',
      });
      return id;
    },
    status: (jobs, days = 7) =>
      readStatus({
        environment: 'prod',
        jobs,
        api,
        days,
        clock,
        progress: new Progress(new PassThrough() as unknown as NodeJS.WriteStream),
      }),
    close: async () => {
      await cloudflare.close();
      await taegis.close();
    },
  };
}

export function accountJob(dataset: string): StackJob {
  return {
    stack: 'prod-logpush-taegis',
    owner: { kind: 'account', id: ACCOUNT, name: 'account' },
    dataset,
    name: `secureworks-http-${dataset.replaceAll('_', '-')}`,
  };
}

export function zoneId(index: number): string {
  return index.toString(16).padStart(32, '0');
}

export function zoneJob(index: number, dataset = 'http_requests'): StackJob {
  return {
    stack: 'prod-logpush-taegis',
    owner: { kind: 'zone', id: zoneId(index), name: `z${index}.example.com` },
    dataset,
    name: `secureworks-http-${dataset.replaceAll('_', '-')}`,
  };
}
