import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { SecopsParser } from '../constructs/google/secops-parser';
import { SecopsParserExtension } from '../constructs/google/secops-parser-extension';
import { PREBUILT, readParserFile } from '../environments/parser-files';
import type { SecopsSettings } from '../environments/secops';

/**
 * Makes the parsers and extensions that an environment chooses; of a prebuilt parser there is nothing to make.
 * @param project that the instance is linked to
 * @throws UserError when a chosen file cannot be deployed
 */
export function addSecopsParsers(
  scope: Construct,
  project: string,
  { location, instance, parsers }: SecopsSettings,
  dependsOn: ITerraformDependable[],
): void {
  for (const [logType, { parser, extension, validation, import: existing }] of Object.entries(parsers)) {
    const shared = { project, location, instance, logType, validationSkipped: validation === 'skipped', dependsOn };
    if (parser !== PREBUILT)
      new SecopsParser(scope, `secops-parser-${logType}`, {
        ...shared,
        code: readParserFile(logType, parser, 'parser'),
        validatedOnEmptyLogs: validation === 'lenient',
        importId: existing?.parser,
      });
    if (extension !== undefined)
      new SecopsParserExtension(scope, `secops-parser-extension-${logType}`, {
        ...shared,
        code: readParserFile(logType, extension, 'extension'),
        importId: existing?.extension,
      });
  }
}
