import type { GoogleApi } from '../google-api';
import {
  idOf,
  listExtensions,
  listParsers,
  type SecopsExtension,
  type SecopsInstance,
  type SecopsParser,
} from './secops';

/** The parser that makes events of a log type's logs now. */
export interface ActiveParser {
  readonly kind: 'prebuilt' | 'custom';
  readonly id: string;
  /** Of a prebuilt one, if SecOps says it. */
  readonly version?: string;
  /** A newer one that is not active, such as after it was pinned. */
  readonly newerVersion?: string;
  /** Google's releases do not replace it. */
  readonly isPinned: boolean;
  /** `RELEASE`, `RELEASE_CANDIDATE`, …; undefined if SecOps does not say. */
  readonly releaseStage?: string;
  /** RFC 3339, UTC. */
  readonly createdAt?: string;
  /** The live extension over it. */
  readonly extension?: { readonly id: string; readonly liveSince?: string };
}

/**
 * The active parser of a log type, with the extension that is live over it; undefined when none is active. It takes the
 * permissions `chronicle.parsers.list` and `chronicle.parserExtensions.list`.
 * @throws GoogleApiError when SecOps refuses, or does not know the log type
 */
export async function readActiveParser(
  api: GoogleApi,
  instance: SecopsInstance,
  logType: string,
): Promise<ActiveParser | undefined> {
  const [parsers, extensions] = await Promise.all([
    listParsers(api, instance, logType),
    listExtensions(api, instance, logType),
  ]);
  return activeOf(parsers, extensions);
}

/** The active one of all parsers of a log type. */
export function activeOf(
  parsers: readonly SecopsParser[],
  extensions: readonly SecopsExtension[],
): ActiveParser | undefined {
  const parser = parsers.find(({ state }) => state === 'ACTIVE');
  if (parser === undefined) return undefined;
  const { version, latestParserVersion: latest, autoUpgradeDisabled = false } = parser.versionInfo ?? {};
  const live = extensions.find(({ state }) => state === 'LIVE');
  return {
    kind: parser.type === 'CUSTOM' ? 'custom' : 'prebuilt',
    id: idOf(parser.name),
    ...(version !== undefined && { version }),
    ...(latest !== undefined && latest !== version && { newerVersion: latest }),
    isPinned: autoUpgradeDisabled,
    ...(parser.releaseStage !== undefined && { releaseStage: parser.releaseStage }),
    ...(parser.createTime !== undefined && { createdAt: parser.createTime }),
    ...(live && { extension: { id: idOf(live.name), ...(live.lastLiveTime && { liveSince: live.lastLiveTime }) } }),
  };
}

/** In words: `the prebuilt parser 12.0, pinned`, `the custom parser pa_1 of 2026-03-01`. */
export function describeActive(active: ActiveParser | undefined): string {
  if (active === undefined) return 'no parser';
  const { kind, id, version, newerVersion, isPinned, releaseStage, createdAt } = active;
  const what = kind === 'prebuilt' ? `the prebuilt parser ${version ?? id}` : `the custom parser ${id}`;
  return [
    `${what}${kind === 'custom' && createdAt ? ` of ${createdAt.slice(0, 10)}` : ''}`,
    releaseStage === 'RELEASE_CANDIDATE' && 'a release candidate',
    isPinned && 'pinned',
    newerVersion !== undefined && `${newerVersion} is there`,
  ]
    .filter(Boolean)
    .join(', ');
}
