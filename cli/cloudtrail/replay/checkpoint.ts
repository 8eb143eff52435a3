import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { displayPath } from '../../../environments/load';
import { UserError } from '../../../environments/user-error';
import { formatMoment } from '../../moment';
import type { Window } from '../../window';
import type { CloudtrailTarget } from '../target';
import type { StoredObject } from './listing';

const count = z.number().int().nonnegative();
const schema = z.strictObject({
  /** ARNs. */
  bucket: z.string(),
  queue: z.string(),
  /** Every file up to this key was announced. */
  after: z.string(),
  /** Files behind it that were announced, too. */
  ahead: z.array(z.string()),
  /** Messages on their way when this was written. */
  inFlight: count,
  files: count,
  bytes: count,
  /** Messages of which no answer was seen, and which were then sent again. */
  perhapsTwice: count,
});

/**
 * How far a replay has come, kept in a file: the same replay goes on there after Ctrl-C or a crash. A batch is noted
 * before it is sent and when it was answered, so that at most the one that was on its way is sent twice.
 */
export class Checkpoint {
  private constructor(
    private readonly file: string,
    private readonly state: z.output<typeof schema>,
  ) {}

  /**
   * What a former run left, or a new beginning; nothing is written yet.
   * @param folder where checkpoints lie
   * @param restart begin anew, whatever is there
   * @throws UserError when the file is of another form or of another bucket or queue
   */
  static open(folder: string, target: CloudtrailTarget, window: Window, restart: boolean): Checkpoint {
    const moment = (seconds: number) => formatMoment(seconds).replaceAll(/[-:]/g, '');
    const file = join(folder, `replay-${target.environment}-${moment(window.from)}-${moment(window.to)}.json`);
    const place = { bucket: target.bucket.arn, queue: target.queue.arn };
    const text = restart ? undefined : readText(file);
    if (text === undefined)
      return new Checkpoint(file, { ...place, after: '', ahead: [], inFlight: 0, files: 0, bytes: 0, perhapsTwice: 0 });
    const state = parse(text, file);
    if (state.bucket !== place.bucket || state.queue !== place.queue)
      throw new UserError(
        `${displayPath(file)} is of a replay from ${state.bucket} to ${state.queue}; the environment now has ` +
          `${place.bucket} and ${place.queue}. ${RESTART}`,
      );
    return new Checkpoint(file, { ...state, inFlight: 0, perhapsTwice: state.perhapsTwice + state.inFlight });
  }

  get after(): string {
    return this.state.after;
  }
  /** Files announced so far, in all runs. */
  get files(): number {
    return this.state.files;
  }
  /** Their size. */
  get bytes(): number {
    return this.state.bytes;
  }
  /** Of them, how many may have been announced twice. */
  get perhapsTwice(): number {
    return this.state.perhapsTwice;
  }

  /** Whether a file was announced already, though it comes behind `after`. */
  isAhead(key: string): boolean {
    return this.state.ahead.includes(key);
  }

  /**
   * So many messages are about to be sent.
   * @throws UserError when that cannot be written down
   */
  sending(messages: number): void {
    this.state.inFlight = messages;
    this.write();
  }

  /**
   * The queue has answered, and took these.
   * @throws UserError when that cannot be written down
   */
  answered(accepted: readonly StoredObject[]): void {
    this.state.inFlight = 0;
    this.state.files += accepted.length;
    this.state.bytes += accepted.reduce((sum, { size }) => sum + size, 0);
    this.state.ahead.push(...accepted.map(({ key }) => key));
    this.write();
  }

  /** All up to this key is done. It is written with the next batch: until then the files are told by `ahead`. */
  complete(key: string): void {
    this.state.after = key;
    this.state.ahead = [];
  }

  /** The replay is done. */
  remove(): void {
    rmSync(this.file, { force: true });
  }

  private write(): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      // Renamed into place, so that a crash leaves the old file or the new one.
      writeFileSync(`${this.file}.new`, JSON.stringify(this.state));
      renameSync(`${this.file}.new`, this.file);
    } catch (error) {
      throw new UserError(`${displayPath(this.file)} cannot be written: ${(error as Error).message}`);
    }
  }
}

const RESTART = '--restart begins anew: Cortex then gets once more what was sent already.';

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`${displayPath(file)} cannot be read: ${(error as Error).message}`);
  }
}

function parse(text: string, file: string): z.output<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${displayPath(file)} is no checkpoint of a replay. ${RESTART}`);
  }
}
