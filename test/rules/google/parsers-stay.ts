import type { Rule } from '../rule';
import { resources } from '../stack';

const KINDS = ['google_chronicle_parser', 'google_chronicle_parser_extension'];

export const PARSERS_STAY: Rule = {
  id: 'parsers-stay',
  title: 'No deploy deletes a parser in SecOps: a changed one would else be gone before its successor is active',
  controls: [],
  check: (stack) =>
    KINDS.flatMap((type) =>
      resources(stack, type).flatMap(([address, { deletion_policy: policy, lifecycle }]) =>
        policy === 'ABANDON' && lifecycle?.prevent_destroy !== true
          ? []
          : [`${address}: is deleted, or cannot be changed`],
      ),
    ),
};
