import { ENVIRONMENT, PLACEHOLDER_SECRET } from '../../../functions/qualys/contract';
import type { StackJson } from '../../synthesize';
import type { Rule } from '../rule';
import { resources } from '../stack';
import { collectors } from './collectors';

/** Arguments that hold a secret. Those that end in `_wo` are write-only: in neither plan nor state. */
const WRITE_ONLY = /^(secret_data|service_key|auth_token|password)_wo$/;
const STORED = /^(secret_data|service_key|auth_token|password|private_key)$/;
/** Private keys, API keys, access tokens and signed tokens, wherever they stand. */
const CREDENTIAL = /-----BEGIN [A-Z ]*PRIVATE KEY|\bAIza[\w-]{35}|\bya29\.|\beyJ[\w-]{10,}\.eyJ/;

export const SECRETS: Rule = {
  id: 'secrets',
  title: 'Secrets come from ephemeral variables, go into write-only arguments, and reach the function as files',
  controls: [],
  check: (stack) => [
    ...variables(stack),
    ...Object.keys(stack.resource)
      .flatMap((type) => resources(stack, type))
      .flatMap(([address, one]) => entries(one).flatMap((entry) => judge(stack, address, entry))),
    ...collectors(stack).flatMap(({ address, function: { service_config: service } }) => mounted(address, service)),
    ...(CREDENTIAL.test(JSON.stringify(stack)) ? ['a credential stands in the stack'] : []),
  ],
};

/** A sensitive variable is ephemeral and has nothing but the placeholder; one that looks like a secret is sensitive. */
function variables(stack: StackJson): string[] {
  return Object.entries<StackJson>(stack.variable ?? {}).flatMap(([name, { sensitive, ephemeral, default: text }]) =>
    sensitive === true && ephemeral === true && text === PLACEHOLDER_SECRET ? [] : [`var.${name}: can be read`],
  );
}

/** Every argument of a resource with the value below it, at any depth. */
function entries(value: unknown): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).filter(([name]) => name !== 'depends_on');
  return own.flatMap(([name, inner]): [string, unknown][] => [[name, inner], ...entries(inner)]);
}

function judge(stack: StackJson, address: string, [name, value]: [string, unknown]): string[] {
  if (STORED.test(name)) return [`${address}: ${name} is kept in the state`];
  const [, variable = ''] = /^\$\{var\.(\w+)\}$/.exec(String(value)) ?? [];
  if (WRITE_ONLY.test(name))
    return stack.variable?.[variable]?.ephemeral === true ? [] : [`${address}: ${name} is no ephemeral variable`];
  return typeof value === 'string' && /\bvar\.|secret_manager_secret_version/.test(value)
    ? [`${address}: ${name} holds a secret`]
    : [];
}

/** Variables for a file of a secret name one in a folder that mounts it; no secret is a variable itself. */
function mounted(address: string, service: StackJson): string[] {
  const files = (service.secret_volumes ?? []).flatMap((volume: StackJson) =>
    volume.versions.map(({ path }: StackJson) => `${volume.mount_path}/${path}`),
  );
  return [
    ...[ENVIRONMENT.usernameFile, ENVIRONMENT.passwordFile]
      .filter((name) => !files.includes(service.environment_variables[name]))
      .map((name) => `${address}: ${name} is no mounted secret`),
    ...(service.secret_environment_variables ?? []).map(({ key }: StackJson) => `${address}: ${key} is a secret`),
    ...Object.keys(service.environment_variables)
      .filter((name) => /PASSWORD|SECRET|TOKEN|KEY/.test(name) && name !== ENVIRONMENT.passwordFile)
      .map((name) => `${address}: ${name} looks like a secret`),
  ];
}
