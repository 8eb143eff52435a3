import { displayPath, environmentFile } from '../../environments/load';
import { UserError } from '../../environments/user-error';
import { EXIT } from '../exit-codes';
import { requireSection } from '../pipeline-section';
import { synthesizeStacks } from '../synth';
import type { SynthesizedStack } from '../synthesized';
import type { Verdict } from '../verdict';
import { LOGPUSH_PIPELINE } from './status-jobs';

/** Stacks that zones can be spread over. */
export const SHARDS = [1, 16, 256] as const;
export type Shards = (typeof SHARDS)[number];

/** Where the commands work, in the folder of the project; as deep as cdktf.out, for local states to be found. */
const FOLDER = '.reshard';

/** A job that changes its stack, with its address there and here. */
export interface Move {
  readonly address: string;
  readonly from: string;
  readonly to: string;
}

/** In the state of the first stack: the number of stacks that it was deployed with. */
const HELD = 'terraform_data.shards-held';

/**
 * How to move jobs to another number of stacks without destroying one: a job that is made anew loses the logs in between.
 * It changes nothing: it prints the commands, each of which moves state from one stack to another.
 *
 * @throws UserError when the number is the present one
 */
export async function planReshard(environment: string, to: Shards): Promise<Verdict> {
  const { shards: from } = requireSection(environment, LOGPUSH_PIPELINE);
  if (from === to)
    throw new UserError(`cloudflare.shards of ${environment} is ${to} already: there is nothing to move.`);
  const read = (shards: Shards) =>
    synthesizeStacks(
      environment,
      LOGPUSH_PIPELINE,
      (stacks) => new Map(stacks.flatMap((stack) => placesIn(stack))),
      (text) => withShards(text, shards),
    );
  const [before, after] = [await read(from), await read(to)];
  const moves = movesBetween(before, after);
  const file = displayPath(environmentFile(environment));
  return {
    exitCode: EXIT.good,
    document: { environment, from, to, moves },
    text: render(environment, { from, to, file }, moves),
  };
}

/** The stack of each job, by an address that is the same in all of them. */
function placesIn(stack: SynthesizedStack): [string, string][] {
  return Object.keys(stack.resource.cloudflare_logpush_job ?? {}).map((name) => [
    `cloudflare_logpush_job.${name}`,
    stack.name,
  ]);
}

export function movesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Move[] {
  return [...before].flatMap(([address, from]) => {
    const to = after.get(address);
    return to === undefined || to === from ? [] : [{ address, from, to }];
  });
}

/** The environment file with another number of stacks, whether it says one or not. */
export function withShards(text: string, shards: Shards): string {
  const said = /^( *)shards: *\d+/m;
  if (said.test(text)) return text.replace(said, `$1shards: ${shards}`);
  return text.replace(/^cloudflare:.*$/m, (line) => `${line}\n  shards: ${shards}`);
}

function render(
  environment: string,
  { from, to, file }: { from: Shards; to: Shards; file: string },
  moves: readonly Move[],
): string {
  const first = `${environment}-${LOGPUSH_PIPELINE}`;
  const stacks = [...new Set([first, ...moves.flatMap((move) => [move.from, move.to])])].sort();
  const copy = `npx cdktf synth && mkdir -p ${FOLDER}/stacks && cp -r cdktf.out/stacks/${first}* ${FOLDER}/stacks/`;
  const terraform = (stack: string) => `terraform -chdir=${FOLDER}/stacks/${stack}`;
  return [
    `# ${moves.length} jobs change their stack: ${from} → ${to} (cloudflare.shards). Nobody may deploy meanwhile.`,
    '# 1. The stacks as they are, then, with the new number in the file, as they will be:',
    copy,
    `# In ${file}: shards: ${to}`,
    copy,
    '# 2. Their states, and a copy of each to go back to:',
    ...stacks.flatMap((stack) => [
      `${terraform(stack)} init -input=false`,
      `${terraform(stack)} state pull > ${FOLDER}/${stack}.tfstate && cp ${FOLDER}/${stack}.tfstate ${FOLDER}/${stack}.before`,
      // A stack that was never deployed has no state, and its file would be none.
      `[ -s ${FOLDER}/${stack}.tfstate ] || rm ${FOLDER}/${stack}.tfstate`,
    ]),
    '# 3. Move the jobs, and forget the old number:',
    ...stateCommands(first, moves),
    '# 4. Put the states back:',
    ...stacks.map((stack) => `${terraform(stack)} state push "$PWD/${FOLDER}/${stack}.tfstate"`),
    '# 5. See that no job is made or destroyed, then deploy:',
    `./tributary plan ${environment} ${LOGPUSH_PIPELINE}`,
  ].join('\n');
}

/** What changes the files of the states. */
export function stateCommands(first: string, moves: readonly Move[]): string[] {
  const state = (stack: string) => `${FOLDER}/${stack}.tfstate`;
  return [
    ...moves.map(
      ({ address, from, to }) =>
        `terraform state mv -state=${state(from)} -state-out=${state(to)} '${address}' '${address}'`,
    ),
    `terraform state rm -state=${state(first)} '${HELD}'`,
  ];
}
