import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../../environments/root';
import { readReadiness } from './readiness';

const { folder } = readReadiness();
const TIMEOUT = 120_000;

/** The project's sources in another folder, as a clone would have them; packages are shared. */
function cloneInto(name: string): string {
  const clone = join(folder, name);
  const tracked = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
  }).stdout.split('\n');
  for (const file of tracked.filter((path) => path !== '' && existsSync(join(projectRoot, path))))
    cpSync(join(projectRoot, file), join(clone, file));
  symlinkSync(join(projectRoot, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** `cdktf synth` as a user runs it. */
function synth(root: string, env: NodeJS.ProcessEnv = {}) {
  const cdktf = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cdktf, 'synth'], {
    cwd: root,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', DISABLE_VERSION_CHECK: '1', ...env },
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

/** The app that cdktf runs, without cdktf. */
function app(root: string, env: NodeJS.ProcessEnv) {
  const { app: command } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8'));
  return spawnSync(command, { cwd: root, env: { ...process.env, ...env }, shell: true, encoding: 'utf8' });
}

/** Changes a source. @returns what puts it back, as old as it was: what was compiled of it holds again */
function edit(file: string, change: (code: string) => string): () => void {
  const aside = `${file}.aside`;
  renameSync(file, aside);
  writeFileSync(file, change(readFileSync(aside, 'utf8')));
  return () => renameSync(aside, file);
}

/** Hash of each file below a folder. */
function hashes(root: string, path = root): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(path).map((name) => {
      const file = join(path, name);
      if (statSync(file).isDirectory()) return hashes(root, file);
      return { [relative(root, file)]: createHash('sha256').update(readFileSync(file)).digest('hex') };
    }),
  );
}

const one = cloneInto('one');
const prod = join(one, 'environments', 'prod.yaml');
const good = readFileSync(prod, 'utf8');
const stacksOf = (root: string) => readdirSync(join(root, 'cdktf.out', 'stacks')).sort();
afterEach(() => writeFileSync(prod, good));

test(
  'two clones in two folders give byte-identical output',
  () => {
    const two = cloneInto('a deeper/folder/with spaces');
    expect(synth(one).status).toBe(0);
    expect(app(two, { TZ: 'Asia/Tokyo', TF_VAR_qualys_password: 'hunter2' }).status).toBe(0);
    const output = hashes(join(one, 'cdktf.out'));
    expect(Object.keys(output).filter((file) => file.endsWith('cdk.tf.json'))).toHaveLength(13);
    // One of each feed: alerts of all three environments, assets and findings of prod.
    expect(Object.keys(output).filter((file) => file.endsWith('function.zip'))).toHaveLength(5);
    expect(hashes(join(two, 'cdktf.out'))).toEqual(output);
  },
  TIMEOUT,
);

test(
  'five mistakes in one file are one report without a stack trace, and nothing is written',
  () => {
    const before = hashes(join(one, 'cdktf.out'));
    writeFileSync(
      prod,
      good
        .replace('protected: true', 'protected: maybe')
        .replace('region: asia-northeast1', 'region: asia-nordeast1')
        .replace('"111122223333"', '111122223333')
        .replace('timeZone:', 'timezone:')
        .replace('[firewall_events, http_requests]', '[gateway_dns]'),
    );
    const { status, output } = synth(one);
    expect(status).toBe(1);
    expect(output).toContain('5 problems in environments/prod.yaml');
    for (const place of [
      '4:12  protected',
      '17:11  qualys.region',
      '19:3  qualys.timezone',
      '50:12  cloudtrail.account',
    ])
      expect(output).toContain(`environments/prod.yaml:${place}`);
    expect(output).toContain('cloudflare.zones[1].datasets[0]');
    expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
    expect(hashes(join(one, 'cdktf.out'))).toEqual(before);
  },
  TIMEOUT,
);

test(
  'a type error fails synth, and every command after it: stale output is never deployed',
  () => {
    const restore = edit(
      join(one, 'stacks', 'versions.ts'),
      (code) => `${code}\nexport const wrong: number = 'text';\n`,
    );
    const launched = spawnSync(process.execPath, [join(one, 'tributary'), 'inventory', 'prod'], { encoding: 'utf8' });
    for (const { status, output } of [synth(one), { ...launched, output: launched.stderr }]) {
      expect(status).toBe(1);
      expect(output).toContain('stacks/versions.ts');
    }
    restore();
  },
  TIMEOUT,
);

test(
  'a plan against a commit tells what the file changes, and what the code changes',
  () => {
    const git = (...args: string[]) => spawnSync('git', args, { cwd: one, encoding: 'utf8' });
    git('init', '--quiet');
    git('add', '--all', ':!node_modules');
    git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'Begin');
    const plan = () =>
      spawnSync(
        process.execPath,
        [join(one, 'tributary'), 'plan', 'prod', 'cloudtrail-cortex', '--offline', '--changed-since', 'HEAD'],
        { cwd: one, encoding: 'utf8' },
      );
    expect(plan()).toMatchObject({ status: 0, stdout: expect.stringContaining('No change: prod-cloudtrail-cortex') });
    writeFileSync(prod, good.replace('protected: true', 'protected: false'));
    expect(plan()).toMatchObject({ status: 2, stdout: expect.stringMatching(/force_destroy/) });
    writeFileSync(prod, good);
    const restore = edit(join(one, 'constructs', 'aws', 'reader-role.ts'), (code) =>
      code.replace('to read CloudTrail log files', 'to read its log files'),
    );
    const other = plan();
    restore();
    expect(other).toMatchObject({ status: 2, stdout: expect.stringContaining('to read its log files') });
  },
  TIMEOUT,
);

test(
  'with qualys and cloudflare taken out only the AWS stack is there, and the state of what went stays',
  () => {
    const state = join(one, '.state', 'prod-qualys-secops.tfstate');
    mkdirSync(join(one, '.state'), { recursive: true });
    writeFileSync(state, '{"version":4}');
    const aws = good.slice(good.indexOf('cloudtrail:'), good.indexOf('cloudflare:'));
    writeFileSync(prod, `environment: prod\nprotected: true\nbackend: { local: {} }\n${aws}`);
    const others = join(one, 'only-prod');
    mkdirSync(others);
    cpSync(prod, join(others, 'prod.yaml'));
    expect(synth(one, { TRIBUTARY_ENVIRONMENTS: others }).status).toBe(0);
    expect(stacksOf(one)).toEqual(['prod-cloudtrail-cortex']);
    expect(readFileSync(state, 'utf8')).toBe('{"version":4}');
    const { terraform } = JSON.parse(
      readFileSync(join(one, 'cdktf.out', 'stacks', 'prod-cloudtrail-cortex', 'cdk.tf.json'), 'utf8'),
    );
    expect(join(one, 'cdktf.out', 'stacks', 'prod-cloudtrail-cortex', terraform.backend.local.path)).toBe(
      join(one, '.state', 'prod-cloudtrail-cortex.tfstate'),
    );
    rmSync(others, { recursive: true });
  },
  TIMEOUT,
);
