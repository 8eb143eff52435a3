import { gunzipSync } from 'node:zlib';
import { UserError } from '../../environments/user-error';
import type { CloudtrailCortexOutputs } from '../../stacks/outputs';
import { type LogpushJob, pushLogpushJob } from '../../test/simulators/logpush';
import { startQualysSimulator } from '../../test/simulators/qualys';
import { startTaegisSimulator } from '../../test/simulators/taegis';
import type { SynthesizedStack } from '../synthesized';
import { createBucket, listObjects, readObject } from './cloud-storage';
import { putLogFiles } from './cloudtrail';
import { startCollector } from './collector';
import { consume, tryAssumeRole } from './cortex';
import type { AwsEmulator, CloudStorageEmulator } from './emulators';
import { type DestinationOptions, logpushJobs } from './logpush-jobs';

/** What went through one pipeline. A flow that loses, doubles or lets in what it must not is an error instead. */
export interface Flow {
  readonly pipeline: string;
  /** Where the data went, from source to destination. */
  readonly path: readonly string[];
  readonly sent: string;
  readonly arrived: string;
  /** Events, alerts or records that arrived. */
  readonly items: number;
  /** What was seen on the way. */
  readonly checks: readonly string[];
}

/** An account that is neither ours nor Cortex's. */
const STRANGER_ACCOUNT = '999999999999';

/** Puts CloudTrail log files into the trail's bucket, and reads them as Cortex does; strangers must be refused. */
export async function cloudtrailToCortex(aws: AwsEmulator, outputs: CloudtrailCortexOutputs): Promise<Flow> {
  const { endpoint, region, account, ca } = aws;
  const role = { endpoint, region, ca, roleArn: outputs.role_arn, externalId: outputs.external_id };
  const files = await putLogFiles({ endpoint, region, account, ca, bucket: outputs.bucket_name });
  const read = await consume({ ...role, queueUrl: outputs.queue_url, expectedEvents: files.events });
  expectSame('CloudTrail events', files.eventIds, read.eventIds);

  const strangers = {
    'wrong external id': { ...role, externalId: 'not-the-external-id' },
    'no external id': { ...role, externalId: undefined },
    'another account': { ...role, fromAccount: STRANGER_ACCOUNT },
  };
  for (const [who, attempt] of Object.entries(strangers))
    if ((await tryAssumeRole(attempt)) !== 'refused') throw new UserError(`the role let in a stranger: ${who}`);
  return {
    pipeline: 'cloudtrail-cortex',
    path: ['AWS CloudTrail', 'S3', 'SQS', 'Cortex XDR'],
    sent: `${count(files.keys.length)} log files with ${count(files.events)} events, put into the bucket`,
    arrived: `${count(read.events)} events from ${count(read.objects)} objects, announced by ${count(read.messages)} messages (one is the test message of S3)`,
    items: read.events,
    checks: [`refused: ${Object.keys(strangers).join(', ')}`],
  };
}

export interface QualysFlowOptions {
  readonly stack: SynthesizedStack;
  readonly workFolder: string;
  readonly cloudStorage: CloudStorageEmulator;
  /** Alerts that Qualys has. */
  readonly alerts: number;
  /** Of the API user. */
  readonly credentials: { readonly username: string; readonly password: string };
}

/** Runs the bundle against a simulator of Qualys, and counts what lies in the bucket that SecOps would read. */
export async function qualysToSecops(options: QualysFlowOptions): Promise<Flow> {
  const { stack, workFolder, cloudStorage, alerts, credentials } = options;
  // Older than the settling time: what is younger a run leaves to the next.
  const newest = new Date(Date.now() - 3_600_000);
  const qualys = await startQualysSimulator({ alerts, newest, ...credentials });
  try {
    const collector = await startCollector({
      stack,
      workFolder,
      qualysUrl: qualys.url,
      cloudStorageUrl: cloudStorage.endpoint,
      ...credentials,
    });
    try {
      await createBucket(cloudStorage.endpoint, collector.logsBucket);
      await createBucket(cloudStorage.endpoint, collector.stateBucket);
      const first = await collector.run();
      if (first.status !== 200) throw new UserError(`the collector failed: ${first.code}: ${first.message}`);
      const second = await collector.run();
      if (second.alerts !== 0) throw new UserError(`the second run collected ${second.alerts} alerts again`);
      const objects = await listObjects(cloudStorage.endpoint, collector.logsBucket);
      const ids: string[] = [];
      for (const { name } of objects)
        ids.push(...alertIds(await readObject(cloudStorage.endpoint, collector.logsBucket, name)));
      expectSame('Qualys alerts', qualys.ids(), ids);
      const kilobytes = Math.round(objects.reduce((sum, { size }) => sum + size, 0) / 1000);
      return {
        pipeline: 'qualys-secops',
        path: ['Qualys', 'collector function', 'Cloud Storage for Google SecOps'],
        sent: `${count(alerts)} alerts in the Qualys API`,
        arrived: `${count(ids.length)} alerts in ${count(objects.length)} objects (${count(kilobytes)} kB)`,
        items: ids.length,
        checks: ['each alert once', 'a second run wrote nothing'],
      };
    } finally {
      await collector.stop();
    }
  } finally {
    await qualys.close();
  }
}

/** The ids in one object, which must be as SecOps reads it: gzipped, one `{"Alert":{…}}` a line. */
function alertIds(object: Buffer): string[] {
  const lines = gunzipSync(object).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => String((JSON.parse(line) as { Alert: { id: number | string } }).Alert.id));
}

export interface LogpushFlowOptions extends DestinationOptions {
  /** Records of each dataset. */
  readonly records: number;
}

/** Pushes a batch for each Logpush job, as Cloudflare would, to an endpoint that checks the key. */
export async function logpushToTaegis(options: LogpushFlowOptions): Promise<Flow> {
  const jobs = logpushJobs(options);
  const taegis = await startTaegisSimulator({ keys: Object.values(options.keys) });
  try {
    let sent = 0;
    for (const job of jobs) {
      const { delivered, dropped } = await pushLogpushJob(job, { records: options.records, connectTo: taegis.url });
      if (dropped > 0) throw new UserError(`${dropped} records of ${job.dataset} were dropped`);
      // Less than arose, where a job has a filter or takes a sample.
      sent += delivered;
    }
    await expectWrongKeyRefused(jobs, taegis.url);
    const { datasets, uploads, validations } = taegis.received;
    const lines = Object.values(datasets).reduce((sum, dataset) => sum + dataset.lines, 0);
    if (lines !== sent) throw new UserError(`${lines} records arrived of ${sent}`);
    return {
      pipeline: 'logpush-taegis',
      path: ['Cloudflare Logpush', 'Taegis XDR'],
      sent: `${count(sent)} records of ${count(jobs.length)} jobs`,
      arrived: `${count(lines)} records of ${count(Object.keys(datasets).length)} datasets in ${count(uploads)} batches`,
      items: lines,
      checks: [`${count(validations)} destinations validated`, 'refused: a wrong key'],
    };
  } finally {
    await taegis.close();
  }
}

/** Every item must have arrived once: nothing lost, nothing twice. */
function expectSame(what: string, sent: readonly (string | number)[], arrived: readonly (string | number)[]): void {
  const expected = new Set(sent.map(String));
  const found = new Set(arrived.map(String));
  const lost = [...expected].filter((id) => !found.has(id)).length;
  const strange = [...found].filter((id) => !expected.has(id)).length;
  const double = arrived.length - found.size;
  if (lost + strange + double > 0)
    throw new UserError(`${what}: ${lost} lost, ${double} twice, ${strange} that were never sent, of ${sent.length}`);
}

async function expectWrongKeyRefused([job]: readonly LogpushJob[], connectTo: string): Promise<void> {
  if (job === undefined) throw new UserError('the stack has no Logpush job');
  const destinationConf = job.destinationConf.replace(/Bearer%20[^&]*/, 'Bearer%20wrong-key');
  const refused = await pushLogpushJob({ ...job, destinationConf }, { records: 1, connectTo }).then(
    () => false,
    () => true,
  );
  if (!refused) throw new UserError('the endpoint took a batch with a wrong key');
}

/** A number as people read it: 12,500. */
function count(value: number): string {
  return value.toLocaleString('en');
}
