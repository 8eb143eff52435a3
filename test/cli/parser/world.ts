import { PassThrough } from 'node:stream';
import type { Clock } from '../../../cli/clock';
import { createGoogleApi, type GoogleApi } from '../../../cli/google-api';
import type { ChosenParser, ParserTarget } from '../../../cli/parser/target';
import { Progress } from '../../../cli/progress';
import { type SecopsParsers, type StoredParser, startSecopsParsers } from '../../simulators/secops-parsers';

export const TOKEN = 'ya29.an-access-token';
export const LOG_TYPE = 'QUALYS_CONTINUOUS_MONITORING';
export const INSTANCE = {
  project: 'acme-siem',
  location: 'europe',
  instance: '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d',
} as const;
const NAME = `projects/acme-siem/locations/europe/instances/${INSTANCE.instance}`;
export const NOON = Date.parse('2026-03-01T12:00:00Z');
export const MINUTE = 60_000;

/** A SecOps instance on this machine, with a clock that jumps instead of waiting. */
export interface World {
  secops: SecopsParsers;
  clock: Clock;
  api: GoogleApi;
  progress: Progress;
  /** Endpoint and credentials, as environment variables. */
  env: NodeJS.ProcessEnv;
  /** What the progress has shown. */
  shown(): string;
  target(...chosen: ChosenParser[]): ParserTarget;
  /** Id of what is active or live. */
  active(kind?: StoredParser['kind']): string | undefined;
  /** What was changed: `activate pa_1`. */
  switches(): string[];
  close(): Promise<void>;
}

export async function startWorld(lagMs = 0): Promise<World> {
  let now = NOON;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const secops = await startSecopsParsers({
    tokens: [TOKEN],
    instance: NAME,
    logTypes: [LOG_TYPE, 'SQUID_WEBPROXY'],
    now: clock.now,
    lagMs,
  });
  const env = { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, CLOUDSDK_API_ENDPOINT_OVERRIDES_CHRONICLE: `${secops.url}/` };
  const stream = new PassThrough();
  let shown = '';
  stream.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return {
    ...{ secops, clock, env },
    api: createGoogleApi({ project: INSTANCE.project, env, clock }),
    progress: new Progress(stream as unknown as NodeJS.WriteStream),
    shown: () => shown,
    target: (...chosen) => ({ environment: 'prod', instance: INSTANCE, chosen }),
    active: (kind = 'parsers') =>
      secops.stored.find((one) => one.kind === kind && ['ACTIVE', 'LIVE'].includes(String(one.fields.state)))?.id,
    switches: () =>
      secops.requests.flatMap((line) => {
        const [, id, verb] = /^POST .*\/([^/:]+):(\w+)$/.exec(line) ?? [];
        return id === undefined ? [] : [`${verb} ${id}`];
      }),
    close: () => secops.close(),
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

export function prebuilt(state: 'ACTIVE' | 'INACTIVE', more: object = {}): StoredParser {
  return {
    ...{ logType: LOG_TYPE, kind: 'parsers', id: 'pa_prebuilt' },
    fields: { type: 'PREBUILT', state, releaseStage: 'RELEASE', versionInfo: { version: '12.0' }, ...more },
  };
}

export function custom(id: string, code: string, fields: object = {}): StoredParser {
  return {
    ...{ logType: LOG_TYPE, kind: 'parsers', id },
    fields: {
      ...{ type: 'CUSTOM', state: 'INACTIVE', createTime: '2026-03-01T11:00:00Z', cbn: base64(code) },
      ...fields,
    },
  };
}

export function extension(id: string, code: string, state: string, fields: object = {}): StoredParser {
  return {
    ...{ logType: LOG_TYPE, kind: 'parserExtensions', id },
    fields: { state, createTime: '2026-03-01T11:00:00Z', cbnSnippet: base64(code), ...fields },
  };
}

/** Full name of a report. */
export function reportName(of: string): string {
  return `${NAME}/logTypes/${LOG_TYPE}/${of}`;
}
