import { base64 } from './base64';
import { csv } from './csv';
import { date } from './date';
import { drop } from './drop';
import type { Filter } from './filter';
import { grok } from './grok';
import { include } from './include';
import { json } from './json';
import { kv } from './kv';
import { mutate } from './mutate/mutate';
import { statedump } from './statedump';
import { translate } from './translate';
import { urldecode } from './urldecode';
import { xml } from './xml';

/** All filters by their name. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['grok', grok],
  ['json', json],
  ['xml', xml],
  ['kv', kv],
  ['csv', csv],
  ['mutate', mutate],
  ['date', date],
  ['base64', base64],
  ['translate', translate],
  ['urldecode', urldecode],
  ['drop', drop],
  ['statedump', statedump],
  ['@include', include],
]);
