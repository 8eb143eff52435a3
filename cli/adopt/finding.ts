/** Something that the pipeline makes or reads, as it was found in the cloud. */
export interface Finding {
  /** What kind of thing, for people: `bucket`, `dead letters`. */
  readonly thing: string;
  readonly name: string;
  readonly exists: boolean;
  /** The same for people, with what else is to be known of it. */
  readonly state: string;
  readonly settings: readonly FoundSetting[];
  /** What a deploy will change or cannot do, for people. */
  readonly warnings: readonly string[];
}

/** What the environment file must say below the pipeline's section. */
export interface FoundSetting {
  readonly path: readonly [string, ...string[]];
  /** undefined: nothing may stand there. */
  readonly value: string | number | undefined;
}

/** Something that the stack makes, unless it exists: then it takes it in by this import id. */
export function importable(
  thing: string,
  name: string,
  key: string,
  importId: string | number | undefined,
  warnings: readonly string[] = [],
): Finding {
  const exists = importId !== undefined;
  const state = exists ? 'exists' : 'not there: the stack makes it';
  return { thing, name, exists, state, settings: [{ path: ['import', key], value: importId }], warnings };
}
