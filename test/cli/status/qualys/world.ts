import { createGoogleApi } from '../../../../cli/google-api';
import type { Fact, PipelineStatus } from '../../../../cli/status/model';
import { readQualysStatus } from '../../../../cli/status/qualys/status';
import type { QualysTarget } from '../../../../cli/status/qualys/target';
import { windowUntilNow } from '../../../../cli/status/window';
import { type GoogleProject, startGoogleProject } from '../../../simulators/google-project';
import { listen } from '../../../simulators/loopback';
import { type SecopsParsers, startSecopsParsers } from '../../../simulators/secops-parsers';
import { type World as GoogleWorld, startWorld as startGoogleWorld, TARGET, TOKEN } from '../../collector/google-world';
import { INSTANCE, LOG_TYPE, prebuilt } from '../../parser/world';

export const NAME = `projects/${INSTANCE.project}/locations/${INSTANCE.location}/instances/${INSTANCE.instance}`;

export const FEED = { ...TARGET, schedule: '*/15 * * * *', timeZone: 'Etc/UTC' } as const;

/** The pipeline with its SecOps instance, of which the file says nothing else. */
export const QUALYS_TARGET: QualysTarget = {
  environment: 'prod',
  feeds: [FEED],
  alarms: { lag: '2h', sweep: '2d', missedRuns: 4, secopsSilence: '6h' },
  parsers: { environment: 'prod', instance: INSTANCE, chosen: [{ logType: LOG_TYPE }] },
};

/** Google Cloud and SecOps on this machine. */
export interface World extends GoogleWorld {
  readonly project: GoogleProject;
  readonly secops: SecopsParsers;
  status(target?: QualysTarget): Promise<PipelineStatus>;
}

export async function startWorld(): Promise<World> {
  const google = await startGoogleWorld();
  const project = await startGoogleProject({ tokens: [TOKEN], project: 'acme' });
  const secops = await startSecopsParsers({ tokens: [TOKEN], instance: NAME, logTypes: [LOG_TYPE] });
  // One address for SecOps: parsers have another version of the API than feeds.
  const chronicle = await listen(async ({ url = '', headers }, response) => {
    const { authorization = '' } = headers;
    const at = url.startsWith('/v1alpha/') ? secops.url : project.url;
    const answer = await fetch(`${at}${url}`, { headers: { authorization } });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
  });
  const env = { ...google.env, CLOUDSDK_API_ENDPOINT_OVERRIDES_CHRONICLE: chronicle.url };
  const { clock } = google;
  secops.stored.push(prebuilt('ACTIVE'));
  project.feeds.push({
    name: `${NAME}/feeds/4711`,
    displayName: 'prod-qualys-alerts',
    state: 'SUCCEEDED',
    lastFeedInitiationTime: '2026-03-01T11:50:00Z',
    details: { gcsV2Settings: { bucketUri: `gs://${TARGET.logsBucket}/alerts/` } },
  });
  return {
    ...google,
    ...{ project, secops, env },
    status: (target = QUALYS_TARGET) =>
      readQualysStatus({
        target,
        api: createGoogleApi({ project: 'acme', env, clock }),
        secops: createGoogleApi({ project: INSTANCE.project, env, clock }),
        window: windowUntilNow(2, clock),
        clock,
      }),
    close: async () => {
      await chronicle.close();
      await secops.close();
      await project.close();
      await google.close();
    },
  };
}

/** What is not well, as `name: finding`. */
export function faults({ facts }: PipelineStatus): string[] {
  return facts.flatMap(({ state, name, finding }) => (state === 'ok' ? [] : [`${state}: ${name}: ${finding}`]));
}

export function named({ facts }: PipelineStatus, name: string): Fact | undefined {
  return facts.find((fact) => fact.name === name);
}
