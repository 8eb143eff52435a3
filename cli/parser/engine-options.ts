import { DEFAULT_OPTIONS, type EngineOptions } from '../../cbn/options';
import { DEFAULT_UDM_OPTIONS } from '../../cbn/udm/options';
import { UserError } from '../../environments/user-error';

const TOLD = ['error', 'warning', 'ignore'] as const;

/** What the engine's options may be, where it is one of a few words; the others are truth values and whole numbers. */
export const CHOICES: Readonly<Record<string, readonly string[]>> = {
  unsetInCondition: ['error', 'false'],
  renameOntoMap: ['merge', 'replace'],
  mergeListSource: ['elements', 'list'],
  mergeOntoScalar: ['keep', 'replace', 'error'],
  mergedMaps: ['shared', 'copied'],
  jsonNull: ['absent', 'empty'],
  jsonOntoTarget: ['merge', 'replace'],
  loopOverUnset: ['skip', 'error'],
  ...Object.fromEntries(Object.keys(DEFAULT_UDM_OPTIONS).map((name) => [`udm.${name}`, TOLD])),
  'udm.emptyMessages': ['keep', 'omit'],
  'udm.assetNames': ['shared', 'asWritten'],
  'udm.repeatedAddress': ['once', 'keep'],
};

/** Every option and its default, those of UDM as `udm.<name>`. */
export const DEFAULTS: ReadonlyMap<string, unknown> = new Map([
  ...Object.entries(DEFAULT_OPTIONS),
  ...Object.entries(DEFAULT_UDM_OPTIONS).map(([name, value]) => [`udm.${name}`, value] as const),
]);

/**
 * The options of the engine as the command line has them, `jsonNull=empty`.
 * @throws UserError when there is no such option or it cannot have that value
 */
export function parseEngineOptions(settings: readonly string[]): Partial<EngineOptions> {
  const options: Record<string, unknown> = {};
  const udm: Record<string, unknown> = {};
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const name = at === -1 ? setting : setting.slice(0, at);
    const fallback = DEFAULTS.get(name);
    if (fallback === undefined)
      throw new UserError(`--option ${setting}: there is no option ${name}. docs/parsers.md lists them.`);
    const value = parseValue(name, setting.slice(name.length + 1), fallback);
    if (name.startsWith('udm.')) udm[name.slice('udm.'.length)] = value;
    else options[name] = value;
  }
  return { ...options, ...(Object.keys(udm).length > 0 && { udm }) };
}

function parseValue(name: string, text: string, fallback: unknown): unknown {
  const choices = choicesOf(name, fallback);
  if (choices === undefined) {
    if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
    throw new UserError(`--option ${name}=${text}: expected a whole number.`);
  }
  if (!choices.includes(text)) throw new UserError(`--option ${name}=${text}: expected ${choices.join(' or ')}.`);
  return typeof fallback === 'boolean' ? text === 'true' : text;
}

function choicesOf(name: string, fallback: unknown): readonly string[] | undefined {
  if (typeof fallback === 'boolean') return ['true', 'false'];
  return typeof fallback === 'number' ? undefined : (CHOICES[name] ?? []);
}
