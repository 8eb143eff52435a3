import { UserError } from '../../environments/user-error';
import { type State, stateObject } from '../../functions/qualys/contract';
import type { Clock } from '../clock';
import type { GoogleApi } from '../google-api';
import { readObject, type StoredText, writeObject } from '../google-storage';
import type { CollectorTarget } from './target';

/** Tries to write a state that a run changes at the same time; a run writes at most one a second. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/** UTC, as the collector takes it. */
const DATED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** What the operator does about an object of the state bucket that is not what was written there. */
const RESTORE = 'Restore its last good version (gcloud storage ls --all-versions), then try again.';

/**
 * The state of the live feed; undefined before its first run.
 * @throws UserError when the object is none
 */
export async function readLiveState(api: GoogleApi, target: CollectorTarget): Promise<State | undefined> {
  const stored = await readObject(api, target.stateBucket, stateObject(target.feed));
  return stored && parseState(target, stored);
}

/**
 * Takes `blocked` out of a feed's state, so that the next run logs in again with the credentials that Qualys rejected.
 * Everything else in it stays as it is.
 * @returns whether it was there
 * @throws UserError when the object is no state, or changes each time that it is written
 */
export async function unblock(api: GoogleApi, target: CollectorTarget, clock: Clock): Promise<boolean> {
  const name = stateObject(target.feed);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await readObject(api, target.stateBucket, name);
    if (stored === undefined) return false;
    const { blocked, ...unblocked } = parseState(target, stored);
    if (blocked === undefined) return false;
    if (await writeObject(api, target.stateBucket, name, JSON.stringify(unblocked), stored.generation)) return true;
    await clock.sleep(PAUSE_MS);
  }
  throw new UserError(
    `gs://${target.stateBucket}/${name} could not be changed: runs write it at the same time. Try again in a minute.`,
  );
}

function parseState(target: CollectorTarget, { content }: StoredText): State {
  try {
    const state = JSON.parse(content) as State;
    if (DATED.test(state.since) && /^\d+$/.test(state.cursor)) return state;
  } catch {
    // Told below, like JSON that is no state.
  }
  throw new UserError(`gs://${target.stateBucket}/${stateObject(target.feed)} holds no state of a feed. ${RESTORE}`);
}
