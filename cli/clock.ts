import { setTimeout as wait } from 'node:timers/promises';

/** Time, as commands see it: in tests it passes without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => wait(milliseconds),
};
