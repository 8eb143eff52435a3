import type { Environment } from '../../environments/schema';
import type { StackJson } from '../synthesize';
import type { ControlId } from './controls';

/** Something that holds for every synthesized stack of AWS. */
export interface Rule {
  /** Unique, in kebab case. */
  readonly id: string;
  /** What holds, as a sentence. */
  readonly title: string;
  /** Controls that it holds, or helps to hold; none where only the project asks for it. */
  readonly controls: readonly ControlId[];
  /** Where the operator decides: it holds unless the environment is without it. */
  readonly option?: Option;
  /** One line for each thing that breaks it, with its address in the stack; none where it holds. */
  readonly check: (stack: StackJson, environment: Environment) => string[];
}

export interface Option {
  /** `opt-in`: only with the setting. `opt-out`: unless it is set. */
  readonly kind: 'opt-in' | 'opt-out';
  /** As in an environment file, such as `multiRegion: false`. */
  readonly setting: string;
  /** Whether an environment is without it. */
  readonly isOff: (environment: Environment) => boolean;
}
