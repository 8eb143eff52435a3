/** What `parseduseragent` makes: fields of UDM's `parsed_user_agent`, as far as the text tells them. */
export interface UserAgent {
  readonly family: string;
  readonly sub_family?: string;
  readonly platform?: string;
  readonly device?: string;
  readonly device_version?: string;
  readonly os?: string;
  readonly os_variant?: string;
  readonly locale?: string;
  readonly security?: string;
  readonly browser?: string;
  readonly browser_version?: string;
  readonly browser_engine_version?: string;
  readonly annotation?: readonly Annotation[];
  readonly browser_type?: string;
  readonly browser_variant_type?: string;
  readonly os_type?: string;
  readonly os_variant_type?: string;
}

export interface UserAgentOptions {
  /** Whether the types of browser and system are told; default false. */
  readonly types?: boolean;
}

export interface Annotation {
  readonly key: string;
  readonly value: string;
}

/** A longer text is no user agent. */
const LONGEST = 4096;

const BROWSER = /^Mozilla\/([\d.]+)\s+\(([^()]*)\)\s*(.*)$/s;
const WEBKIT = /^AppleWebKit\/([\d.]+)\S*\s*(?:\(([^()]*)\))?\s*(.*)$/is;
const GECKO = /^Gecko\/\S+\s*(.*)$/s;
const PRODUCT = /^([^\s/()]+)\/([^\s;,()]+)/;

/**
 * Reads a user agent. Published golden events show browsers of WebKit on Windows, Android and Apple's systems, with their
 * annotations, programs such as `okhttp/3.3.3`, a system behind Mozilla's version alone, and of a browser without an engine
 * that is known, the family only; browsers of Gecko and Trident are read by analogy. Undefined for an empty text and for
 * one of more than 4096 characters.
 */
export function parseUserAgent(text: string, options: UserAgentOptions = {}): UserAgent | undefined {
  const agent = readUserAgent(text);
  return options.types && agent !== undefined ? { ...agent, ...typesOf(agent) } : agent;
}

function readUserAgent(text: string): UserAgent | undefined {
  const agent = text.trim();
  if (agent === '' || agent.length > LONGEST) return undefined;
  const [, mozilla, system, products = ''] = BROWSER.exec(agent) ?? [];
  if (system === undefined) return program(agent);
  const webkit = WEBKIT.exec(products);
  if (webkit !== null) {
    const [, engine = '', like, rest = ''] = webkit;
    const known = /^KHTML, like Gecko/i.test(like ?? '');
    return join({ family: 'APPLEWEBKIT', sub_family: known ? 'AppleWebKit' : 'applewebkit' }, system, {
      browser_engine_version: engine,
      ...(known ? webkitProducts(rest) : strangeProducts(rest)),
    });
  }
  const gecko = GECKO.exec(products);
  if (gecko !== null) {
    const [, name, version] = PRODUCT.exec(gecko[1] ?? '') ?? [];
    const [, engine] = /rv:([\d.]+)/.exec(system) ?? [];
    return join({ family: 'GECKO', sub_family: 'Gecko' }, system, {
      ...(engine === undefined ? {} : { browser_engine_version: engine }),
      ...(name === undefined ? {} : { browser: name, browser_version: version }),
    });
  }
  const [, msie, trident] = /MSIE ([\d.]+)|Trident\/.*rv:([\d.]+)/.exec(agent) ?? [];
  const version = msie ?? trident;
  if (version !== undefined)
    return join({ family: 'MSIE', sub_family: 'MSIE' }, system, { browser: 'MSIE', browser_version: version });
  if (products !== '') return { family: 'USER_DEFINED' };
  return join({ family: 'USER_DEFINED' }, system, { device_version: mozilla });
}

const BROWSER_TYPES: Readonly<Record<string, string>> = { Chrome: 'CHROME', Safari: 'SAFARI', Firefox: 'FIREFOX' };
const OS_TYPES: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'WINDOWS'],
  [/Android/, 'ANDROID'],
  [/iPhone|iPad|CPU OS/, 'IOS'],
  [/Mac OS X/, 'MAC_OS_X'],
  [/Linux/, 'LINUX'],
];

/**
 * Shown by golden events: Chrome and Windows, with unknown variants; no type of a browser where none is named, and no
 * types where the system is a strange one. The others are named by analogy.
 */
function typesOf({ browser, os = '' }: UserAgent): Partial<UserAgent> {
  const [, system] = OS_TYPES.find(([sign]) => sign.test(os)) ?? [];
  if (system === undefined) return {};
  return {
    ...(browser === undefined
      ? {}
      : {
          browser_type: `BROWSER_TYPE_${BROWSER_TYPES[browser] ?? 'UNKNOWN'}`,
          browser_variant_type: 'BROWSER_VARIANT_TYPE_UNKNOWN',
        }),
    os_type: `OS_TYPE_${system}`,
    os_variant_type: 'OS_VARIANT_TYPE_UNKNOWN',
  };
}

function program(agent: string): UserAgent {
  const [, name, version] = PRODUCT.exec(agent) ?? [];
  return name === undefined || version === undefined
    ? { family: 'USER_DEFINED', device: agent }
    : { family: 'USER_DEFINED', device: name, device_version: version };
}

function join(head: { family: string; sub_family?: string }, system: string, browser: Partial<UserAgent>): UserAgent {
  const described = systemOf(system);
  const annotation = [...(browser.annotation ?? []), ...(described.annotation ?? [])];
  return { ...head, ...described, ...browser, ...(annotation.length > 0 ? { annotation } : {}) };
}

function webkitProducts(rest: string): Partial<UserAgent> {
  const find = (pattern: RegExp) => pattern.exec(rest) ?? [];
  const [chrome, chromeVersion] = find(/\bChrome\/(\S+)/);
  const [safari] = find(/\b(?:Mobile )?Safari\/\S+/);
  const [mobile] = find(/\bMobile\/\S+/);
  const [, version] = find(/\bVersion\/(\S+)/);
  const [other] = find(/\b(?!Chrome\/|Safari\/|Mobile\/|Version\/)[A-Za-z][\w.]*\/\S+$/);
  const annotation = annotations(['Chrome', chrome], ['SafariType', safari], ['Mobile', mobile], ['Rest', other]);
  if (chromeVersion !== undefined) return { browser: 'Chrome', browser_version: chromeVersion, annotation };
  if (safari === undefined) return { annotation };
  return { browser: 'Safari', ...(version === undefined ? {} : { browser_version: version }), annotation };
}

/** Behind an engine that likes nobody: only what follows a version is kept. */
function strangeProducts(rest: string): Partial<UserAgent> {
  const [, other] = /^Version\/\S+\s+(.+)$/s.exec(rest) ?? [];
  return { annotation: annotations(['Rest', other]) };
}

function systemOf(system: string): Partial<UserAgent> {
  let locale: string | undefined;
  let security: string | undefined;
  const parts = system.split(/;\s*/).filter((part) => {
    if (/^[UIN]$/.test(part)) security = part;
    else if (/^[a-z]{2}[-_][A-Za-z]{2}$/.test(part)) locale = part;
    else return part !== '' && part !== 'compatible' && !/^rv:/.test(part);
    return false;
  });
  const [first = '', second, ...others] = parts;
  const windows = first.startsWith('Windows');
  const os = windows ? first : second;
  const misc = others.join('; ');
  const [, model, build] = /^(.*?)\s*Build\/(\S+)/.exec(misc) ?? [];
  const variant = windows ? second : build;
  const device = model ?? misc;
  const [, name = os, version] = /^(.*?) ([\d.]+)$/.exec(os ?? '') ?? [];
  return {
    ...(first === '' ? {} : { platform: windows ? 'Windows' : first }),
    ...(os === undefined ? {} : { os }),
    ...(variant === undefined ? {} : { os_variant: variant }),
    ...(device === '' ? {} : { device }),
    ...(locale === undefined ? {} : { locale }),
    ...(security === undefined ? {} : { security }),
    annotation: annotations(['OS_NAME', name], ['OS_VERSION', version], ['misc', misc]),
  };
}

function annotations(...pairs: readonly (readonly [string, string | undefined])[]): Annotation[] {
  return pairs.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [{ key, value }]));
}
