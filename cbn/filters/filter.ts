import type { Failure, Run } from '../run';
import type { OptionReader } from './options';

/** What a filter does to a log: undefined when it succeeded. */
export type Execute = (run: Run) => Failure | undefined;

export interface Filter {
  /** Options that it knows, `on_error` and those without effect left out. */
  readonly options: readonly string[];
  compile(options: OptionReader): Execute;
}
