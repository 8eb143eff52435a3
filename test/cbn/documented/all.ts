import type { Documented } from './case';
import { EXTENSIONS } from './extensions';
import { EXTRACTION } from './extraction';
import { LOOPS } from './loops';
import { MUTATE } from './mutate';
import { OTHER_FILTERS } from './other-filters';
import { OVERVIEW } from './overview';
import { TIPS } from './tips';

/** Every snippet of the documentation that is restated. */
export const ALL: readonly Documented[] = [
  ...[EXTRACTION, LOOPS, MUTATE, OTHER_FILTERS, TIPS, EXTENSIONS, OVERVIEW],
].flat();
