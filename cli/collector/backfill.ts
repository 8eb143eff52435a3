import { UserError } from '../../environments/user-error';
import {
  type BackfillRequest,
  backfillObjectPrefix,
  backfillRequestObject,
  backfillRequestPrefix,
  backfillStatePrefix,
} from '../../functions/qualys/contract';
import type { Clock } from '../clock';
import type { GoogleApi } from '../google-api';
import { listObjects, readObject, writeObject } from '../google-storage';
import { formatMoment } from '../moment';
import type { Window } from '../window';
import { readLiveState } from './feed-state';
import { COLLECTOR_PIPELINE, type CollectorTarget } from './target';

export interface BackfillOptions {
  readonly target: CollectorTarget;
  readonly api: GoogleApi;
  readonly window: Window;
  /** Collect once more what the live feed or another backfill covers. */
  readonly again: boolean;
  readonly clock: Clock;
}

export interface RequestedBackfill {
  readonly id: string;
  /** What is collected: `YYYY-MM-DDTHH:MM:SSZ`, from inclusive, to exclusive. */
  readonly from: string;
  readonly to: string;
  /** Where the window that was asked for ended, if the live feed covers its rest. */
  readonly cutFrom: string | null;
  /** The request in the state bucket. */
  readonly request: string;
  /** What its objects in the logs bucket will begin with. */
  readonly objects: string;
  /** When a run last found nothing left of the live feed; null before the first time. */
  readonly drainedAt: string | null;
}

/**
 * Asks for a past window to be collected: writes a request into the state bucket, which the collector's runs take up
 * when nothing is left of the live feed.
 * @throws UserError when the live feed or another backfill covers the window already, or no run has been yet
 */
export async function requestBackfill(options: BackfillOptions): Promise<RequestedBackfill> {
  const { target, api, window, again, clock } = options;
  const { feed, logsBucket, stateBucket } = target;
  const live = await readLiveState(api, target);
  if (live === undefined)
    throw new UserError(
      `The feed ${feed} has no state in gs://${stateBucket}: no run has been yet. Deploy it (npx cdktf deploy ` +
        `${target.stack}) or start a run (${runCommand(target)}); backfills come after the live feed.`,
    );
  const wanted = again ? window : uncovered(window, live.since);
  if (!again) await refuseOverlaps(api, target, wanted);

  const id = `${compact(wanted.from)}-${compact(wanted.to)}${again ? `-again-${compact(clock.now() / 1000)}` : ''}`;
  const name = backfillRequestObject(feed, id);
  // Both ends of a request are exclusive, and Qualys dates alerts in whole seconds.
  const request: BackfillRequest = { since: formatMoment(wanted.from - 1), until: formatMoment(wanted.to) };
  if (!(await writeObject(api, stateBucket, name, JSON.stringify(request), '0')))
    throw new UserError(`The backfill ${id} exists: gs://${stateBucket}/${name}.`);
  return {
    id,
    from: formatMoment(wanted.from),
    to: formatMoment(wanted.to),
    cutFrom: wanted.to < window.to ? formatMoment(window.to) : null,
    request: `gs://${stateBucket}/${name}`,
    objects: `gs://${logsBucket}/${backfillObjectPrefix(feed, id)}`,
    drainedAt: live.drainedAt,
  };
}

/** The same for people. */
export function renderBackfill(backfill: RequestedBackfill, target: CollectorTarget): string {
  const { id, from, to, cutFrom, objects, drainedAt } = backfill;
  return [
    `The backfill ${id} is requested.`,
    `  window    from ${from}, up to but without ${to}`,
    ...(cutFrom === null ? [] : [`  cut       the live feed covers the rest, up to ${cutFrom}`]),
    `  objects   ${objects}`,
    `  begins    with the next run that finds nothing left of the live feed (last: ${drainedAt ?? 'never yet'})`,
    `  now       ${runCommand(target)}`,
  ].join('\n');
}

/** The part of a window that lies before what the live feed covers: everything dated after its `since`. */
function uncovered(window: Window, liveSince: string): Window {
  const liveFrom = Math.floor(Date.parse(liveSince) / 1000) + 1;
  if (window.from >= liveFrom)
    throw new UserError(
      `The live feed covers everything since ${formatMoment(liveFrom)}, and with it the whole window. ${AGAIN}`,
    );
  return { from: window.from, to: Math.min(window.to, liveFrom) };
}

const AGAIN = '--again collects it once more (SecOps then holds those alerts twice).';

/** @throws UserError that names every backfill, requested, at work or finished, that has a part of the window */
async function refuseOverlaps(api: GoogleApi, target: CollectorTarget, { from, to }: Window): Promise<void> {
  const { feed, stateBucket } = target;
  // Requests first: one that is finished in between has left its state by then.
  const requests = await listObjects(api, stateBucket, backfillRequestPrefix(feed));
  const states = await listObjects(api, stateBucket, backfillStatePrefix(feed));
  const overlaps = new Map<string, string>();
  for (const name of [...requests, ...states]) {
    const window = await readWindow(api, stateBucket, name);
    if (window !== undefined && window.from < to && from < window.to)
      overlaps.set(idOf(name), `from ${formatMoment(window.from)} to ${formatMoment(window.to)}`);
  }
  if (overlaps.size > 0)
    throw new UserError(
      `The window from ${formatMoment(from)} to ${formatMoment(to)} overlaps with ` +
        `${[...overlaps].map(([id, window]) => `the backfill ${id} (${window})`).join(' and ')}. ${AGAIN}`,
    );
}

/** The window of a request or of a backfill's state; undefined if the object is gone since it was listed. */
async function readWindow(api: GoogleApi, bucket: string, name: string): Promise<Window | undefined> {
  const stored = await readObject(api, bucket, name);
  if (stored === undefined) return undefined;
  try {
    const { since, until } = JSON.parse(stored.content) as BackfillRequest;
    const [from, to] = [Math.floor(Date.parse(since) / 1000) + 1, Math.ceil(Date.parse(until) / 1000)];
    if (from < to) return { from, to };
  } catch {
    // Told below, like JSON of another form.
  }
  throw new UserError(
    `gs://${bucket}/${name} is neither a request nor a state of a backfill. Restore its last good version ` +
      '(gcloud storage ls --all-versions), or remove it if it does not belong there.',
  );
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.json$/, '');
}

/** `20260131T080000Z`: letters and digits only. */
function compact(seconds: number): string {
  return formatMoment(Math.floor(seconds)).replaceAll(/[-:]/g, '');
}

function runCommand({ environment, feed }: CollectorTarget): string {
  return `./tributary run ${environment} ${COLLECTOR_PIPELINE} ${feed}`;
}
