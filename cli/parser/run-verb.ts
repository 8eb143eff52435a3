import { type Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { UserError } from '../../environments/user-error';
import { EXIT } from '../exit-codes';
import { counted } from '../inventory/words';
import { isColorful, type Note, Progress } from '../progress';
import { jsonOption } from '../verb';
import { parseEngineOptions } from './engine-options';
import { logsFile } from './golden';
import { type LogLine, readLogs } from './log-lines';
import { compileProgram, filesOf, type Program, readSource } from './program';
import { jsonLines, RunTally, type Shown, textLines, tooLong } from './run-output';
import { findParser, sampleNames } from './tree';

/** Characters that are gathered before they are written. */
const WRITTEN_AT_ONCE = 64 * 1024;
/** Logs between two notes of progress. */
const NOTED_EVERY = 1_000;

interface Flags {
  readonly parser?: string;
  readonly extension?: string;
  readonly explain?: boolean;
  readonly state?: boolean;
  readonly option?: string[];
  readonly json?: boolean;
}

/** Adds `parser run <parser> [file]`. */
export function addRunVerb(parser: Command): void {
  parser
    .command('run')
    .description('what a parser makes of logs')
    .usage('<parser> [file|-] [options], or --parser <file> [file|-] [options]')
    .argument('[parser]', 'squid/corrected, or a log type that has one parser')
    .argument('[file]', 'one log on a line, plain or gzipped; - for standard input; default: the samples of the parser')
    .addOption(new Option('--parser <file>', 'any parser file in place of one of the tree'))
    .addOption(new Option('--extension <file>', 'a parser extension that runs after it'))
    .addOption(new Option('--explain', 'with each field the statements that wrote it'))
    .addOption(new Option('--state', 'with each log the tokens behind the last statement'))
    .addOption(
      new Option(
        '--option <name=value>',
        'another behaviour of the engine (docs/parsers.md); may be repeated',
      ).argParser((setting, others: string[] = []) => [...others, setting]),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 every log gave valid events or was dropped; 1 a log failed or its event would be refused.' +
        '\n--json prints a document a line: an event, or what became of a log without one.',
    )
    .action(async (first: string | undefined, second: string | undefined, flags: Flags) => {
      const { program, inputs, name } = select(first, second, flags);
      const shown = { explain: flags.explain ?? false, state: flags.state ?? false, json: flags.json ?? false };
      const isLong = inputs.some(({ isSample }) => !isSample);
      const run = (note: Note) => runAll(program, inputs, shown, note);
      // On a terminal the line of progress would stand among the events.
      const tally =
        isLong && !process.stdout.isTTY ? await new Progress().step(`Run ${name}`, run) : await run(() => undefined);
      if (!shown.json) console.log(describe(tally));
      process.exitCode = tally.failed + tally.refused > 0 ? EXIT.failed : EXIT.good;
    });
}

interface Input {
  readonly file: string;
  readonly isSample: boolean;
}

function select(first: string | undefined, second: string | undefined, { parser, extension, option = [] }: Flags) {
  const engine = parseEngineOptions(option);
  const own = extension === undefined ? {} : { extension: readSource(extension) };
  if (parser !== undefined) {
    if (second !== undefined)
      throw new UserError(`--parser ${parser} takes the place of ${first}: name one of them, and then the logs.`);
    if (first === undefined)
      throw new UserError(
        `Which logs? Name a file with one log on a line behind --parser ${parser}, or - for standard input.`,
      );
    const program = compileProgram({ parser: readSource(parser), ...own }, engine);
    return { program, inputs: [{ file: first, isSample: false }], name: parser };
  }
  if (first === undefined)
    throw new UserError('Which parser? ./tributary parser run <parser> [file|-], or --parser <file> for any file.');
  const found = findParser(first);
  const program = compileProgram({ ...filesOf(found), ...own }, engine);
  const samples = sampleNames(found).map((name): Input => ({ file: logsFile(found, name), isSample: true }));
  if (second === undefined && samples.length === 0)
    throw new UserError(`${found.name} has no samples: name a file with one log on a line, or - for standard input.`);
  return { program, inputs: second === undefined ? samples : [{ file: second, isSample: false }], name: found.name };
}

async function runAll(program: Program, inputs: readonly Input[], shown: Shown, note: Note): Promise<RunTally> {
  const tally = new RunTally();
  const out = new Output();
  const colors = createColors(isColorful(process.stdout));
  try {
    for (const { file } of inputs) {
      if (inputs.length > 1 && !shown.json) out.add(colors.bold(file));
      for await (const line of readLogs(file)) {
        for (const text of linesOf(program, line, shown, tally, colors)) out.add(text);
        if (out.isFull) await out.flush();
        if (tally.logs % NOTED_EVERY === 0) note(`${counted(tally.logs, 'log')}`);
        if (out.isClosed) return tally;
      }
    }
    await out.flush();
    return tally;
  } finally {
    out.leave();
  }
}

function linesOf(
  program: Program,
  { number, log }: LogLine,
  shown: Shown,
  tally: RunTally,
  colors: ReturnType<typeof createColors>,
): string[] {
  const result =
    log === undefined ? tooLong() : program.run(log, { trace: shown.explain, state: shown.state || shown.explain });
  tally.count(result);
  return shown.json ? jsonLines(number, result, shown, program) : textLines(number, result, shown, program, colors);
}

function describe(tally: RunTally): string {
  const { logs, events, dropped, failed, refused } = tally;
  return [
    `${counted(logs, 'log')}: ${counted(events, 'event')}`,
    dropped > 0 && `${dropped} dropped`,
    failed > 0 && `${failed} failed`,
    refused > 0 && `${refused} with events that would be refused`,
  ]
    .filter(Boolean)
    .join(', ')
    .concat('.');
}

/** Standard output, as fast as its reader takes it; a reader that has enough (`| head`) ends the command quietly. */
class Output {
  isClosed = false;
  private pieces: string[] = [];
  private size = 0;

  constructor() {
    process.stdout.on('error', this.close);
  }

  /** Whoever writes next is told of errors again. */
  leave(): void {
    process.stdout.off('error', this.close);
  }

  get isFull(): boolean {
    return this.size >= WRITTEN_AT_ONCE;
  }

  add(line: string): void {
    this.pieces.push(line, '\n');
    this.size += line.length + 1;
  }

  private readonly close = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    this.isClosed = true;
  };

  async flush(): Promise<void> {
    const text = this.pieces.join('');
    this.pieces = [];
    this.size = 0;
    if (text === '' || this.isClosed) return;
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
  }
}
