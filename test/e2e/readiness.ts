/** What the set-up of the end-to-end tests found out about this machine. */
export interface Readiness {
  /** Folder of this run; gone afterwards. */
  readonly folder: string;
  /** Names of all synthesized stacks, in `<folder>/cdktf.out`. */
  readonly stacks: readonly string[];
  /** Command of Terraform; undefined with `missing`. */
  readonly terraform?: string;
  /** Why Terraform cannot be used. */
  readonly missing?: string;
  /** Variables that Terraform runs with. */
  readonly env: NodeJS.ProcessEnv;
  /** Why a provider cannot be installed here, by the provider's name; absent: it can. */
  readonly problems: Readonly<Record<string, string>>;
}

const VARIABLE = 'TRIBUTARY_E2E';

/** Hands the findings to the workers, which inherit the environment. */
export function publish(readiness: Readiness): void {
  process.env[VARIABLE] = JSON.stringify(readiness);
}

export function readReadiness(): Readiness {
  const published = process.env[VARIABLE];
  if (published === undefined) throw new Error('the end-to-end set-up has not run');
  return JSON.parse(published);
}

/** A test that needs something of the machine: without it, it is skipped and says why. */
export function testIf(problem: string | undefined, name: string, run: () => Promise<void>, timeoutMs: number): void {
  if (problem === undefined) test(name, run, timeoutMs);
  else test.skip(`${name} (cannot run here: ${problem})`, run);
}
