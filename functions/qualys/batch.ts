import { createGzip, type Gzip } from 'node:zlib';
import type { QualysRecord } from './answer';
import { CollectorError } from './contract';
import type { Feed } from './feeds';

/** Google SecOps feeds fail on a longer line, with `MaxLogLineSize4MBExceeded`. In bytes, the line end included. */
export const MAX_LINE_BYTES = 4_000_000;

/**
 * Records on their way into one object, of which only the compressed lines are kept. One batch serves a whole run: what
 * comes by the thousand, page after page and object after object, uses the same two buffers.
 */
export class Batch {
  /** The first record, without which there is no batch. */
  first?: QualysRecord;
  last?: QualysRecord;
  records = 0;
  /** More than records where one of them has several. */
  lineCount = 0;
  /** Of one page. */
  private readonly lines = new GrowingBuffer();
  private readonly compressed = new GrowingBuffer();
  private gzip?: Gzip;

  constructor(private readonly feed: Feed) {}

  /** Compressed bytes so far; the compressor holds some back. */
  get bytes(): number {
    return this.compressed.length;
  }

  /**
   * Adds records behind those that are there.
   *
   * @throws CollectorError `record_too_large`; the records before that one are in the batch
   */
  async add(records: readonly QualysRecord[]): Promise<void> {
    this.gzip ??= createGzip({ level: COMPRESSION_LEVEL, chunkSize: CHUNK_BYTES }).on('data', (chunk: Buffer) =>
      this.compressed.append(chunk),
    );
    const { gzip, lines } = this;
    lines.clear();
    try {
      for (const record of records) {
        lines.append(this.line(record));
        lines.append(LINE_END);
        this.first ??= record;
        this.last = record;
        this.records += 1;
        this.lineCount += record.lines ?? 1;
      }
    } finally {
      await new Promise<void>((resolve) => gzip.write(lines.content, () => resolve()));
    }
  }

  /** The object's content, until the batch is cleared. Nothing can be added before. */
  async content(): Promise<Buffer> {
    const { gzip } = this;
    if (gzip) await new Promise((resolve, reject) => gzip.once('end', resolve).once('error', reject).end());
    return this.compressed.content;
  }

  /** Begins the next object. */
  clear(): void {
    this.gzip = undefined;
    this.first = undefined;
    this.last = undefined;
    this.records = 0;
    this.lineCount = 0;
    this.compressed.clear();
  }

  private line(record: QualysRecord): Buffer {
    const line = this.feed.line(record);
    if (record.lines === undefined) checkLine(record.id, line);
    return line;
  }
}

/** @throws CollectorError `record_too_large` if SecOps would refuse a line, which is given without its end */
export function checkLine(id: string, line: { length: number }): void {
  const bytes = line.length + LINE_END.length;
  if (bytes > MAX_LINE_BYTES) throw new CollectorError('record_too_large', `Record ${id} has ${bytes} bytes.`);
}

const LINE_END = Buffer.from('\n');

/** Of zlib's output, in bytes. */
const CHUNK_BYTES = 64 * 1024;

/** Of zlib, 1 to 9: alerts become 18 % larger than at 6, its default, in half the time. */
const COMPRESSION_LEVEL = 3;

/** Bytes in a row, in memory that grows with the most that it ever held and is used again. */
class GrowingBuffer {
  length = 0;
  private memory = Buffer.alloc(0);

  /** Valid until the next change. */
  get content(): Buffer {
    return this.memory.subarray(0, this.length);
  }

  append(bytes: Buffer): void {
    const length = this.length + bytes.length;
    if (length > this.memory.length) {
      const larger = Buffer.allocUnsafe(Math.ceil(1.5 * length));
      this.memory.copy(larger, 0, 0, this.length);
      this.memory = larger;
    }
    bytes.copy(this.memory, this.length);
    this.length = length;
  }

  clear(): void {
    this.length = 0;
  }
}
