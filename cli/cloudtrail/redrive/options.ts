import type { Aws } from '../../aws';
import type { Clock } from '../../clock';
import type { Progress } from '../../progress';
import type { CloudtrailTarget } from '../target';

/** The most that SQS gives at once: moves and messages (SQS API reference, "ListMessageMoveTasks", "ReceiveMessage"). */
export const MOST_RESULTS = 10;

export interface RedriveOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  /** The most messages a second; undefined: SQS chooses by what is there. */
  readonly maxRate: number | undefined;
  /** Only look what would be moved. */
  readonly dryRun: boolean;
  readonly progress: Progress;
  readonly clock: Clock;
}

/** What lies in the queue of dead letters; SQS counts approximately, and up to a minute late. */
export interface Waiting {
  readonly visible: number;
  /** Received by somebody, and hidden for that time. */
  readonly inFlight: number;
  readonly retentionSeconds: number;
}
