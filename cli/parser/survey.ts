import type { GoogleApi } from '../google-api';
import { mapBounded } from '../parallel';
import { type ActiveParser, activeOf } from './active';
import { type Aim, aimOfExtension, aimOfParser } from './aim';
import { listExtensions, listParsers, type SecopsExtension } from './secops';
import type { ChosenParser, ParserTarget } from './target';

/** What SecOps has of a log type, beside what was chosen. */
export interface Survey {
  readonly chosen: ChosenParser;
  readonly active: ActiveParser | undefined;
  /** Undefined where the environment file says nothing of the log type. */
  readonly parser: Aim | undefined;
  /** Undefined where it chooses no extension. */
  readonly extension: Aim | undefined;
}

/** Log types that are asked about at once. */
const AT_ONCE = 4;

/**
 * Looks at every log type of an environment, and changes nothing.
 * @throws GoogleApiError when SecOps refuses, or does not know a log type
 */
export function survey(api: GoogleApi, { instance, chosen }: ParserTarget): Promise<Survey[]> {
  return mapBounded(chosen, AT_ONCE, async (one) => {
    const [parsers, extensions] = await Promise.all([
      listParsers(api, instance, one.logType),
      listExtensions(api, instance, one.logType),
    ]);
    return {
      chosen: one,
      active: activeOf(parsers, extensions),
      parser: one.parser === undefined ? undefined : aimOfParser(one.code, parsers),
      extension: extensionAim(one, extensions),
    };
  });
}

function extensionAim({ extensionCode }: ChosenParser, extensions: readonly SecopsExtension[]): Aim | undefined {
  return extensionCode === undefined ? undefined : aimOfExtension(extensionCode, extensions);
}
