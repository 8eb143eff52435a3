import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { type Aws, askAws } from '../../aws';
import { formatMoment } from '../../moment';
import type { Window } from '../../window';
import type { CloudtrailTarget } from '../target';

/** An object, as a listing of its bucket tells of it. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch; S3 tells whole seconds. */
  readonly lastModified: number;
}

/** A bucket's listing, in the order of S3: that of the keys' UTF-8 bytes. */
export interface BucketListing {
  /** The folders in a folder, whole: each begins with the folder's own name and ends with a slash. */
  folders(folder: string): AsyncIterable<string>;
  /** The objects in a folder and below it, from the first whose key comes behind `after`. */
  objects(folder: string, after: string): AsyncIterable<StoredObject>;
}

export interface WalkOptions {
  readonly listing: BucketListing;
  readonly target: Pick<CloudtrailTarget, 'keyPrefix' | 'announcedBy'>;
  readonly window: Window;
  /** Only files whose keys come behind this one; empty: all. */
  readonly after: string;
  /** Told each folder of a region before its files are listed. */
  readonly onFolder: (folder: string) => void;
}

/** How long after the day of its folder a file may come, in seconds. */
const LATE_SECONDS = 86_400;
/** How far the time in a file's name may lie ahead of its delivery, in seconds: names have rounded minutes. */
const AHEAD_SECONDS = 3_600;

const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
const ACCOUNT = /^\d{12}$/;
const LOGS_AND_DIGESTS = /^CloudTrail(-[A-Za-z]+)?$/;
const LOGS = /^CloudTrail(-(?!Digest$)[A-Za-z]+)?$/;
const REGION = /^[a-z0-9-]+$/;

/**
 * The files of a trail that S3 announced in a window: those delivered in it (LastModified) whose keys the filter of the
 * notification lets pass, digests with them where it does. What a topic lets pass is not known here: with one it is
 * every log file and no digest.
 *
 * They come in the order of their keys, which is the same each time, and one at a time: memory stays flat. Keys are
 * `<keyPrefix>AWSLogs/[<organization>/]<account>/CloudTrail[-…]/<region>/YYYY/MM/DD/…` (AWS CloudTrail user guide,
 * "Finding your CloudTrail log files"). Folders are walked down to the regions, and each region is listed from the day
 * before the window's first to its last: not found are files that came more than a day after the day of their folder.
 * Where a region's listing goes on behind the last day, the rest of that page (1000 keys at most) is read and dropped.
 */
export async function* announcedFiles(options: WalkOptions): AsyncGenerator<StoredObject> {
  const { listing, target, window, after, onFolder } = options;
  const { first, last } = touchedDays(window);
  const kind = target.announcedBy.kind === 'bucket' ? LOGS_AND_DIGESTS : LOGS;
  for await (const region of walk(options, `${target.keyPrefix}AWSLogs/`, [ACCOUNT, kind, REGION])) {
    onFolder(region);
    const start = `${region}${first}/`;
    for await (const object of listing.objects(region, isBehind(after, start) ? after : start)) {
      const day = object.key.slice(region.length, region.length + last.length);
      if (day > last) break;
      if (isIn(window, object) && isAnnounced(target, object.key)) yield object;
    }
  }
}

/** The first and the last day folder, `YYYY/MM/DD`, that may hold files delivered in a window. */
export function touchedDays({ from, to }: Window): { first: string; last: string } {
  const day = (seconds: number) => formatMoment(seconds).slice(0, 10).replaceAll('-', '/');
  return { first: day(from - LATE_SECONDS), last: day(to - 1 + AHEAD_SECONDS) };
}

/** Folders of regions; each level of folders must look like its pattern. */
async function* walk(
  options: WalkOptions,
  folder: string,
  [pattern, ...deeper]: readonly RegExp[],
): AsyncGenerator<string> {
  if (pattern === undefined) {
    yield folder;
    return;
  }
  for await (const child of options.listing.folders(folder)) {
    if (!mayHold(options, child)) continue;
    const name = child.slice(folder.length, -1);
    if (pattern === ACCOUNT && ORGANIZATION.test(name)) yield* walk(options, child, [pattern, ...deeper]);
    else if (pattern.test(name)) yield* walk(options, child, deeper);
  }
}

/** Whether a folder may hold files that are still wanted. */
function mayHold({ target: { announcedBy }, after }: WalkOptions, folder: string): boolean {
  const prefix = announcedBy.kind === 'bucket' ? announcedBy.prefix : '';
  if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) return false;
  return isBehind(folder, after) || after.startsWith(folder);
}

/** S3 user guide, "Configuring event notifications using object key name filtering": both parts must match. */
function isAnnounced({ announcedBy }: Pick<CloudtrailTarget, 'announcedBy'>, key: string): boolean {
  return announcedBy.kind === 'topic' || (key.startsWith(announcedBy.prefix) && key.endsWith(announcedBy.suffix));
}

function isIn({ from, to }: Window, { lastModified }: StoredObject): boolean {
  return lastModified >= from * 1000 && lastModified < to * 1000;
}

/** In the order of S3; strings of JavaScript compare by UTF-16. */
function isBehind(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}

/** The listing of a bucket on AWS, read page by page. It needs s3:ListBucket. */
export function bucketListing({ s3 }: Aws, bucket: string): BucketListing {
  async function* pages(request: {
    Prefix: string;
    Delimiter?: string;
    StartAfter?: string;
  }): AsyncGenerator<ListObjectsV2CommandOutput> {
    let ContinuationToken: string | undefined;
    do {
      const page = await askAws(`list s3://${bucket}/${request.Prefix}`, 's3:ListBucket on the bucket', () =>
        s3.send(new ListObjectsV2Command({ Bucket: bucket, ...request, ContinuationToken })),
      );
      yield page;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return {
    async *folders(folder) {
      for await (const page of pages({ Prefix: folder, Delimiter: '/' }))
        for (const { Prefix = '' } of page.CommonPrefixes ?? []) yield Prefix;
    },
    async *objects(folder, after) {
      for await (const page of pages({ Prefix: folder, StartAfter: after }))
        for (const { Key = '', Size = 0, ETag = '', LastModified } of page.Contents ?? [])
          yield {
            key: Key,
            size: Size,
            etag: ETag.replaceAll('"', ''),
            lastModified: LastModified?.getTime() ?? Number.NaN,
          };
    },
  };
}
