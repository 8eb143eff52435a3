import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { adoptQualys } from '../../../../cli/collector/adopt/adopt';
import type { AdoptTarget, CollectorParts } from '../../../../cli/collector/adopt/target';
import { createGoogleApi } from '../../../../cli/google-api';
import { Progress } from '../../../../cli/progress';
import type { Verdict } from '../../../../cli/verdict';
import { checkEnvironment } from '../../../../environments/check';
import { FEEDS, type FeedName } from '../../../../functions/qualys/contract';
import { type GoogleProject, startGoogleProject } from '../../../simulators/google-project';

const TOKEN = 'ya29.an-access-token';
const PROJECT = 'acme-secops';
const REGION = 'europe-west3';
const INSTANCE = '0f3c1d52-6f0e-4a44-8f0c-b7a5d2f7b9e1';
const PARENT = `projects/${PROJECT}/locations/europe/instances/${INSTANCE}`;
const LOGS = 'acme-secops-prod-qualys-logs';
const OURS = { labels: { 'tributary-pipeline': 'qualys-secops' } };
const JOB = `projects/${PROJECT}/locations/${REGION}/jobs/prod-qualys-alerts`;
const FUNCTION = `projects/${PROJECT}/locations/${REGION}/functions/prod-qualys-alerts`;

const email = (kind: string) => `prod-qualys-${kind}@${PROJECT}.iam.gserviceaccount.com`;
const bucketName = (kind: string) => `acme-secops-prod-qualys-${kind}`;
const placed = (kind: string) => ({ name: bucketName(kind), location: 'EUROPE-WEST3' });

const partsOf = (feed: FeedName): CollectorParts => ({
  environment: 'prod',
  feed,
  stack: 'prod-qualys-secops',
  project: PROJECT,
  function: `prod-qualys-${feed}`,
  location: REGION,
  timeoutSeconds: 540,
  job: JOB.replace('alerts', feed),
  logsBucket: LOGS,
  stateBucket: bucketName('state'),
  account: email(feed),
  uri: `gs://${LOGS}/${feed}/`,
});

const TARGET: AdoptTarget = {
  environment: 'prod',
  project: PROJECT,
  collectors: [partsOf('alerts')],
  buckets: { logs: placed('logs'), state: placed('state'), code: placed('code') },
  accounts: { build: email('build'), invoker: email('invoker') },
  secrets: { username: 'prod-qualys-username', password: 'prod-qualys-password' },
};

const QUALYS = `# first line
environment: prod
protected: false
backend: { local: {} }

qualys:
  project: ${PROJECT}
  region: ${REGION}   # Frankfurt
  apiUrl: https://qualysapi.qualys.eu
`;
const SECOPS = `  secops:
    location: europe
    instance: ${INSTANCE}
    feedServiceAccount: chronicle-1@chronicle-gcp-prod.iam.gserviceaccount.com
`;
const LAST = '# last line\n';

let google: GoogleProject;
let folder: string;
let file: string;
/** Services that the simulator answers for. */
let overridden: string[];
beforeEach(async () => {
  overridden = ['CHRONICLE', 'CLOUDFUNCTIONS', 'CLOUDSCHEDULER', 'IAM', 'SECRETMANAGER', 'STORAGE'];
  google = await startGoogleProject({ tokens: [TOKEN], project: PROJECT });
  folder = mkdtempSync(join(tmpdir(), 'tributary-adopt-qualys-'));
  file = join(folder, 'prod.yaml');
});
afterEach(async () => {
  await google.close();
  rmSync(folder, { recursive: true });
});

/** Whatever happens: the token goes to Google alone, and nothing is asked for but to read. */
async function run(section = '', { dryRun = false } = {}): Promise<Verdict> {
  const text = `${QUALYS}${section}${LAST}`;
  writeFileSync(file, text);
  return again(dryRun);
}

async function again(dryRun = false): Promise<Verdict> {
  const { environment, problems } = checkEnvironment(file, readFileSync(file, 'utf8'), 'prod');
  if (environment?.qualys === undefined) throw new Error(JSON.stringify(problems));
  const overrides = overridden.map((service) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${service}`, google.url]);
  const env = { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, ...Object.fromEntries(overrides) };
  const clock = { now: Date.now, sleep: async () => undefined };
  const { qualys } = environment;
  const outcome = adoptQualys({
    target: { ...TARGET, collectors: FEEDS.filter((feed) => qualys[feed] !== undefined).map(partsOf) },
    settings: qualys,
    api: createGoogleApi({ project: PROJECT, env, clock }),
    file,
    dryRun,
    progress: new Progress(new PassThrough().resume() as unknown as NodeJS.WriteStream),
  });
  const [settled] = await Promise.allSettled([outcome]);
  expect(inspect(settled, { depth: null })).not.toContain(TOKEN);
  expect(google.requests.filter((line) => !line.startsWith('GET '))).toEqual([]);
  return outcome;
}

const written = () => readFileSync(file, 'utf8');

function addBucket(name: string, more: object = {}): void {
  const uniform = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
  google.buckets.push({
    ...{ project: PROJECT, name, location: 'EUROPE-WEST3', locationType: 'region' },
    ...uniform,
    ...more,
  });
}

function addNamed(name: string, more: object = {}): void {
  google.named.set(name, { name, ...more });
}

function addFeed(id: string, kind: 'V1' | 'V2' | 'event', bucketUri: string, logType = 'QUALYS_CONTINUOUS_MONITORING') {
  const [feedSourceType, settings] = {
    V1: ['GOOGLE_CLOUD_STORAGE', 'gcsSettings'],
    V2: ['GOOGLE_CLOUD_STORAGE_V2', 'gcsV2Settings'],
    event: ['GOOGLE_CLOUD_STORAGE_EVENT_DRIVEN', 'googleCloudStorageEventDrivenSettings'],
  }[kind] as [string, string];
  google.feeds.push({
    name: `${PARENT}/feeds/${id}`,
    displayName: `feed ${id}`,
    details: { feedSourceType, logType: `${PARENT}/logTypes/${logType}`, [settings]: { bucketUri } },
  });
}

/** Everything that the stack makes, under its names and as it makes it. */
function addAll(): void {
  for (const kind of ['logs', 'state', 'code']) addBucket(bucketName(kind), OURS);
  for (const kind of ['alerts', 'build', 'invoker']) addNamed(`projects/${PROJECT}/serviceAccounts/${email(kind)}`);
  for (const kind of ['username', 'password'])
    addNamed(`projects/${PROJECT}/secrets/prod-qualys-${kind}`, { ...OURS, replication: { automatic: {} } });
  google.functions.push({ name: FUNCTION, environment: 'GEN_2', ...OURS });
  google.jobs.push({ name: JOB, state: 'ENABLED' });
  addFeed('f1', 'V2', `gs://${LOGS}/alerts/`);
}

const IMPORT = `  import:
    logs: ${LOGS}
    state: ${bucketName('state')}
    code: ${bucketName('code')}
    alertsAccount: projects/${PROJECT}/serviceAccounts/${email('alerts')}
    buildAccount: projects/${PROJECT}/serviceAccounts/${email('build')}
    invokerAccount: projects/${PROJECT}/serviceAccounts/${email('invoker')}
    username: projects/${PROJECT}/secrets/prod-qualys-username
    password: projects/${PROJECT}/secrets/prod-qualys-password
    function: ${FUNCTION}
    schedule: ${JOB}
`;

describe('what is written', () => {
  test('everything that exists gets its import id, all else stays; a second time nothing is written', async () => {
    addAll();
    const dry = await run(SECOPS, { dryRun: true });
    expect(written()).toBe(`${QUALYS}${SECOPS}${LAST}`);
    expect(dry.text).toContain('Next: the same without --dry-run');

    const verdict = await again();
    expect(verdict).toMatchObject({ exitCode: 0, document: { conflicts: [], similar: [], notes: [] } });
    const after = `${QUALYS}${SECOPS}${IMPORT}    feed: ${PARENT}/feeds/f1\n${LAST}`;
    expect(written()).toBe(after);
    expect(verdict.text).toContain(`  14    import:\n  15      logs: ${LOGS}\n`);
    expect(verdict.text).toContain('Next: ./tributary plan prod qualys-secops (what exists: "will be imported")');
    expect(verdict.text).not.toContain('Warning');

    expect(await again()).toMatchObject({ exitCode: 0, document: { lines: [] } });
    expect(written()).toBe(after);
  });

  test('without qualys.secops the feed is not looked for', async () => {
    addAll();
    expect((await run()).exitCode).toBe(0);
    expect(written()).toBe(`${QUALYS}${IMPORT}${LAST}`);
    expect(google.requests.filter((line) => line.includes('/instances/'))).toEqual([]);
  });

  test("a feed that is told with the project's number is written with its id, as the file says it", async () => {
    addFeed('f2', 'V2', `gs://${LOGS}/alerts`);
    for (const feed of google.feeds) feed.name = feed.name.replace(PROJECT, '4711');
    expect((await run(`${SECOPS}    project: acme-siem\n`)).exitCode).toBe(0);
    const parent = `projects/acme-siem/locations/europe/instances/${INSTANCE}`;
    expect(written()).toContain(`    feed: ${parent}/feeds/f2\n`);
    expect(google.requests.filter((line) => line.startsWith(`GET /v1/${parent}/feeds?`))).toHaveLength(1);
  });

  test('what stands there and differs is told with its line, and nothing is written', async () => {
    addAll();
    const section = '  import: { logs: another, feed: gone }\n';
    const verdict = await run(`${section}${SECOPS}`);
    expect(verdict).toMatchObject({
      exitCode: 1,
      document: {
        lines: [],
        conflicts: [
          { path: 'qualys.import.logs', line: 10, stands: 'another', found: LOGS },
          { path: 'qualys.import.feed', line: 10, stands: 'gone', found: `${PARENT}/feeds/f1` },
        ],
      },
    });
    expect(written()).toBe(`${QUALYS}${section}${SECOPS}${LAST}`);
  });
});

describe('where nothing stands under our names', () => {
  const QUESTION = "Not under the stack's names, but it may be the same";

  test('in an empty project the file says all already; how hand-made names go into it is told', async () => {
    const verdict = await run(SECOPS);
    expect(verdict).toMatchObject({ exitCode: 0, document: { lines: [], similar: [] } });
    expect(verdict.text).toMatch(/^ {2}logs bucket +acme-secops-prod-qualys-logs +not there: the stack makes it$/m);
    expect(verdict.text).toMatch(/^ {2}function +fetch-qualys-cm-alerts +qualys\.names\.function$/m);
    expect(verdict.text).not.toContain(QUESTION);
    expect(written()).toBe(`${QUALYS}${SECOPS}${LAST}`);
  });

  test('what looks like it is listed with the setting that takes its name', async () => {
    addBucket('qualys-asset-bucket', { location: 'EU', locationType: 'multi-region' });
    addBucket('other-bucket');
    google.buckets.push({ project: 'somebody-else', name: 'their-qualys-bucket', location: 'EU' });
    const functions = `projects/${PROJECT}/locations/us-central1/functions`;
    google.functions.push({ name: `${functions}/fetch-qualys-cm-alerts`, environment: 'GEN_2' });
    google.functions.push({ name: `${functions}/qualys-old`, environment: 'GEN_1' });
    google.jobs.push({ name: `projects/${PROJECT}/locations/us-central1/jobs/trigger-fetch-Qualys` });
    const { document, text } = await run();
    expect(document).toMatchObject({
      similar: [
        { thing: 'bucket', name: 'qualys-asset-bucket (EU)', setting: 'qualys.buckets.logs' },
        { thing: 'function', name: 'fetch-qualys-cm-alerts (us-central1)', setting: 'qualys.names.function' },
        {
          thing: 'function',
          name: 'qualys-old (us-central1, first generation)',
          setting: 'none: it cannot be taken in',
        },
        { thing: 'schedule', name: 'trigger-fetch-Qualys (us-central1)', setting: 'qualys.names.schedule' },
      ],
    });
    expect(text).toMatch(/^ {2}bucket +qualys-asset-bucket \(EU\) +qualys\.buckets\.logs$/m);
  });

  test('at most ten are listed', async () => {
    for (let number = 1; number <= 12; number += 1) addBucket(`qualys-${number}`);
    const { document, text } = await run();
    expect((document as { similar: object[] }).similar).toHaveLength(10);
    expect(text).toContain(`${QUESTION} (the first 10 of 12).`);
  });

  test('what was found needs no other: nothing is listed for it, and the state bucket is none of the logs', async () => {
    addAll();
    google.buckets.shift();
    addBucket(LOGS);
    addBucket('more-qualys');
    google.functions.push({ name: `projects/${PROJECT}/locations/us-central1/functions/qualys-2` });
    google.jobs.push({ name: `projects/${PROJECT}/locations/us-central1/jobs/qualys-2` });
    expect((await run()).document).toMatchObject({ similar: [], notes: [] });
  });
});

describe('buckets', () => {
  test.each([
    [{ location: 'EU', locationType: 'multi-region' }, /it is in EU \(multi-region\), the stack's are in EUROPE-WEST3/],
    [
      { customPlacementConfig: { dataLocations: ['EUROPE-WEST1', 'EUROPE-WEST3'] } },
      /it is a dual-region of EUROPE-WEST1 and EUROPE-WEST3/,
    ],
    [{ retentionPolicy: { isLocked: true } }, /its retention policy is locked/],
    [{ objectRetention: { mode: 'Enabled' } }, /its objects can have retention times/],
    [{ hierarchicalNamespace: { enabled: true } }, /it has a hierarchical namespace/],
  ])('one that Terraform would make anew is refused: %j', async (properties, reason) => {
    addBucket(LOGS, properties);
    const outcome = run();
    await expect(outcome).rejects.toThrow(
      /^The bucket acme-secops-prod-qualys-logs cannot be taken in: a deploy would delete it, with all that it holds/,
    );
    await expect(outcome).rejects.toThrow(reason);
    await expect(outcome).rejects.toThrow(/choose another name \(qualys\.buckets\.logs\)\.$/);
    expect(written()).toBe(`${QUALYS}${LAST}`);
  });

  test("another project's is refused, whether it can be looked at or not; all of them in one report", async () => {
    const theirs = { project: 'somebody-else', location: 'EUROPE-WEST3' };
    google.buckets.push(
      { ...theirs, name: bucketName('state') },
      { ...theirs, name: bucketName('code'), shared: true },
    );
    await expect(run()).rejects.toThrow(
      /^The bucket \S+-state belongs to another project than acme-secops,[\s\S]*qualys\.buckets\.state[\s\S]*\n\nThe bucket \S+-code belongs/,
    );
  });

  test('what a deploy takes from one that the stack has not made is told', async () => {
    addBucket(LOGS, { lifecycle: { rule: [{}, {}] }, iamConfiguration: {} });
    const { exitCode, text } = await run();
    expect(exitCode).toBe(0);
    expect(text).toContain(`Warning: A deploy replaces the lifecycle rules (2) of the bucket ${LOGS}.`);
    expect(text).toContain(`Warning: A deploy turns the ACLs of the bucket ${LOGS} off`);
  });

  test("objects in the feed's folder without a state stop the first run: that is told", async () => {
    addBucket(LOGS);
    google.objects.add(`${LOGS}/alerts/old.json`);
    expect((await run()).text).toContain(`gs://${LOGS}/alerts/ holds objects, and the collector has no state yet`);
    google.objects.add(`${bucketName('state')}/alerts.json`);
    expect((await run()).text).not.toContain('no state yet');
  });

  test('objects elsewhere in the bucket are no matter', async () => {
    addBucket(LOGS);
    google.objects.add(`${LOGS}/qualys_cm_alerts.json`);
    expect((await run()).text).not.toContain('no state yet');
  });
});

describe('accounts and secrets', () => {
  test('a disabled account is told', async () => {
    addNamed(`projects/${PROJECT}/serviceAccounts/${email('build')}`, { disabled: true });
    expect((await run()).text).toContain(
      `Warning: The service account ${email('build')} is disabled; a deploy enables it.`,
    );
  });

  test('a secret that was made by hand gets a version of the first deploy: that is told', async () => {
    addNamed(`projects/${PROJECT}/secrets/prod-qualys-password`, { replication: { automatic: {} } });
    expect((await run()).text).toMatch(/Warning: The first deploy adds a version .*export TF_VAR_qualys_password/);
  });

  test('one with replicas of its own is refused: Terraform would make it anew', async () => {
    addNamed(`projects/${PROJECT}/secrets/prod-qualys-username`, {
      replication: { userManaged: { replicas: [{ location: 'europe-west3' }, { location: 'europe-west1' }] } },
    });
    await expect(run()).rejects.toThrow(
      /prod-qualys-username is replicated to europe-west3, europe-west1,[\s\S]*with all its versions[\s\S]*qualys\.names\.username/,
    );
  });
});

describe('function and schedule', () => {
  test('a function of the first generation is refused', async () => {
    google.functions.push({ name: FUNCTION, environment: 'GEN_1' });
    await expect(run()).rejects.toThrow(
      /^The function prod-qualys-alerts in europe-west3 is of the first generation[\s\S]*qualys\.names\.function/,
    );
  });

  test('what a deploy replaces in one that was made by hand is told', async () => {
    google.functions.push({
      name: FUNCTION,
      environment: 'GEN_2',
      buildConfig: { runtime: 'python310', entryPoint: 'main' },
      eventTrigger: { eventType: 'google.cloud.pubsub.topic.v1.messagePublished' },
    });
    const { exitCode, text } = await run();
    expect(exitCode).toBe(0);
    expect(text).toContain('replaces the code (python310, main) and the settings of the function prod-qualys-alerts.');
    expect(text).toContain('triggered by events (google.cloud.pubsub.topic.v1.messagePublished)');
    expect(written()).toContain(`    function: ${FUNCTION}\n`);
  });

  test('function and schedule of our names in another region stay, and are told', async () => {
    google.functions.push({
      name: FUNCTION.replace(REGION, 'us-central1'),
      environment: 'GEN_2',
    });
    google.jobs.push({ name: JOB.replace(REGION, 'europe-west1') });
    const { exitCode, text } = await run();
    expect(exitCode).toBe(0);
    expect(text).toContain('Warning: A function prod-qualys-alerts is in us-central1, too.');
    expect(text).toContain('Warning: A schedule prod-qualys-alerts is in europe-west1, too.');
    expect(written()).toBe(`${QUALYS}${LAST}`);
  });

  test('a schedule that is paused stays so: how to resume it', async () => {
    google.jobs.push({ name: JOB, state: 'PAUSED' });
    expect((await run()).text).toContain(
      '"gcloud scheduler jobs resume prod-qualys-alerts --location=europe-west3 --project=acme-secops"',
    );
  });

  test('with regions that do not answer nothing is said to be absent', async () => {
    google.unreachable.push('europe-west3');
    await expect(run()).rejects.toThrow(
      'Could not list the functions of the project acme-secops: Google Cloud does not reach europe-west3',
    );
  });
});

describe('the feed', () => {
  test('one that reads the whole bucket, or is of another log type, is taken in, and what changes is told', async () => {
    addFeed('f0', 'V1', 'gs://another-bucket/');
    addFeed('f1', 'V2', `gs://${LOGS}`, 'QUALYS_VM');
    addFeed('f2', 'V2', `gs://${LOGS}-2/alerts/`);
    const { exitCode, text } = await run(SECOPS);
    expect(exitCode).toBe(0);
    expect(text).toContain(`The feed feed f1 reads gs://${LOGS}; a deploy makes it read gs://${LOGS}/alerts/ only.`);
    expect(text).toContain('has the log type QUALYS_VM; a deploy makes it QUALYS_CONTINUOUS_MONITORING.');
    expect(written()).toContain(`    feed: ${PARENT}/feeds/f1\n`);
  });

  test('of V1: that it ends, that two would ingest twice, and how to go over', async () => {
    addFeed('f1', 'V1', `gs://${LOGS}/alerts/`);
    const outcome = run(SECOPS);
    await expect(outcome).rejects.toThrow(/Do not deploy while it is there: SecOps would ingest each object twice\./);
    await expect(outcome).rejects.toThrow(/V1 is shut down on 2027-03-15\./);
    await expect(outcome).rejects.toThrow(/qualys\.secops\.maxLookback \(180d\): set it to 1d before/);
    expect(written()).toBe(`${QUALYS}${SECOPS}${LAST}`);
  });

  test('driven by events: the same, without the date', async () => {
    addFeed('f1', 'event', `gs://${LOGS}/alerts/`);
    const message = await run(SECOPS).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toContain('as Google Cloud Storage Event Driven; the stack');
    expect(message).not.toContain('2027');
  });

  test('of several, on any pages, each is listed', async () => {
    addFeed('f1', 'V1', `gs://${LOGS}/`);
    addFeed('f2', 'V2', 'gs://another/');
    addFeed('f3', 'V2', `gs://${LOGS}/alerts`);
    await expect(run(SECOPS)).rejects.toThrow(
      new RegExp(
        `^Which feed\\? 2 read gs://${LOGS}, .*\\n {2}feed f1 {2}Google Cloud Storage \\(V1\\) {2}gs://${LOGS}/ {2}` +
          `\\(${PARENT}/feeds/f1\\)\\n {2}feed f3 {2}Google Cloud Storage V2 {2}gs://${LOGS}/alerts {2}`,
      ),
    );
  });
});

describe('with assets and findings', () => {
  const ALL = `  assets: {}\n  findings: {}\n${SECOPS}`;
  const swept = ['assets', 'findings'] as const;
  const partIds = (feed: FeedName) => ({
    [`${feed}Account`]: `projects/${PROJECT}/serviceAccounts/${email(feed)}`,
    [`${feed}Function`]: FUNCTION.replace('alerts', feed),
    [`${feed}Schedule`]: JOB.replace('alerts', feed),
    [`${feed}Feed`]: `${PARENT}/feeds/${feed}`,
  });

  test('the parts of each are taken in beside those of alerts, and each list is asked for once', async () => {
    addAll();
    for (const feed of swept) {
      addNamed(`projects/${PROJECT}/serviceAccounts/${email(feed)}`);
      google.functions.push({ name: FUNCTION.replace('alerts', feed), environment: 'GEN_2', ...OURS });
      google.jobs.push({ name: JOB.replace('alerts', feed), state: 'ENABLED' });
      addFeed(feed, 'V2', `gs://${LOGS}/${feed}/`, feed === 'assets' ? 'QUALYS_ASSET_CONTEXT' : 'QUALYS_VM');
    }
    const verdict = await run(ALL);
    expect(verdict).toMatchObject({ exitCode: 0, document: { conflicts: [], similar: [], notes: [] } });
    expect(verdict.text).not.toContain('Warning');
    const { environment } = checkEnvironment(file, written(), 'prod');
    expect(environment?.qualys?.import).toMatchObject({
      alertsAccount: `projects/${PROJECT}/serviceAccounts/${email('alerts')}`,
      function: FUNCTION,
      schedule: JOB,
      feed: `${PARENT}/feeds/f1`,
      ...partIds('assets'),
      ...partIds('findings'),
    });
    for (const list of ['/functions', '/feeds', `/${REGION}/jobs`])
      expect(google.requests.filter((line) => line.includes(`${list}?`) && !line.includes('pageToken'))).toHaveLength(
        1,
      );
    expect((await again()).document).toMatchObject({ lines: [] });
  });

  test('what stands under another name goes by any setting that has none yet', async () => {
    addAll();
    google.functions.push({ name: FUNCTION.replace('alerts', 'assets'), environment: 'GEN_2', ...OURS });
    google.functions.push({ name: FUNCTION.replace('prod-qualys-alerts', 'qualys-hosts'), environment: 'GEN_2' });
    google.jobs.push({ name: JOB.replace('prod-qualys-alerts', 'qualys-hosts') });
    expect((await run(ALL)).document).toMatchObject({
      similar: [
        { thing: 'function', setting: 'qualys.names.findingsFunction' },
        { thing: 'schedule', setting: 'qualys.names.assetsSchedule or qualys.names.findingsSchedule' },
      ],
    });
  });

  test('a function of the first generation is refused with the setting that gives another name', async () => {
    google.functions.push({ name: FUNCTION.replace('alerts', 'findings'), environment: 'GEN_1' });
    await expect(run(ALL)).rejects.toThrow(
      /^The function prod-qualys-findings in europe-west3 [\s\S]*qualys\.names\.findingsFunction/,
    );
  });

  test.each([
    ['QUALYS_ASSET_CONTEXT', 'assetsFeed', 'assets'],
    ['QUALYS_VM', 'findingsFeed', 'findings'],
    ['SQUID_WEBPROXY', 'feed', 'alerts'],
  ])('a feed of %s that reads the whole bucket becomes %s', async (logType, key, folder_) => {
    addFeed('whole', 'V2', `gs://${LOGS}`, logType);
    const { text } = await run(ALL);
    const { environment } = checkEnvironment(file, written(), 'prod');
    expect(environment?.qualys?.import).toEqual({ [key]: `${PARENT}/feeds/whole` });
    expect(text).toContain(`reads gs://${LOGS}; a deploy makes it read gs://${LOGS}/${folder_}/ only.`);
  });

  test('two feeds on one folder, and one of V1, are told of each folder in one report', async () => {
    addFeed('a1', 'V2', `gs://${LOGS}/assets/`);
    addFeed('a2', 'V2', `gs://${LOGS}/assets`);
    addFeed('v1', 'V1', `gs://${LOGS}/findings/`);
    await expect(run(ALL)).rejects.toThrow(
      /^Which feed\? 2 read [\s\S]*\n\nThe feed feed v1 reads [\s\S]*\/findings\/ /,
    );
  });

  test('objects of each without its state are told', async () => {
    addBucket(LOGS);
    google.objects.add(`${LOGS}/findings/old.ndjson.gz`);
    const { text } = await run(ALL);
    expect(text).toContain(`gs://${LOGS}/findings/ holds objects, and the collector has no state yet`);
    expect(text).not.toContain(`gs://${LOGS}/assets/ holds objects`);
  });
});

test("feeds are asked for at the address of the instance's region", async () => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }: IncomingMessage, socket: Duplex) => {
    asked.push(url);
    socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const before = process.env.HTTPS_PROXY;
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    overridden = overridden.filter((service) => service !== 'CHRONICLE');
    await expect(run(SECOPS)).rejects.toThrow(`Could not list the feeds of the SecOps instance ${INSTANCE}: `);
  } finally {
    if (before === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = before;
    proxy.close();
  }
  expect(new Set(asked)).toEqual(new Set(['europe-chronicle.googleapis.com:443']));
});

describe('access', () => {
  test('each missing role is named in one report', async () => {
    for (const permission of [
      ...(['storage.buckets.list', 'iam.serviceAccounts.get', 'secretmanager.secrets.get'] as const),
      ...(['cloudfunctions.functions.list', 'cloudscheduler.locations.list', 'chronicle.feeds.list'] as const),
    ])
      google.denied.add(permission);
    const message = await run(SECOPS).then(
      () => '',
      (error: Error) => error.message,
    );
    for (const need of [
      'roles/storage.bucketViewer on the project acme-secops',
      'roles/iam.serviceAccountViewer on the project acme-secops',
      'roles/secretmanager.viewer on the project acme-secops',
      'roles/cloudfunctions.viewer on the project acme-secops',
      'roles/cloudscheduler.viewer on the project acme-secops',
      'the permission chronicle.feeds.list in the project acme-secops, which roles/chronicle.admin holds',
    ])
      expect(message).toContain(`This takes ${need}.`);
  });

  test('of an API that is off nothing exists; of which project it was told is said once', async () => {
    addBucket(LOGS);
    google.off.set('Secret Manager API', '764086051850').set('Cloud Functions API', PROJECT);
    const { exitCode, text } = await run();
    expect(exitCode).toBe(0);
    expect(text.match(/Warning: The Secret Manager API is off in the project 764086051850: /g)).toHaveLength(1);
    expect(text).toContain('"gcloud auth application-default set-quota-project acme-secops"');
    expect(text).toContain('Warning: The Cloud Functions API is off in the project acme-secops: ');
    expect(written()).toBe(`${QUALYS}  import:\n    logs: ${LOGS}\n${LAST}`);
  });

  test('the feeds of an instance cannot be told while its API is off: nothing is written', async () => {
    google.off.set('Chronicle API', PROJECT);
    await expect(run(SECOPS)).rejects.toThrow('Chronicle API has not been used in project acme-secops before');
  });
});
