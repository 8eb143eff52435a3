import type { Timestamp } from './date/timestamp';
import { CbnError } from './errors';
import type { EngineOptions } from './options';
import type { Trace } from './trace';
import type { Meter, StateMap, Value } from './values';
import type { XmlDocument } from './xml/node';

/** Why a statement failed; what an `on_error` catches. Made without a stack: failing is everyday work for a parser. */
export class Failure {
  /**
   * @param text the vendor's words, from the operation on: `replace failure: field "a": …`
   * @param value what the token at fault held; undefined when it is not set
   */
  constructor(
    readonly code: string,
    readonly text: string,
    readonly value?: Value,
  ) {}
}

/** What an entry of a list or a map, and a character of a text made, count for beside a character read: they stay in memory. */
const ENTRY_COST = 64;
const TEXT_COST = 4;

/** One log on its way through a parser. */
export class Run implements Meter {
  readonly root: StateMap;
  /** Why the last condition could not be evaluated; the log fails with it. */
  failure: Failure | undefined;
  dropped: { readonly tag: string } | undefined;
  error: CbnError | undefined;
  readonly dumps: { readonly label: string; readonly text: string }[] = [];
  /** The XML document that was read last. */
  xml: { readonly text: string; readonly document: XmlDocument | undefined } | undefined;
  private steps: number;
  private work: number;

  constructor(
    root: StateMap,
    readonly now: Timestamp,
    readonly options: EngineOptions,
    readonly trace: Trace | undefined,
  ) {
    this.root = root;
    this.steps = options.maxSteps;
    this.work = options.maxWork;
  }

  /** Counts a statement or a turn of a loop. @throws CbnError `too-many-steps` */
  step(): void {
    this.steps -= 1;
    if (this.steps < 0)
      throw new CbnError(
        'too-many-steps',
        `The log took more than ${this.options.maxSteps} statements and turns of loops. A loop goes through too much: shorten the list, or raise maxSteps.`,
      );
  }

  /** Counts characters read. @throws CbnError `too-much-work` */
  charge(amount: number): void {
    this.work -= amount;
    if (this.work < 0)
      throw new CbnError(
        'too-much-work',
        `The log made the parser read and write more than ${this.options.maxWork} characters and values. A loop reads or copies too much: do it outside of the loop, or raise maxWork.`,
      );
  }

  /** Counts a text that a statement makes. @throws CbnError `text-too-long` */
  chargeText(length: number): void {
    if (length > this.options.maxTextLength)
      throw new CbnError(
        'text-too-long',
        `A statement makes a text of more than ${this.options.maxTextLength} characters.`,
      );
    this.charge(TEXT_COST * length);
  }

  /** Counts entries of lists and maps that a statement makes. @throws CbnError `too-much-work` */
  chargeEntries(count: number): void {
    this.charge(ENTRY_COST * count);
  }
}
