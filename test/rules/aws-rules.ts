import { ACCESS_RULES } from './aws-rules-access';
import { ALARM_RULES } from './aws-rules-alarms';
import { BUCKET_RULES } from './aws-rules-buckets';
import { KEY_RULES } from './aws-rules-keys';
import { MESSAGE_RULES } from './aws-rules-messages';
import { TRAIL_RULES } from './aws-rules-trail';
import type { Rule } from './rule';

/** Every rule over stacks of AWS, by the file of test/rules that holds it. */
export const AWS_RULES: Readonly<Record<string, readonly Rule[]>> = {
  'aws-rules-trail.ts': TRAIL_RULES,
  'aws-rules-buckets.ts': BUCKET_RULES,
  'aws-rules-messages.ts': MESSAGE_RULES,
  'aws-rules-access.ts': ACCESS_RULES,
  'aws-rules-keys.ts': KEY_RULES,
  'aws-rules-alarms.ts': ALARM_RULES,
};
