import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { addParserVerbs } from '../../../cli/parser/verbs';

/** A parser of JSON logs: `{"host": …, "text": …}`; texts that are none are caught, a host that is none is not. */
export const PARSER = `filter {
  mutate { replace => { "host" => "" "text" => "" } }
  json { source => "message" on_error => "not_json" }
  if [not_json] {
    drop { tag => "TAG_MALFORMED_MESSAGE" }
  }
  if [host] != "" {
    mutate { replace => { "event.idm.read_only_udm.principal.hostname" => "%{host}" } }
  } else if [text] == "never" {
    mutate { replace => { "unused" => "" } }
  }
  mutate {
    replace => { "event.idm.read_only_udm.metadata.description" => "%{text}" }
    on_error => "no_text"
  }
  mutate { replace => { "event.idm.read_only_udm.metadata.event_type" => "STATUS_UPDATE" } }
  mutate { merge => { "@output" => "event" } }
}
`;
export const LOGS = '{"host":"h-1","text":"one"}\n{"host":"h-2","text":"two","spare":{"part":1}}\nnot json\n';

/** A tree of parsers beside environment files of its own, which the commands use while it is there. */
export class World {
  readonly environments = mkdtempSync(join(tmpdir(), 'tributary-parsers-'));
  readonly root = join(this.environments, 'parsers');

  constructor() {
    process.env.TRIBUTARY_ENVIRONMENTS = this.environments;
    process.env.NO_COLOR = '1';
  }

  write(file: string, content: string | Uint8Array): string {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.environments, { recursive: true });
    delete process.env.TRIBUTARY_ENVIRONMENTS;
  }

  /** `./tributary parser …`, in this process. */
  async run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const told = { stdout: '', stderr: '' };
    const into = (stream: keyof typeof told) =>
      jest.spyOn(process[stream], 'write').mockImplementation((chunk, ...rest: unknown[]) => {
        told[stream] += chunk;
        for (const argument of rest) if (typeof argument === 'function') argument();
        return true;
      });
    const spies = [
      into('stdout'),
      into('stderr'),
      jest.spyOn(console, 'log').mockImplementation((text) => {
        told.stdout += `${text}\n`;
      }),
    ];
    const program = new Command().exitOverride();
    addParserVerbs(program);
    process.exitCode = 0;
    try {
      await program.parseAsync(['parser', ...args], { from: 'user' });
      return { status: Number(process.exitCode), ...told };
    } finally {
      for (const spy of spies) spy.mockRestore();
      process.exitCode = 0;
    }
  }
}
