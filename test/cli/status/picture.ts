import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  /** The colours of a column from top to bottom, each once, as `#rrggbb`. */
  column(x: number): string[];
  /** Whether any point has this colour. */
  has(color: string): boolean;
}

/** Reads a PNG as Chromium writes it: eight bits a channel, with or without transparency, not interlaced. */
export function readPng(png: Buffer): Picture {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = { 2: 3, 6: 4 }[png.readUInt8(25)];
  if (channels === undefined || png.readUInt8(24) !== 8) throw new Error('a PNG of another kind');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const points = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const colorAt = (offset: number) => points.readUIntBE(offset, 3);
  return {
    width,
    column: (x) => {
      const colors = Array.from({ length: height }, (_, y) => colorAt((y * width + x) * channels));
      return [...new Set(colors)].map((color) => `#${color.toString(16).padStart(6, '0')}`);
    },
    has: (color) => {
      const wanted = Number.parseInt(color.slice(1), 16);
      for (let offset = 0; offset < points.length; offset += channels) if (colorAt(offset) === wanted) return true;
      return false;
    },
  };
}

/** Undoes the filter of each line (www.w3.org/TR/png, "Filter types"). */
function unfilter(raw: Buffer, line: number, height: number, step: number): Buffer {
  const out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const type = raw[y * (line + 1)] ?? 0;
    for (let x = 0; x < line; x++) {
      const left = x >= step ? (out[y * line + x - step] ?? 0) : 0;
      const up = y > 0 ? (out[(y - 1) * line + x] ?? 0) : 0;
      const corner = x >= step && y > 0 ? (out[(y - 1) * line + x - step] ?? 0) : 0;
      out[y * line + x] = (raw[y * (line + 1) + 1 + x] ?? 0) + guess(type, left, up, corner);
    }
  }
  return out;
}

function guess(type: number, left: number, up: number, corner: number): number {
  if (type === 1) return left;
  if (type === 2) return up;
  if (type === 3) return (left + up) >> 1;
  return type === 4 ? paeth(left, up, corner) : 0;
}

function paeth(left: number, up: number, corner: number): number {
  const base = left + up - corner;
  const [a, b, c] = [Math.abs(base - left), Math.abs(base - up), Math.abs(base - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
