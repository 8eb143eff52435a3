import type { SecopsSettings } from '../../environments/secops';
import { listAll } from '../collector/adopt/api';
import { type GoogleApi, GoogleApiError, type GoogleRequest, requestJson } from '../google-api';

/** Of the methods and resources below (docs.cloud.google.com/chronicle/docs/reference/rest/v1alpha). */
const VERSION = 'v1alpha';

/** A SecOps instance. */
export interface SecopsInstance extends Pick<SecopsSettings, 'location' | 'instance'> {
  /** Google Cloud project that it is linked to. */
  readonly project: string;
}

/** A parser (…/rest/v1alpha/projects.locations.instances.logTypes.parsers), as far as it is looked at. */
export interface SecopsParser {
  /** `projects/…/logTypes/<log type>/parsers/<id>`, of the project's id or number. */
  readonly name: string;
  readonly type?: 'CUSTOM' | 'PREBUILT';
  readonly state?: 'ACTIVE' | 'INACTIVE';
  /** Of a custom one until it is activated for the first time. */
  readonly validationStage?: string;
  /** Of a prebuilt one, and of a custom one that was activated. */
  readonly releaseStage?: string;
  /** Full name. */
  readonly validationReport?: string;
  readonly createTime?: string;
  /** Its code in base64. */
  readonly cbn?: string;
  readonly versionInfo?: {
    readonly version?: string;
    readonly latestParserVersion?: string;
    readonly autoUpgradeDisabled?: boolean;
  };
}

/** An extension (…/rest/v1alpha/projects.locations.instances.logTypes.parserExtensions), as far as it is looked at. */
export interface SecopsExtension {
  readonly name: string;
  readonly state?: string;
  readonly validationReport?: string;
  /** A report of another form, of the same trial. */
  readonly extensionValidationReport?: string;
  readonly createTime?: string;
  readonly lastLiveTime?: string;
  /** Its code in base64. */
  readonly cbnSnippet?: string;
}

type Collection = 'parsers' | 'parserExtensions';

/** @throws GoogleApiError when it is refused, or SecOps does not know the log type */
export function listParsers(api: GoogleApi, instance: SecopsInstance, logType: string): Promise<SecopsParser[]> {
  return list<SecopsParser>(api, instance, logType, 'parsers');
}

/** @throws GoogleApiError when it is refused, or SecOps does not know the log type */
export function listExtensions(api: GoogleApi, instance: SecopsInstance, logType: string): Promise<SecopsExtension[]> {
  return list<SecopsExtension>(api, instance, logType, 'parserExtensions');
}

/**
 * Makes a parser active, or an extension live; the one before is so no more. Of one that is already, it does no harm. A
 * prebuilt parser is not activated over a custom one: that is deactivated.
 * @param verb what SecOps is to do with it; `deactivate` of a custom parser activates the prebuilt one
 * @throws GoogleApiError when it is refused
 */
export async function switchTo(
  api: GoogleApi,
  instance: SecopsInstance,
  name: string,
  verb: 'activate' | 'deactivate',
): Promise<void> {
  const collection = name.split('/').at(-2) ?? '';
  await api.request({
    ...question(instance, name, `chronicle.${collection}.${verb}`),
    method: 'POST',
    path: `/${VERSION}/${name}:${verb}`,
    body: '{}',
    repeatable: true,
    purpose: `${verb} ${idOf(name)}`,
  });
}

/** What went wrong when SecOps tried a parser or an extension on logs. */
export interface ValidationReport {
  /** Logs that it was tried on, and those of them that gave no valid event; undefined if it does not say. */
  readonly logs?: number;
  readonly failed?: number;
  /** The first errors. */
  readonly errors: readonly { readonly error: string; readonly log?: string }[];
}

/** So many errors of a report are read. */
const MOST_ERRORS = 10;

/**
 * Reads a validation report.
 * @param name full name
 * @throws GoogleApiError when it is refused
 */
export async function readValidationReport(
  api: GoogleApi,
  instance: SecopsInstance,
  name: string,
): Promise<ValidationReport> {
  const { content: report } = await get<{ stats?: Record<string, string>; validationErrors?: string[] }>(
    api,
    instance,
    name,
    name.includes('/extensionValidationReports/')
      ? 'chronicle.extensionValidationReports.get'
      : 'chronicle.validationReports.get',
  );
  if (report.validationErrors !== undefined) return { errors: report.validationErrors.map((error) => ({ error })) };
  const { content } = await get<{ parsingErrors?: { error?: { message?: string }; logData?: string }[] }>(
    api,
    instance,
    `${name}/parsingErrors`,
    'chronicle.parsingErrors.list',
    { pageSize: String(MOST_ERRORS) },
  );
  const count = (key: string) => (report.stats?.[key] === undefined ? undefined : Number(report.stats[key]));
  const [logs, failed] = [count('logEntryCount'), count('failedLogCount')];
  return {
    ...(logs !== undefined && { logs }),
    ...(failed !== undefined && { failed }),
    errors: (content.parsingErrors ?? []).map(({ error, logData }) => ({
      error: error?.message ?? 'SecOps does not say why',
      ...(logData !== undefined && { log: Buffer.from(logData, 'base64').toString('utf8') }),
    })),
  };
}

/** Last part of a name. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function list<T extends { readonly name: string }>(
  api: GoogleApi,
  instance: SecopsInstance,
  logType: string,
  collection: Collection,
): Promise<T[]> {
  const { project, location, instance: id } = instance;
  const parent = `projects/${project}/locations/${location}/instances/${id}/logTypes/${logType}`;
  return listAll<T>(
    api,
    {
      ...question(instance, `${parent}/${collection}`, `chronicle.${collection}.list`),
      query: { pageSize: '1000' },
      purpose: `list the ${collection === 'parsers' ? 'parsers' : 'parser extensions'} of ${logType}`,
    },
    collection,
  );
}

function get<T>(
  api: GoogleApi,
  instance: SecopsInstance,
  name: string,
  permission: string,
  query: Readonly<Record<string, string>> = {},
): Promise<{ readonly content: T }> {
  const purpose = 'read the validation report';
  return requestJson<T>(api, {
    ...question(instance, name, permission),
    ...{ method: 'GET', query, repeatable: true, purpose },
  });
}

function question(
  { project, location, instance }: SecopsInstance,
  name: string,
  permission: string,
): Pick<GoogleRequest, 'service' | 'location' | 'path' | 'needs' | 'hint'> {
  return {
    service: 'chronicle',
    location,
    path: `/${VERSION}/${name}`,
    needs: `the permission ${permission} in the project ${project}, which roles/chronicle.admin holds`,
    hint: `Check qualys.secops (location ${location}, instance ${instance}, project ${project}) and the log type.`,
  };
}

/** Whether SecOps said that something is not as it must be for this: it may have become so meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof GoogleApiError && (error.status === 400 || error.status === 409);
}
