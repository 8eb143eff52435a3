import type { UdmOptions } from './udm/options';

/**
 * What Google's documentation leaves open about its engine, and what bounds this one. Each has a default; a run against
 * a real instance can settle it.
 */
export interface EngineOptions {
  /**
   * What a condition makes of a token that is not set. `error`: the log fails, as documented ("not found in state
   * data"), and as the history of published parsers shows, which came to declare each token that a condition names;
   * `false`: the comparison does not hold.
   */
  readonly unsetInCondition: 'error' | 'false';
  /** Whether `and`/`or` leave out their right side once the left decides, so that an unset token there is no error. */
  readonly shortCircuit: boolean;
  /**
   * Whether `convert` fails on a text that is to become a text, as the flags of published parsers are named for. A number
   * of a log may become an integer in any case: published parsers do that without `on_error`, on numbers.
   */
  readonly convertSameTypeFails: boolean;
  /**
   * Whether `replace` takes numbers and truth values as text in place of failing on them. Published parsers convert them
   * first.
   */
  readonly interpolateScalars: boolean;
  /**
   * Whether a user agent that is converted tells types of its browser and system. Published golden events of 2026 have
   * them, older ones do not.
   */
  readonly userAgentTypes: boolean;
  /** What `rename` does to a map that is at its destination already, when it moves a map there. */
  readonly renameOntoMap: 'merge' | 'replace';
  /** What `merge` does with a list as its source: append its elements, or itself as one element. */
  readonly mergeListSource: 'elements' | 'list';
  /**
   * What `merge` makes of a destination that is a text, number or map: a list that begins with it; a new list without
   * it; or a failure. An empty text always gives place, being a declaration.
   */
  readonly mergeOntoScalar: 'keep' | 'replace' | 'error';
  /**
   * Whether a map that `merge` appends stays the one under its own name, so that later changes there show in the list, as
   * in published golden events; or is a copy, as every event that is put out.
   */
  readonly mergedMaps: 'shared' | 'copied';
  /**
   * What `json` makes of a null: as if the key were absent, so that a declaration stays, or the empty text. Published
   * golden events fit both: parsers declare such keys as empty.
   */
  readonly jsonNull: 'absent' | 'empty';
  /**
   * What `json` with a `target` makes of a map that is there already: lay its own over it, so that declarations stay, or
   * put its own in its place. A published parser says of a token declared below its target that conditions on it fail
   * where the log lacks it, which is to replace; no golden event shows it.
   */
  readonly jsonOntoTarget: 'merge' | 'replace';
  /**
   * What a loop over a token does that is not set: nothing, or fail the log. Published golden events show nothing: their
   * parsers go through lists that the log lacks.
   */
  readonly loopOverUnset: 'skip' | 'error';
  /** Whether a loop's variables are still set behind it. */
  readonly loopVariablesRemain: boolean;
  /** Whether `drop` discards the events that the log has put out already. */
  readonly dropDiscardsEvents: boolean;
  /** Whether option and operation names in another case count (`Replace`, `TAG`); a warning tells of each. */
  readonly ignoreOptionCase: boolean;

  /** Label of the log type, put into the events' metadata; default none. */
  readonly logType?: string;
  /** How the rules of UDM are enforced where that is not settled; default: each its own. */
  readonly udm?: Partial<UdmOptions>;

  /** Longest log, in bytes of UTF-8; default 4 MB, the limit of a SecOps feed. */
  readonly maxLogBytes: number;
  /** Statements that one log may run; default 2,000,000. */
  readonly maxSteps: number;
  /**
   * What one log may read and make, in characters read; one made counts for 4, one of JSON or XML for 8, an entry of a
   * list or map for 64. Default 256 million, which bounds memory to some 500 MB.
   */
  readonly maxWork: number;
  /** Longest text that a statement may make, in characters; default 16 million. */
  readonly maxTextLength: number;
  /** Events that one log may put out; default 10,000. */
  readonly maxEvents: number;
}

export const DEFAULT_OPTIONS: EngineOptions = {
  unsetInCondition: 'error',
  shortCircuit: true,
  convertSameTypeFails: true,
  interpolateScalars: false,
  userAgentTypes: true,
  renameOntoMap: 'replace',
  mergeListSource: 'elements',
  mergeOntoScalar: 'replace',
  mergedMaps: 'shared',
  jsonNull: 'absent',
  jsonOntoTarget: 'merge',
  loopOverUnset: 'skip',
  loopVariablesRemain: true,
  dropDiscardsEvents: true,
  ignoreOptionCase: true,
  maxLogBytes: 4 * 1024 * 1024,
  maxSteps: 2_000_000,
  maxWork: 256_000_000,
  maxTextLength: 16_000_000,
  maxEvents: 10_000,
};
