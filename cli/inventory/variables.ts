import type { SynthesizedStack } from '../synthesized';
import { commandArguments } from './document';
import type { SecretFacts } from './facts';
import { counted } from './words';

interface Variable {
  readonly sensitive?: boolean;
  readonly ephemeral?: boolean;
}

/** A place where the value of a variable ends. */
interface Ending {
  /** Such as `2 Logpush jobs, at Cloudflare`. */
  readonly lives: (count: number) => string;
  /** Who can look there. */
  readonly readers: string;
}

const ENDINGS: Readonly<Record<string, Ending>> = {
  cloudflare_logpush_job: {
    lives: (count) => `the destinations of ${counted(count, 'Logpush job')}, at Cloudflare`,
    readers: 'who may read Logpush jobs at Cloudflare (Logs: Edit)',
  },
  cloudflare_notification_policy_webhooks: {
    lives: (count) => `${counted(count, 'webhook')}, at Cloudflare`,
    readers: 'who may read notifications at Cloudflare',
  },
  aws_sns_topic_subscription: {
    lives: (count) => `the endpoint of ${counted(count, 'SNS subscription')}`,
    readers: 'who may list subscriptions of the AWS account (sns:ListSubscriptions)',
  },
  google_monitoring_notification_channel: {
    lives: (count) => `${counted(count, 'notification channel')} of Cloud Monitoring, which does not show it`,
    readers: 'nobody: Cloud Monitoring does not show it',
  },
};

/** Variables that a command changes. */
const ROTATED: Readonly<Record<string, (stack: SynthesizedStack) => string>> = {
  taegis_keys: (stack) => `./tributary rotate ${commandArguments(stack)} [dataset], which deploys the jobs`,
};

/** Told with the secrets of Secret Manager. */
const SECRET_VERSION = 'google_secret_manager_secret_version';

/**
 * The secrets that come as variables, and the sensitive outputs.
 * @param state name of the state of the stack
 */
export function variableSecrets(stack: SynthesizedStack, state: string): SecretFacts[] {
  return [...sensitiveVariables(stack, state), ...sensitiveOutputs(stack, state)];
}

function sensitiveVariables(stack: SynthesizedStack, state: string): SecretFacts[] {
  return sortedEntries(stack.variable as Readonly<Record<string, Variable>>).flatMap(([name, variable]) => {
    if (!variable.sensitive) return [];
    const uses = usesOf(stack, name);
    if (uses.length > 0 && uses.every(({ type }) => type === SECRET_VERSION)) return [];
    const inState = !variable.ephemeral && uses.some(({ argument }) => !argument.endsWith('_wo'));
    const types = [...new Set(uses.map(({ type }) => type))];
    const count = (type: string) => new Set(uses.filter((use) => use.type === type).map(({ id }) => id)).size;
    const readers = [
      ...(inState ? [`who may read the state ${state}`] : []),
      ...types.map((type) => ENDINGS[type]?.readers ?? `who may read ${type}`),
    ];
    return [
      {
        stack: stack.name,
        name: `variable ${name}`,
        lives: [
          ...types.map((type) => ENDINGS[type]?.lives(count(type)) ?? `${counted(count(type), type)}`),
          ...(inState ? [`the state ${state}`] : []),
        ],
        inState,
        others: readers,
        given: `TF_VAR_${name}, ${variable.ephemeral ? 'when it is first made' : 'at each deploy'}`,
        rotated: variable.ephemeral
          ? `another TF_VAR_${name}, its version raised in the environment file, and a deploy`
          : (ROTATED[name]?.(stack) ?? `another TF_VAR_${name}, and a deploy`),
      },
    ];
  });
}

interface VariableUse {
  readonly type: string;
  readonly id: string;
  /** Name of the innermost argument. */
  readonly argument: string;
}

/** Where the resources of a stack use a variable. */
function usesOf(stack: SynthesizedStack, name: string): VariableUse[] {
  const reference = new RegExp(`\\$\\{[^}]*\\bvar\\.${name}\\b`);
  const search = (value: unknown, argument: string): string[] => {
    if (typeof value === 'string') return reference.test(value) ? [argument] : [];
    if (Array.isArray(value)) return value.flatMap((one) => search(one, argument));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, one]) => search(one, key));
  };
  return sortedEntries(stack.resource).flatMap(([type, all]) =>
    Object.entries(all).flatMap(([id, args]) => search(args, '').map((argument) => ({ type, id, argument }))),
  );
}

/** Of each sensitive output that is known here: where its value is besides the state. */
const OUTPUTS: Readonly<Record<string, Pick<SecretFacts, 'lives' | 'others' | 'given' | 'rotated'>>> = {
  external_id: {
    lives: ['the environment file', 'the trust policy of the role'],
    others: ['who may read the environment file', 'who may read roles of the AWS account (iam:GetRole)'],
    given: 'cloudtrail.cortex.externalId of the environment file',
    rotated: 'old and new at once for a while (docs/cloudtrail-cortex.md, "Changing the external id")',
  },
};

function sensitiveOutputs(stack: SynthesizedStack, state: string): SecretFacts[] {
  return sortedEntries(stack.output)
    .filter(([, { sensitive }]) => sensitive)
    .map(([name]) => {
      const known = OUTPUTS[name];
      return {
        stack: stack.name,
        name: `output ${name}`,
        given: 'by the stack',
        rotated: 'by a deploy',
        ...known,
        lives: [...(known?.lives ?? []), `the state ${state}`],
        others: [...(known?.others ?? []), `who may read the state ${state}`],
        inState: true,
      };
    });
}

function sortedEntries<T>(object: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1));
}
