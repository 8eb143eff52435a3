import { createGzip, type Gzip } from 'node:zlib';
import type { QualysRecord } from './client';
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
  private readonly gzip: Gzip;
  private readonly ended: Promise<void>;

  constructor(private readonly feed: Feed) {
    this.gzip = createGzip({ level: COMPRESSION_LEVEL });
    this.ended = new Promise((resolve, reject) => this.gzip.once('end', resolve).once('error', reject));
    this.gzip.on('data', (chunk: Buffer) => this.chunks.push(chunk));
  }

  /** Compressed bytes so far; the compressor holds some back. */
  get bytes(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * Adds records behind those that are there.
   *
   * @throws CollectorError `record_too_large`; the records before that one are in the batch
   */
  async add(records: readonly QualysRecord[]): Promise<void> {
    let lines = '';
    try {
      for (const record of records) {
        lines += this.line(record);
        this.first ??= record;
        this.last = record;
        this.records += 1;
      }
    } finally {
      await new Promise<void>((resolve) => this.gzip.write(lines, () => resolve()));
    }
  }

  /** The object's content. Nothing can be added afterwards. */
  async content(): Promise<Buffer> {
    this.gzip.end();
    await this.ended;
    return Buffer.concat(this.chunks);
  }

  private line(record: QualysRecord): string {
    const line = `${this.feed.line(record)}\n`;
    // No character has more than three bytes in UTF-8 for each of its UTF-16 units.
    const bytes = line.length * 3 > MAX_LINE_BYTES ? Buffer.byteLength(line) : 0;
    if (bytes > MAX_LINE_BYTES) {
      throw new CollectorError('record_too_large', `Record ${record.id} has ${bytes} bytes.`);
    }
    return line;
  }
}

/** Of zlib, 1 to 9. */
const COMPRESSION_LEVEL = 6;
