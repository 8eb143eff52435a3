import { PassThrough } from 'node:stream';
import type { Clock } from '../../../cli/clock';
import type { CollectorTarget } from '../../../cli/collector/target';
import { createGoogleApi, type GoogleApi } from '../../../cli/google-api';
import { Progress } from '../../../cli/progress';
import type { State } from '../../../functions/qualys/contract';
import { type CloudStorage, startCloudStorage } from '../../simulators/cloud-storage';
import { type GoogleApis, startGoogleApis } from '../../simulators/google-apis';

export const TOKEN = 'ya29.an-access-token';

export const TARGET: CollectorTarget = {
  environment: 'prod',
  feed: 'alerts',
  stack: 'prod-qualys-secops',
  project: 'acme',
  function: 'prod-qualys-alerts',
  location: 'europe-west3',
  timeoutSeconds: 540,
  job: 'projects/acme/locations/europe-west3/jobs/prod-qualys-alerts',
  logsBucket: 'acme-logs',
  stateBucket: 'acme-state',
};

export const NOON = Date.parse('2026-03-01T12:00:00Z');

export const STATE: State = {
  since: '2026-02-22T12:00:00Z',
  cursor: '4711',
  cursorDate: '2026-03-01T11:00:00Z',
  pending: null,
  drainedAt: '2026-03-01T11:45:00Z',
};

/** Google Cloud on this machine, with a clock that jumps instead of waiting. */
export interface World {
  apis: GoogleApis;
  storage: CloudStorage;
  clock: Clock;
  api: GoogleApi;
  progress: Progress;
  /** What the progress has shown. */
  shown(): string;
  /** Endpoints and credentials, as environment variables. */
  env: NodeJS.ProcessEnv;
  readState(name: string): unknown;
  writeState(name: string, content: unknown): void;
  /** Names of the objects in the state bucket. */
  stateObjects(): string[];
  close(): Promise<void>;
}

export async function startWorld(onRun: (job: string, world: World) => void = () => undefined): Promise<World> {
  let now = NOON;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const storage = await startCloudStorage([TARGET.logsBucket, TARGET.stateBucket], { now: clock.now });
  const apis = await startGoogleApis({
    tokens: [TOKEN],
    jobs: [TARGET.job],
    now: clock.now,
    onRun: (job) => onRun(job, world),
  });
  const env = {
    GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDSCHEDULER: `${apis.url}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: apis.url,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${storage.url}/storage/v1/`,
  };
  const stream = new PassThrough();
  let shown = '';
  stream.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  let generation = 1;
  const world: World = {
    apis,
    storage,
    clock,
    env,
    api: createGoogleApi({ project: TARGET.project, env, clock }),
    progress: new Progress(stream as unknown as NodeJS.WriteStream),
    shown: () => shown,
    readState: (name) => JSON.parse(storage.objects.get(`${TARGET.stateBucket}/${name}`)?.content.toString() ?? 'null'),
    writeState: (name, content) => {
      generation += 1;
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      storage.objects.set(`${TARGET.stateBucket}/${name}`, { content: Buffer.from(text), generation, metadata: {} });
    },
    stateObjects: () =>
      [...storage.objects.keys()]
        .filter((key) => key.startsWith(`${TARGET.stateBucket}/`))
        .map((key) => key.slice(TARGET.stateBucket.length + 1)),
    close: async () => {
      await apis.close();
      await storage.close();
    },
  };
  return world;
}

/** A run's line in the log: it began when the clock says, and ends some seconds later. */
export function logRun({ apis, clock }: World, seconds: number, fields: object, beganSecondsAgo = 0): void {
  const end = clock.now() + seconds * 1000;
  apis.entries.push({
    timestamp: new Date(end).toISOString(),
    // Entries can be read a few seconds after they were written.
    receivedAt: end + 3_000,
    severity: 'INFO',
    resource: {
      type: 'cloud_run_revision',
      labels: { project_id: 'acme', service_name: 'prod-qualys-alerts', location: 'europe-west3' },
    },
    jsonPayload: { event: 'run', feed: 'alerts', durationSeconds: seconds + beganSecondsAgo, ...fields },
  });
}
