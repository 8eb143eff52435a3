/**
 * Plans of whole environments, in turn with what they are instead of, against AWS as the emulator and Google Cloud and
 * Cloudflare simulated:
 *
 * - an environment with all three pipelines, `./tributary plan`: against `cdktf diff` of its stacks one after another, and
 *   against `terraform plan` alone of its slowest stack, in a folder that is synthesized and initialized already. Once
 *   with a Cloudflare that answers at once, and once with one that answers after some time, as one does that is not on the
 *   same machine;
 * - an environment with 1,250 zones in 16 stacks of which one zone is changed, `./tributary plan --changed-since HEAD`:
 *   against a plan of everything. It was never deployed, which is for everything's good: nothing is there to be read.
 *
 * `BENCH_ROUNDS` (default 3) and `BENCH_ZONES` (default 1250), zones of the second, change what is run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './collector/process.mjs';
import { timed } from './plan/command.mjs';
import { jobsOf, shardedEnvironment, wholeEnvironment, zoneIds } from './plan/environments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const ZONES = Number(process.env.BENCH_ZONES ?? 1_250);
/** A stack takes 400 jobs. */
const WHOLE_ZONES = 99;
const LATENCIES_MS = [0, 300];
const STACKS = ['whole-cloudtrail-cortex', 'whole-logpush-taegis', 'whole-qualys-secops'];
/** The third waits for a minute for its grants: it is planned as a new one. */
const DEPLOYED = ['cloudtrail-cortex', 'logpush-taegis'];
const cdktf = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');

export default async function bench() {
  if (![ROUNDS, ZONES].every((value) => Number.isInteger(value) && value > 0))
    throw new Error('BENCH_ROUNDS and BENCH_ZONES are whole numbers.');
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], root);
  const { startCloud } = await import('./plan/cloud.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const cloud = await startCloud(folder, zoneIds(WHOLE_ZONES));
    try {
      const whole = await measureWhole(folder, cloud);
      const sharded = await measureSharded(folder, cloud);
      report(whole, sharded);
    } finally {
      await cloud.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rounds of the environment with all pipelines, by Cloudflare's latency. */
async function measureWhole(folder, cloud) {
  const environments = join(folder, 'whole');
  mkdirSync(environments);
  writeFileSync(join(environments, 'whole.yaml'), wholeEnvironment(WHOLE_ZONES));
  const env = { ...cloud.env, TRIBUTARY_ENVIRONMENTS: environments };
  await Promise.all(DEPLOYED.map((pipeline) => tributary(env, ['deploy', 'whole', pipeline, '--yes'])));
  console.error(`deployed: ${DEPLOYED.join(', ')}`);
  const ready = await readyFolders(join(folder, 'ready'), env);
  const contestants = {
    ours: async () => (await tributary(env, ['plan', 'whole'])).seconds,
    cdktf: (name) => diffAll(join(folder, name), env),
    single: () => slowestPlan(ready, env),
  };
  const results = [];
  for (const latencyMs of LATENCIES_MS) {
    cloud.answerAfter(latencyMs);
    const rounds = await inTurn(contestants, `${latencyMs} ms`);
    results.push({ latencyMs, rounds });
  }
  cloud.answerAfter(0);
  return results;
}

/** Rounds of the environment with many zones. */
async function measureSharded(folder, cloud) {
  const environments = join(folder, 'sharded');
  mkdirSync(environments);
  const file = join(environments, 'sharded.yaml');
  const git = (...args) => run('git', ['-C', environments, ...args]);
  writeFileSync(file, shardedEnvironment(ZONES, 1));
  git('init', '--quiet');
  git('add', '.');
  git(
    ...['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false'],
    ...['commit', '--quiet', '--message', 'Begin'],
  );
  writeFileSync(file, shardedEnvironment(ZONES));
  const env = { ...cloud.env, TRIBUTARY_ENVIRONMENTS: environments };
  const plan = async (...args) => {
    const { seconds, stdout } = await tributary(env, ['plan', 'sharded', '--json', ...args]);
    return { seconds, stacks: JSON.parse(stdout).stacks.filter(({ kind }) => kind === 'planned').length };
  };
  const rounds = await inTurn(
    {
      changed: async () => expectStacks(await plan('--changed-since', 'HEAD'), 1),
      everything: async () => expectStacks(await plan()),
    },
    `${ZONES} zones`,
  );
  return { rounds };
}

/** The number of stacks must be what is meant to be measured. */
function expectStacks({ seconds, stacks }, expected = stacks) {
  if (stacks !== expected || stacks === 0) throw new Error(`${stacks} stacks were planned, ${expected} were expected`);
  return seconds;
}

/** Every contestant once a round: a slow moment of the machine meets all. The deploy before has filled the caches. */
async function inTurn(contestants, title) {
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const seconds = {};
    for (const [name, contestant] of Object.entries(contestants)) {
      seconds[name] = await contestant(`${name}-${title.replaceAll(' ', '-')}-${round}`);
      console.error(`${title.padEnd(10)}  round ${round}  ${name.padEnd(10)}  ${seconds[name].toFixed(2)} s`);
    }
    rounds.push(seconds);
  }
  return rounds;
}

function tributary(env, args) {
  return timed(process.execPath, [join(root, 'tributary'), ...args], { cwd: root, env, accepted: [0, 2] });
}

/**
 * `cdktf diff` of each stack, from nothing, as a checkout of a pull request does. Without the lock of providers, which asks
 * their registry and would take longer.
 */
async function diffAll(output, env) {
  let seconds = 0;
  for (const stack of STACKS) {
    const args = ['diff', stack, '--output', output, '--skip-provider-lock', '--no-color'];
    seconds += (await timed(process.execPath, [cdktf, ...args], { cwd: root, env: { ...env, CI: 'true' } })).seconds;
  }
  return seconds;
}

/** Folders of the stacks, synthesized and initialized. */
async function readyFolders(output, env) {
  await timed(process.execPath, [join(root, 'dist', 'main.js')], { cwd: root, env: { ...env, CDKTF_OUTDIR: output } });
  const folders = STACKS.map((stack) => join(output, 'stacks', stack));
  for (const cwd of folders) await timed('terraform', ['init', '-input=false'], { cwd, env });
  return folders;
}

async function slowestPlan(folders, env) {
  const times = [];
  for (const cwd of folders) times.push((await timed('terraform', ['plan', '-input=false'], { cwd, env })).seconds);
  return Math.max(...times);
}

function report(whole, { rounds }) {
  console.log(
    `${availableParallelism()} processors, ${ROUNDS === 1 ? '1 round' : `${ROUNDS} rounds`} in turn; seconds and their ratios round by round, as median ` +
      '(minimum to maximum).\n\n' +
      `${STACKS.length} stacks with ${jobsOf(WHOLE_ZONES)} Logpush jobs, deployed but for ${STACKS[2]}, which is planned as a new one:`,
  );
  for (const { latencyMs, rounds: each } of whole) {
    console.log(
      `\n  ${latencyMs === 0 ? 'Cloudflare answers at once' : `Cloudflare answers after ${latencyMs} ms`}; AWS and Google always do`,
    );
    line('tributary plan', secondsOf(each, 'ours'));
    line('cdktf diff, one after another', secondsOf(each, 'cdktf'));
    line('slowest terraform plan alone', secondsOf(each, 'single'));
    line('cdktf diff / tributary plan', ratios(each, 'cdktf', 'ours'), 'goal: 2 or more');
    line('tributary plan / slowest plan', ratios(each, 'ours', 'single'), 'goal: 1.3 or less');
  }
  console.log(
    '\n  The slowest plan alone has its stack synthesized and initialized before, and shows nothing afterwards. What that\n' +
      '  takes is the same however long the clouds take, so that the second ratio falls as they take longer.\n\n' +
      `16 stacks with ${jobsOf(ZONES)} Logpush jobs of ${ZONES} zones, never deployed, one zone changed:\n`,
  );
  line('--changed-since HEAD', secondsOf(rounds, 'changed'));
  line('everything', secondsOf(rounds, 'everything'));
  line('everything / --changed-since', ratios(rounds, 'everything', 'changed'));
  console.log(
    '\n  With --changed-since both versions are synthesized, and one stack is planned. What is deployed is also read: of\n' +
      `  everything ${jobsOf(ZONES)} jobs, at 1,200 calls in five minutes (docs/logpush-taegis.md); of one stack a sixteenth.`,
  );
}

function line(title, values, goal = '') {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index) => sorted[index].toFixed(2);
  const text = `${at(Math.floor(sorted.length / 2))} (${at(0)} to ${at(sorted.length - 1)})`;
  console.log(`    ${title.padEnd(32)}${text.padEnd(26)}${goal}`.trimEnd());
}

const secondsOf = (rounds, name) => rounds.map((round) => round[name]);

const ratios = (rounds, one, other) => rounds.map((round) => round[one] / round[other]);
