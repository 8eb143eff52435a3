import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One run of the fake, as what it is told to do sees it. */
export interface FakeRun {
  readonly args: readonly string[];
  /** To standard output, as it is. */
  say(text: string): void;
  /** To standard error. */
  complain(text: string): void;
  /** Writes a file in the folder where it runs. */
  write(file: string, text: string): void;
  read(file: string): string;
  sleep(milliseconds: number): Promise<void>;
  /** The first SIGINT; it does not end the run. */
  readonly interrupted: Promise<void>;
}

/** Gives the exit code. It runs in the fake's own process: nothing of the test's scope is there. */
export type Behaviour = (run: FakeRun) => number | Promise<number>;

export interface Call {
  readonly event: 'start' | 'SIGINT' | 'end';
  readonly args: readonly string[];
  readonly folder: string;
  /** Of its environment: all that begins with TF_. */
  readonly env: Readonly<Record<string, string>>;
}

/** An executable named `terraform` that does as it is told. */
export interface FakeTerraform {
  readonly command: string;
  /** The process's environment with it first on the PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** For a test's own files; gone with the rest. */
  readonly folder: string;
  /** Does this from now on. */
  teach(behaviours: Readonly<Record<string, Behaviour>>): void;
  calls(): Call[];
  remove(): void;
}

/** @param behaviours by subcommand; one without any succeeds and says nothing */
export function fakeTerraform(behaviours: Readonly<Record<string, Behaviour>> = {}): FakeTerraform {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-fake-terraform-'));
  const bin = join(folder, 'bin');
  const calls = join(folder, 'calls.jsonl');
  const command = join(bin, 'terraform');
  mkdirSync(bin);
  const teach = (known: Readonly<Record<string, Behaviour>>) => {
    const script = Object.entries({ version, ...known }).map(([name, does]) => `${JSON.stringify(name)}: ${does}`);
    writeFileSync(command, `#!${process.execPath}\n(${main})({ ${script.join(',\n')} }, ${JSON.stringify(calls)});\n`);
    chmodSync(command, 0o755);
  };
  teach(behaviours);
  return {
    teach,
    ...{ command, folder, env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } },
    calls: () =>
      existsSync(calls)
        ? readFileSync(calls, 'utf8')
            .split('\n')
            // What stands behind the last end of a line is still being written.
            .slice(0, -1)
            .map((line) => JSON.parse(line))
        : [],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const version: Behaviour = ({ say }) => {
  say('{"terraform_version":"1.11.4"}\n');
  return 0;
};

/** Becomes the script: it must use nothing from this file. */
function main(behaviours: Record<string, Behaviour>, calls: string): void {
  const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
  const args = process.argv.slice(2);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('TF_')));
  const tell = (event: string) =>
    appendFileSync(calls, `${JSON.stringify({ event, args, folder: process.cwd(), env })}\n`);
  const interrupted = new Promise<void>((resolve) => {
    process.on('SIGINT', () => {
      tell('SIGINT');
      resolve();
    });
  });
  // A listener alone keeps no process alive.
  const alive = setInterval(() => {}, 1000);
  tell('start');
  const run = {
    ...{ args, interrupted },
    say: (text: string) => process.stdout.write(text),
    complain: (text: string) => process.stderr.write(text),
    write: (file: string, text: string) => writeFileSync(file, text),
    read: (file: string) => readFileSync(file, 'utf8'),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  } as unknown as FakeRun;
  Promise.resolve((behaviours[args[0] ?? ''] ?? (() => 0))(run)).then((code) => {
    tell('end');
    process.exitCode = code;
    clearInterval(alive);
  });
}
