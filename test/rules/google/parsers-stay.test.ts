import { add, set } from './edit';
import { PARSERS_STAY } from './parsers-stay';
import { testRule } from './rule-tests';

const of = 'secops, improved parser';

testRule(PARSERS_STAY, [
  {
    what: 'the policy of the provider',
    of,
    edit: set('google_chronicle_parser', '', { deletion_policy: undefined }),
    found: /^google_chronicle_parser\.secops-parser-QUALYS_CONTINUOUS_MONITORING/,
  },
  {
    what: 'a change that Terraform refuses',
    of,
    edit: set('google_chronicle_parser', '', { lifecycle: { prevent_destroy: true } }),
    found: /^google_chronicle_parser\.secops-parser-QUALYS_CONTINUOUS_MONITORING/,
  },
  {
    what: 'an extension that is deleted',
    edit: add('google_chronicle_parser_extension', { log_type: 'QUALYS_VM', deletion_policy: 'DELETE' }),
    found: /^google_chronicle_parser_extension\.added/,
  },
]);
