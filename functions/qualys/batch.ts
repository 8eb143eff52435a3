import type { WritableOptions } from 'node:stream';
import { createGzip, type Gzip, type ZlibOptions } from 'node:zlib';
import type { QualysRecord } from './answer';
import { CollectorError } from './contract';
import type { Feed } from './feeds';

/** Google SecOps feeds fail on a longer line, with `MaxLogLineSize4MBExceeded`. In bytes, the line end included. */
export const MAX_LINE_BYTES = 4_000_000;

/** Records on their way into one object: only their compressed lines are kept. */
export class Batch {
  /** The first record, without which there is no batch. */
  first?: QualysRecord;
  last?: QualysRecord;
  records = 0;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private readonly gzip: Gzip;
  private readonly ended: Promise<void>;

  constructor(private readonly feed: Feed) {
    const options: ZlibOptions & WritableOptions = {
      level: COMPRESSION_LEVEL,
      chunkSize: CHUNK_BYTES,
      highWaterMark: WAITING_BYTES,
    };
    this.gzip = createGzip(options);
    this.ended = new Promise((resolve, reject) => this.gzip.once('end', resolve).once('error', reject));
    this.gzip.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.size += chunk.length;
    });
  }

  /** Compressed bytes so far; the compressor holds some back. */
  get bytes(): number {
    return this.size;
  }

  /**
   * Adds records behind those that are there. Compressing goes on while the next ones are fetched.
   *
   * @throws CollectorError `record_too_large`; the records before that one are in the batch
   */
  async add(records: readonly QualysRecord[]): Promise<void> {
    const lines: Buffer[] = [];
    try {
      for (const record of records) {
        lines.push(this.line(record), LINE_END);
        this.first ??= record;
        this.last = record;
        this.records += 1;
      }
    } finally {
      if (!this.gzip.write(Buffer.concat(lines))) await new Promise((resolve) => this.gzip.once('drain', resolve));
    }
  }

  /** The object's content. Nothing can be added afterwards. */
  async content(): Promise<Buffer> {
    this.gzip.end();
    await this.ended;
    return Buffer.concat(this.chunks);
  }

  private line(record: QualysRecord): Buffer {
    const line = this.feed.line(record);
    const bytes = line.length + LINE_END.length;
    if (bytes > MAX_LINE_BYTES) {
      throw new CollectorError('record_too_large', `Record ${record.id} has ${bytes} bytes.`);
    }
    return line;
  }
}

const LINE_END = Buffer.from('\n');

/** Lines that may wait for the compressor, in bytes: about two pages. */
const WAITING_BYTES = 1024 * 1024;

/** Of zlib's output, in bytes. */
const CHUNK_BYTES = 64 * 1024;

/** Of zlib, 1 to 9: alerts become 18 % larger than at 6, its default, in half the time. */
const COMPRESSION_LEVEL = 3;
