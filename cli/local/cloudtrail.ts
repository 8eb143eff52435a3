import { Agent } from 'node:https';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { drawFrom, makeEvents } from './cloudtrail-events';

export interface LogFilesOptions {
  /** Endpoint of the AWS emulator. */
  readonly endpoint: string;
  /** Certificate of the endpoint, in PEM. */
  readonly ca: string;
  readonly region: string;
  readonly bucket: string;
  /** Account that the trail watches. */
  readonly account: string;
  /** Prefix of the trail (`s3_key_prefix`), without a slash at its end. Default: none. */
  readonly prefix?: string;
  /** Default: 3. */
  readonly files?: number;
  /** Default: 25. */
  readonly eventsPerFile?: number;
  /** The same seed and time make the same files. Default: 1. */
  readonly seed?: number;
  /** Time of delivery. Default: now. */
  readonly at?: Date;
}

export interface LogFiles {
  readonly keys: readonly string[];
  readonly events: number;
  readonly eventIds: readonly string[];
}

/** The unique part of a file's name: 16 characters (AWS CloudTrail user guide, "Finding your CloudTrail log files"). */
const UNIQUE_LENGTH = 16;
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Puts log files into the trail's bucket as CloudTrail would: gzipped `{"Records":[…]}` with management events, under
 * `[<prefix>/]AWSLogs/<account>/CloudTrail/<region>/YYYY/MM/DD/`. No emulator of AWS writes them by itself.
 *
 * It acts with the emulator's root credentials, which bucket policies do not bind: the policy that lets CloudTrail write
 * is not exercised by this.
 */
export async function putLogFiles(options: LogFilesOptions): Promise<LogFiles> {
  const {
    endpoint,
    ca,
    region,
    bucket,
    account,
    prefix,
    files = 3,
    eventsPerFile = 25,
    seed = 1,
    at = new Date(),
  } = options;
  const draw = drawFrom(seed);
  const s3 = new S3Client({
    endpoint,
    region,
    requestHandler: { httpsAgent: new Agent({ ca }) },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  try {
    const keys: string[] = [];
    const eventIds: string[] = [];
    for (let file = 0; file < files; file++) {
      const records = makeEvents(eventsPerFile, { account, region, until: at }, draw);
      const key = logFileKey({ account, region, prefix, at, unique: draw.text(UNIQUE_LENGTH, ALPHANUMERIC) });
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: gzipSync(JSON.stringify({ Records: records })),
          ContentType: 'application/json',
          ContentEncoding: 'gzip',
        }),
      );
      keys.push(key);
      eventIds.push(...records.map((record) => record.eventID));
    }
    return { keys, events: eventIds.length, eventIds };
  } finally {
    s3.destroy();
  }
}

/** Name of a log file: AWS CloudTrail user guide, "CloudTrail log file name format". */
export function logFileKey(file: {
  readonly account: string;
  readonly region: string;
  readonly prefix?: string;
  readonly at: Date;
  readonly unique: string;
}): string {
  const { account, region, prefix, at, unique } = file;
  const [year, month, day] = at.toISOString().slice(0, 10).split('-');
  // YYYYMMDDTHHmmZ
  const stamp = `${at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
  const folder = `AWSLogs/${account}/CloudTrail/${region}/${year}/${month}/${day}`;
  return `${prefix ? `${prefix}/` : ''}${folder}/${account}_CloudTrail_${region}_${stamp}_${unique}.json.gz`;
}
