import { join } from 'node:path';
import { projectRoot } from '../../../environments/root';
import { UserError } from '../../../environments/user-error';
import type { Aws } from '../../aws';
import type { Clock } from '../../clock';
import { EXIT } from '../../exit-codes';
import { formatMoment } from '../../moment';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import type { Window } from '../../window';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget } from '../target';
import { Checkpoint } from './checkpoint';
import { expiryDays } from './expiry';
import { announcedFiles, bucketListing, type StoredObject } from './listing';
import { parseRate } from './rate';
import { about, addTo, counted, renderReplay, tallyOf, windowText } from './report';
import { announce } from './sending';

/** Messages a second without `--rate`. */
export const DEFAULT_REPLAY_RATE = 50;
/** A standard queue takes nearly any number; Cortex has to read them beside what comes new. */
const MOST_REPLAY_RATE = 1_000;

/**
 * The value of `--rate`: messages a second, 1 to 1000.
 * @throws UserError when it is something else
 */
export function parseReplayRate(text: string): number {
  return parseRate(text, '--rate', MOST_REPLAY_RATE);
}

export interface ReplayOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  /** Deliveries to announce again; see parseWindow. */
  readonly window: Window;
  /** The most messages a second. */
  readonly rate: number;
  /** Only look what would be sent. */
  readonly dryRun: boolean;
  /** Forget how far a former run of the same window came. */
  readonly restart: boolean;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Where checkpoints lie. Default: `.tributary` of the project. */
  readonly folder?: string;
}

/**
 * Announces the log files that were delivered in a window to the queue once more, as S3 did: for an outage that lasted
 * longer than the queue keeps messages. Cortex reads again what it had read of them.
 *
 * The same command goes on where a former run stopped; of the batch that was on its way then, up to ten messages can be
 * sent twice. Two runs of one window at once are not kept apart.
 *
 * It needs s3:ListBucket on the bucket and sqs:SendMessage on the queue; for a queue with a KMS key also
 * kms:GenerateDataKey and kms:Decrypt; for the warning of expired files s3:GetLifecycleConfiguration.
 * @throws UserError when the checkpoint cannot be used
 */
export async function replay(options: ReplayOptions): Promise<Verdict> {
  const { target, aws, window, restart, clock, folder = join(projectRoot, '.tributary') } = options;
  const checkpoint = Checkpoint.open(folder, target, window, restart);
  const known = {
    environment: target.environment,
    bucket: target.bucket.name,
    queue: target.queue.name,
    from: formatMoment(window.from),
    to: formatMoment(window.to),
    rate: options.rate,
    sentBefore: checkpoint.files,
  };
  const warning = expiryWarning(window, await expiryDays(aws, target), clock);
  return options.dryRun ? look(options, checkpoint, known, warning) : send(options, checkpoint, known, warning);
}

async function look(
  options: ReplayOptions,
  checkpoint: Checkpoint,
  known: object,
  warning: string | undefined,
): Promise<Verdict> {
  const { target, window, rate, progress } = options;
  const tally = await progress.step(
    `Look through ${target.bucket.name}`,
    async (note) => {
      const found = tallyOf();
      const tell = (folder: string) => note(`${counted(found.files, 'log file')}, now ${folder}`);
      for await (const file of files(options, checkpoint, tell)) if (!checkpoint.isAhead(file.key)) addTo(found, file);
      return found;
    },
    ({ files }) => counted(files, 'log file'),
  );
  const { first = null, last = null, ...amount } = tally;
  const seconds = Math.ceil(tally.files / rate);
  return {
    exitCode: EXIT.good,
    document: { ...known, dryRun: true, ...amount, first, last, seconds, warning: warning ?? null },
    text: renderReplay(
      tally.files > 0
        ? `${counted(tally.files, 'log file')} would be announced to the queue ${target.queue.name}; nothing was sent.`
        : nothing(checkpoint),
      [
        ['window', windowText(window)],
        ['size', tally.files > 0 ? counted(tally.bytes, 'byte') : undefined],
        ['first', tally.first],
        ['last', tally.last],
        ['takes', tally.files > 0 ? `about ${about(seconds)} at ${counted(rate, 'message')} a second` : undefined],
        ['before', before(checkpoint.files)],
        ['warning', warning],
      ],
    ),
  };
}

async function send(
  options: ReplayOptions,
  checkpoint: Checkpoint,
  known: { sentBefore: number },
  warning: string | undefined,
): Promise<Verdict> {
  const { target, progress } = options;
  const { sentBefore } = known;
  let stopped: string | undefined;
  try {
    await progress.step(
      `Announce log files to ${target.queue.name} (after Ctrl-C the same command goes on)`,
      (note) => {
        const tell = (place: string) => note(`${counted(checkpoint.files - sentBefore, 'log file')}, now ${place}`);
        const onSent = ({ key }: StoredObject) => tell(key);
        return announce(files(options, checkpoint, tell), { ...options, checkpoint, onSent });
      },
      () => counted(checkpoint.files - sentBefore, 'log file'),
    );
    checkpoint.remove();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    stopped = error.message;
  }
  const { bytes, perhapsTwice } = checkpoint;
  const sent = checkpoint.files - sentBefore;
  return {
    exitCode: stopped === undefined ? EXIT.good : EXIT.failed,
    document: {
      ...known,
      ...{ dryRun: false, sent, files: checkpoint.files, bytes, perhapsTwice },
      ...{ stopped: stopped ?? null, warning: warning ?? null },
    },
    text: renderReplay(heading(stopped, checkpoint, sent, target), [
      ['window', windowText(options.window)],
      ['size', checkpoint.files > 0 ? counted(bytes, 'byte') : undefined],
      ['before', before(sentBefore)],
      [
        'twice',
        perhapsTwice > 0
          ? `up to ${counted(perhapsTwice, 'log file')}: a run ended while the messages were on their way`
          : undefined,
      ],
      ['to do', stopped === undefined ? undefined : goOn(options)],
      ['warning', warning],
    ]),
  };
}

function heading(stopped: string | undefined, checkpoint: Checkpoint, sent: number, target: CloudtrailTarget): string {
  if (stopped !== undefined) return `${stopped}\nStopped after ${counted(sent, 'log file')}.`;
  if (checkpoint.files === 0) return nothing(checkpoint);
  return `Announced to the queue ${target.queue.name}: ${counted(checkpoint.files, 'log file')}.`;
}

function nothing(checkpoint: Checkpoint): string {
  return checkpoint.files > 0
    ? 'Nothing is left to announce.'
    : 'No log file was delivered in the window; nothing was sent.';
}

function before(files: number): string | undefined {
  return files > 0 ? `${counted(files, 'log file')} by a former run of this window; --restart begins anew` : undefined;
}

function goOn({ target, window }: ReplayOptions): string {
  return (
    `./tributary replay ${target.environment} ${CLOUDTRAIL_PIPELINE} --from ${formatMoment(window.from)} ` +
    `--to ${formatMoment(window.to)} goes on there`
  );
}

/** The files that are left to announce. */
function files(
  { aws, target, window }: ReplayOptions,
  { after }: Checkpoint,
  onFolder: (folder: string) => void,
): AsyncIterable<StoredObject> {
  return announcedFiles({ listing: bucketListing(aws, target.bucket.name), target, window, after, onFolder });
}

/** S3 removes an object at the midnight, UTC, after its days (S3 user guide, "Expiring objects"). */
function expiryWarning({ from }: Window, days: number | undefined, clock: Clock): string | undefined {
  if (days === undefined) return undefined;
  const kept = Math.floor(clock.now() / 1000) - days * 86_400;
  if (from >= kept) return undefined;
  return `the bucket keeps log files ${counted(days, 'day')}: those delivered before ${formatMoment(kept)} may be gone`;
}
