import type { Use } from './facts';
import { counted, listed } from './words';

/** As many actions as are told by name; more are counted. */
const MOST_NAMED = 5;

/** What an action is for: a use, or to look at settings. */
export type Purpose = Exclude<Use, 'assume'> | 'look';

const PURPOSES: Readonly<Record<Purpose, string>> = {
  look: 'looks at settings',
  read: 'reads what it holds',
  write: 'writes what it holds',
  delete: 'deletes what it holds',
  administer: 'changes settings',
};

/** Of services that hold something: what is said where no action reads it. */
const UNREAD: Readonly<Record<string, string>> = {
  kms: 'decrypts',
  logging: 'reads log lines',
  s3: 'reads objects',
  secretmanager: 'reads a value',
  sqs: 'receives messages',
  storage: 'reads objects',
};

/**
 * Actions of AWS or permissions of Google Cloud in words: each by name, or where they are many by service and purpose:
 * `s3: 14 actions that change settings, none that reads objects`. Those with wildcards keep their name.
 * @param purposes what an action is for; more than one for an action that reads and deletes
 * @param describe names one
 */
export function actionsInWords(
  actions: readonly string[],
  purposes: (action: string) => readonly Purpose[],
  describe: (action: string) => string,
): string[] {
  if (actions.length <= MOST_NAMED) return actions.map(describe);
  const services = [...new Set(actions.map(serviceOf))].sort();
  return services.flatMap((service) => {
    const own = actions.filter((action) => serviceOf(action) === service);
    const wild = own.filter((action) => /[*?]/.test(action));
    const named = own.filter((action) => !wild.includes(action));
    return [...wild.map(describe), ...(named.length === 0 ? [] : [`${service}: ${counts(service, named, purposes)}`])];
  });
}

function counts(service: string, actions: readonly string[], purposes: (action: string) => readonly Purpose[]): string {
  const parts = (Object.keys(PURPOSES) as Purpose[]).flatMap((purpose) => {
    const { length } = actions.filter((action) => purposes(action).includes(purpose));
    const [verb = '', ...rest] = PURPOSES[purpose].split(' ');
    return length === 0
      ? []
      : [`${counted(length, 'action')} that ${[length === 1 ? verb : verb.replace(/s$/, ''), ...rest].join(' ')}`];
  });
  const unread = UNREAD[service];
  const reads = actions.some((action) => purposes(action).includes('read'));
  return listed(parts) + (unread === undefined || reads ? '' : `, none that ${unread}`);
}

/** `s3` of `s3:GetObject`, `storage` of `storage.objects.get`. */
function serviceOf(action: string): string {
  return action.split(/[:.]/)[0] ?? action;
}
