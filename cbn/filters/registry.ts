import { drop } from './drop';
import type { Filter } from './filter';
import { grok } from './grok';
import { json } from './json';
import { mutate } from './mutate/mutate';
import { statedump } from './statedump';

/** All filters by their name. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['grok', grok],
  ['json', json],
  ['mutate', mutate],
  ['drop', drop],
  ['statedump', statedump],
]);
