import { PREBUILT, readParserFile } from '../../environments/parser-files';
import { UserError } from '../../environments/user-error';
import { LOG_TYPES } from '../../functions/qualys/contract';
import { COLLECTOR_PIPELINE } from '../collector/target';
import { requireSection } from '../pipeline-section';
import type { SecopsInstance } from './secops';

/** What an environment file chooses for one log type. */
export interface ChosenParser {
  readonly logType: string;
  /** As it says: `prebuilt`, a variant or a file; undefined when it says nothing of the log type. */
  readonly parser?: string;
  /** Undefined of a prebuilt one. */
  readonly code?: string;
  readonly extension?: string;
  readonly extensionCode?: string;
}

/** The SecOps instance of an environment, and what its file chooses for it. */
export interface ParserTarget {
  readonly environment: string;
  readonly instance: SecopsInstance;
  /** By log type; those of what the pipeline collects are always among them. */
  readonly chosen: readonly ChosenParser[];
}

/** @throws UserError when there is no such environment, it has problems, or names no SecOps instance */
export function findParsers(environment: string): ParserTarget {
  const { project, secops, assets, findings } = requireSection(environment, COLLECTOR_PIPELINE);
  if (secops === undefined)
    throw new UserError(
      `The environment ${environment} names no SecOps instance: its section qualys needs secops, with location, instance ` +
        'and feedServiceAccount (docs/qualys-secops.md).',
    );
  const chosen = Object.entries(secops.parsers).map(([logType, { parser, extension }]) => ({
    logType,
    parser,
    ...(parser !== PREBUILT && { code: readParserFile(logType, parser, 'parser') }),
    ...(extension !== undefined && { extension, extensionCode: readParserFile(logType, extension, 'extension') }),
  }));
  const isNamed = (logType: string) => chosen.some((one) => one.logType === logType);
  const collected = [
    LOG_TYPES.alerts,
    ...(assets ? [LOG_TYPES.assets] : []),
    ...(findings ? [LOG_TYPES.findings] : []),
  ];
  const unnamed = collected.filter((logType) => !isNamed(logType));
  return {
    environment,
    instance: { project: secops.project ?? project, location: secops.location, instance: secops.instance },
    chosen: [...chosen, ...unnamed.map((logType) => ({ logType }))],
  };
}
