import { UserError } from '../../environments/user-error';
import type { SynthesizedStack } from '../synthesized';

/**
 * What a stack that was synthesized elsewhere may hold. It may come from a pull request, and is planned with credentials:
 * what could send them anywhere, or show what is on this machine, is refused.
 */
const PROVIDERS: Readonly<Record<string, { readonly source: string; readonly settings: readonly string[] }>> = {
  // No endpoints, base_url or *_custom_endpoint: requests carry tokens. No credentials: those are the environment's.
  google: { source: 'google', settings: ['project', 'region', 'default_labels', 'user_project_override'] },
  aws: { source: 'aws', settings: ['region', 'allowed_account_ids', 'default_tags', 'alias'] },
  cloudflare: { source: 'cloudflare/cloudflare', settings: [] },
};
const SECTIONS = ['//', 'terraform', 'provider', 'variable', 'locals', 'resource', 'data', 'output', 'import', 'moved'];
const TERRAFORM = ['backend', 'required_providers', 'required_version'];
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  gcs: ['bucket', 'prefix'],
  s3: ['bucket', 'region', 'key', 'encrypt', 'use_lockfile'],
  local: ['path'],
};
const DATA_SOURCES = ['google_storage_project_service_account'];
const RESOURCES = /^(?:aws_|google_|cloudflare_|terraform_data$)/;
/** Anything else could name another host: regions stand in the addresses that requests go to. */
const REGION = /^[a-z]+(-[a-z0-9]+)+$/;
/** A state beside cdktf.out. */
const LOCAL_STATE = /^\.\.\/\.\.\/\.\.\/\.state\/[a-z0-9-]+\.tfstate$/;
/**
 * Functions that read files of this machine (developer.hashicorp.com/terraform/language/functions, "Filesystem"), or call
 * others by a text that is put together. A comment may stand before the parenthesis.
 */
const FILE_FUNCTION =
  /\b(file|filebase64|fileset|filemd5|filesha\w*|filebase64sha\w*|templatefile|templatestring|abspath|pathexpand)\s*(\(|\/[*/]|#)/;

/** @throws UserError with everything that is refused in some stacks */
export function vetStacks(stacks: readonly SynthesizedStack[]): void {
  const problems = stacks.flatMap((stack) => problemsOf(stack).map((problem) => `${stack.name}: ${problem}`));
  if (problems.length > 0)
    throw new UserError(
      'Synthesized stacks are planned with credentials only if they hold nothing but what Tributary makes. Refused:\n' +
        problems.map((problem) => `  ${problem}`).join('\n'),
    );
}

function problemsOf({ document }: SynthesizedStack): string[] {
  const { terraform = {}, provider = {}, resource = {}, data = {} } = document as Sections;
  return [
    ...unknown(document, SECTIONS).map((name) => `the section ${name}`),
    ...unknown(terraform, TERRAFORM).map((name) => `terraform.${name}`),
    ...backendProblems(terraform.backend ?? {}),
    ...providerProblems(terraform.required_providers ?? {}, provider),
    ...unknown(data, DATA_SOURCES).map((type) => `the data source ${type}`),
    ...Object.keys(resource)
      .filter((type) => !RESOURCES.test(type))
      .map((type) => `the resource ${type}`),
    ...textsIn(document)
      .filter((text) => text.includes('{') && FILE_FUNCTION.test(text))
      .map((text) => `a function that reads files: ${text.slice(0, 80)}`),
  ];
}

interface Sections {
  readonly terraform?: {
    readonly backend?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required_providers?: Readonly<Record<string, { readonly source?: string }>>;
  };
  readonly provider?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

function backendProblems(backend: NonNullable<NonNullable<Sections['terraform']>['backend']>): string[] {
  const entries = Object.entries(backend);
  if (entries.length !== 1) return ['not exactly one backend'];
  return entries.flatMap(([kind, settings]) => {
    const allowed = BACKENDS[kind];
    if (allowed === undefined) return [`the backend ${kind}`];
    const path = kind === 'local' && !LOCAL_STATE.test(String(settings.path)) ? [`the state ${settings.path}`] : [];
    return [
      ...unknown(settings, allowed).map((name) => `backend.${kind}.${name}`),
      ...path,
      ...regionProblems(settings),
    ];
  });
}

function providerProblems(
  required: NonNullable<NonNullable<Sections['terraform']>['required_providers']>,
  configured: NonNullable<Sections['provider']>,
): string[] {
  const sources = Object.entries(required)
    .filter(([name, { source }]) => !isKnownSource(name, source))
    .map(([name, { source }]) => `the provider ${source ?? name}`);
  const settings = Object.entries(configured).flatMap(([name, blocks]) => {
    const known = PROVIDERS[name];
    if (known === undefined) return [`the provider ${name}`];
    return [blocks]
      .flat()
      .flatMap((block) => [
        ...unknown(block, known.settings).map((key) => `provider.${name}.${key}`),
        ...regionProblems(block),
      ]);
  });
  return [...new Set([...sources, ...settings])];
}

function regionProblems({ region }: Readonly<Record<string, unknown>>): string[] {
  return region === undefined || REGION.test(String(region)) ? [] : [`the region ${region}`];
}

/** With or without the registry's host and the owner that Terraform takes for granted. */
function isKnownSource(name: string, source: string | undefined): boolean {
  const known = PROVIDERS[name]?.source;
  return known !== undefined && source?.replace(/^registry\.terraform\.io\//, '').replace(/^hashicorp\//, '') === known;
}

function unknown(values: object, allowed: readonly string[]): string[] {
  return Object.keys(values).filter((key) => !allowed.includes(key));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)]);
}
