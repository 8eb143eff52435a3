/** Synthesis of an environment with 5,028 Logpush jobs, told in milliseconds a job beyond the start-up with one job. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './collector/process.mjs';

const ZONES = 1_250;
const ZONE_DATASETS = ['dns_logs', 'firewall_events', 'http_requests', 'spectrum_events'];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const root = fileURLToPath(new URL('..', import.meta.url));

function environment(zones, accountDatasets) {
  const id = (index) => (index * 2_654_435_761).toString(16).padStart(32, '0').split('').reverse().join('');
  const list = Array.from(
    { length: zones },
    (_, index) =>
      `    - { id: "${id(index + 1)}", name: z${index}.example.com, datasets: [${ZONE_DATASETS.join(', ')}] }`,
  );
  return `environment: bench
protected: false
backend: { local: {} }
cloudflare:
  shards: 256
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [${accountDatasets.join(', ')}] }
  taegis: { default: { url: "https://taegis.example.com/x" } }
${zones > 0 ? `  zones:\n${list.join('\n')}\n` : ''}`;
}

function synthSeconds(folder) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist', 'main.js')], {
    cwd: root,
    env: {
      ...process.env,
      CDKTF_OUTDIR: join(folder, 'cdktf.out'),
      TRIBUTARY_ENVIRONMENTS: join(folder, 'environments'),
    },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`synthesis failed:\n${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function prepare(folder, text) {
  mkdirSync(join(folder, 'environments'), { recursive: true });
  writeFileSync(join(folder, 'environments', 'bench.yaml'), text);
  return folder;
}

export default async function bench() {
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], root);
  const { datasetsOf, findDataset } = await import('../dist/constructs/cloudflare/logpush-catalogue.js');
  const accountDatasets = datasetsOf('account').filter((name) => findDataset(name).providerEnumSince !== null);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const one = prepare(join(folder, 'one'), environment(0, ['audit_logs']));
    const all = prepare(join(folder, 'all'), environment(ZONES, accountDatasets));
    const jobs = ZONES * ZONE_DATASETS.length + accountDatasets.length;
    const perJob = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const [start, whole] = [synthSeconds(one), synthSeconds(all)];
      perJob.push(((whole - start) / (jobs - 1)) * 1000);
      console.log(
        `round ${round}  1 job ${start.toFixed(2)} s  ${jobs} jobs ${whole.toFixed(2)} s  ${perJob.at(-1).toFixed(3)} ms a job`,
      );
    }
    perJob.sort((a, b) => a - b);
    console.log(
      `\n${jobs} jobs: ${perJob[Math.floor(perJob.length / 2)].toFixed(3)} ms a job beyond start-up (${perJob[0].toFixed(3)} to ${perJob.at(-1).toFixed(3)})`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
