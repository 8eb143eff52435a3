import { z } from 'zod';
import { type ParserFileKind, PREBUILT, parserFileProblem } from './parser-files';
import { ALWAYS, at, isMap, oneOf, text, textAt } from './values';

/** A log type (docs.cloud.google.com/chronicle/docs/reference/rest/v1/projects.locations.instances.logTypes/create). */
const logType = text(
  /^[A-Z0-9_]{4,63}$/,
  'a log type by the name that SecOps ingests it with: 4 to 63 of A-Z, 0-9 and _, such as QUALYS_CONTINUOUS_MONITORING',
);

const choice = text(
  /^(?:[\w-]{1,63}(?:\/[\w-]{1,63})?|parsers\/(?:[\w-][\w.-]{0,63}\/){0,8}[\w-][\w.-]{0,63}\.conf)$/,
  'a variant such as improved, or a file beside the environment files: parsers/<name>.conf',
);

const importId = (collection: string) =>
  text(
    new RegExp(
      `^projects/[a-z0-9-]+/locations/[a-z0-9-]+/instances/[0-9a-f-]{36}/logTypes/[A-Z0-9_]+/${collection}/[\\w-]+$`,
    ),
    `projects/<project>/locations/<location>/instances/<instance>/logTypes/<log type>/${collection}/<id>`,
  ).optional();

const EXPECTED = 'prebuilt, a variant, a file, or a map with parser, extension and validation';

const DEFAULT_VALIDATION = 'lenient';

const choices = z.strictObject(
  {
    parser: choice
      .default(PREBUILT)
      .describe(
        "prebuilt: Google's own, and nothing is deployed. A variant of the project, such as parity or improved: parsers/<log type>/<variant>/parser.conf. A file of your own beside the environment files: parsers/<name>.conf. Default: prebuilt.",
      ),
    extension: choice
      .optional()
      .describe(
        'Merged over the events of the parser: a variant with an extension.conf, or a file of your own. Default: none.',
      ),
    validation: oneOf(['required', 'lenient', 'skipped'], 'required, lenient or skipped')
      .default(DEFAULT_VALIDATION)
      .describe(
        'SecOps tries a new parser on recent logs. required: it fails where there are none; lenient: it passes then; skipped: it is not tried. An extension has only skipped; without logs it fails. Default: lenient.',
      ),
    import: z
      .strictObject(
        { parser: importId('parsers'), extension: importId('parserExtensions') },
        { error: 'a map with parser and extension' },
      )
      .optional()
      .describe('What exists in SecOps with the same code, and is taken in: Terraform import ids.'),
  },
  { error: EXPECTED },
);

/** What is wrong with a name or a map is told in its own words. */
const entry = z.union([choice, choices], {
  error: ({ input }) => (typeof input === 'string' || isMap(input) ? undefined : EXPECTED),
});

/** By log type; what is not named is left as it is in SecOps. */
export const secopsParsers = z
  .record(logType, entry, { error: 'a map of log types' })
  .superRefine((parsers, context) => {
    for (const [type, chosen] of Object.entries(isMap(parsers) ? parsers : {}))
      for (const issue of problemsOf(type, chosen)) context.addIssue({ code: 'custom', ...issue });
  }, ALWAYS)
  .transform((parsers) =>
    Object.fromEntries(
      Object.entries(parsers).map(([type, chosen]): [string, SecopsParserSettings] => [
        type,
        typeof chosen === 'string' ? { parser: chosen, validation: DEFAULT_VALIDATION } : chosen,
      ]),
    ),
  )
  .prefault({})
  .describe(
    'Which parser each log type has: by its name alone, or as a map. Active only after ./tributary parser activate.',
  );

export type SecopsParserSettings = z.output<typeof choices>;

interface Issue {
  readonly path: string[];
  readonly message: string;
}

/** Files that cannot be deployed, and what they would import. The entry may be of any shape: that is told elsewhere. */
function problemsOf(type: string, value: unknown): Issue[] {
  const files: [path: string[], choice: string | undefined, kind: ParserFileKind][] =
    typeof value === 'string'
      ? [[[type], value, 'parser']]
      : (['parser', 'extension'] as const).map((kind) => [[type, kind], textAt(value, kind), kind]);
  const unusable = files.flatMap(([path, chosen, kind]) => {
    if (chosen === undefined || !choice.safeParse(chosen).success || !logType.safeParse(type).success) return [];
    if (kind === 'parser' && chosen === PREBUILT) return [];
    const message = parserFileProblem(type, chosen, kind);
    return message === undefined ? [] : [{ path, message }];
  });
  return [...unusable, ...strayImports(type, value)];
}

/** Imports of what is not deployed. */
function strayImports(type: string, value: unknown): Issue[] {
  const isDeployed = (kind: ParserFileKind) => (textAt(value, kind) ?? PREBUILT) !== PREBUILT;
  return (['parser', 'extension'] as const)
    .filter((kind) => at(value, 'import', kind) !== undefined && !isDeployed(kind))
    .map((kind) => ({ path: [type, 'import', kind], message: `nothing: no ${kind} is deployed for ${type}` }));
}
