import type { Rule } from '../rule';
import { ACCOUNT_KEYS } from './account-keys';
import { ALARM_CHANNELS } from './alarm-channels';
import { ALARM_CREDENTIALS } from './alarm-credentials';
import { ALARM_FAILURE } from './alarm-failure';
import { ALARM_LAG } from './alarm-lag';
import { ALARM_SILENCE } from './alarm-silence';
import { ALARM_UNREAD } from './alarm-unread';
import { BASIC_ROLES } from './basic-roles';
import { INGRESS_INTERNAL } from './ingress-internal';
import { INVOKER } from './invoker';
import { LOGS_RETENTION } from './logs-retention';
import { MONITORED_RESOURCE } from './monitored-resource';
import { PARSERS_STAY } from './parsers-stay';
import { PROTECTED_STAYS } from './protected-stays';
import { PUBLIC_ACCESS_PREVENTION } from './public-access-prevention';
import { PUBLIC_MEMBERS } from './public-members';
import { RUNBOOKS } from './runbooks';
import { SECRETS } from './secrets';
import { TIMEOUTS } from './timeouts';
import { UNIFORM_ACCESS } from './uniform-access';

/** Every rule over stacks of Google Cloud. */
export const GOOGLE_RULES: readonly Rule[] = [
  ...[PUBLIC_MEMBERS, PUBLIC_ACCESS_PREVENTION, UNIFORM_ACCESS, ACCOUNT_KEYS, BASIC_ROLES, SECRETS],
  ...[INGRESS_INTERNAL, INVOKER, TIMEOUTS, LOGS_RETENTION, PROTECTED_STAYS, PARSERS_STAY],
  ...[ALARM_FAILURE, ALARM_CREDENTIALS, ALARM_SILENCE, ALARM_LAG, ALARM_UNREAD, ALARM_CHANNELS],
  ...[MONITORED_RESOURCE, RUNBOOKS],
];
