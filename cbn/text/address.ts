const BYTE = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/**
 * An IPv4 or IPv6 address in the form that Go's `net.IP` prints: lower case, the longest run of zero groups left out, an
 * IPv4 address in an IPv6 one as IPv4. Undefined when it is none: a zone, a length of a network and leading zeros of an IPv4
 * address are refused, as by `net.ParseIP`.
 */
export function parseIp(text: string): string | undefined {
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  return bytes && ipOfBytes(bytes);
}

/** The address that 4 or 16 bytes are; undefined for any other number of them. */
export function ipOfBytes(bytes: ArrayLike<number>): string | undefined {
  const all = Array.from(bytes);
  if (all.length === 4) return all.join('.');
  if (all.length !== 16) return undefined;
  if (all.slice(0, 10).every((byte) => byte === 0) && all[10] === 255 && all[11] === 255)
    return all.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((all[2 * index] ?? 0) << 8) | (all[2 * index + 1] ?? 0));
  const run = longestRunOfZeros(groups);
  const print = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return run.length < 2
    ? print(groups)
    : `${print(groups.slice(0, run.at))}::${print(groups.slice(run.at + run.length))}`;
}

/** A MAC address of 6, 8 or 20 bytes, with `:`, `-` or Cisco's dots, as Go's `net.ParseMAC` reads and prints it. */
export function parseMac(text: string): string | undefined {
  const lower = text.toLowerCase();
  const pairs = /^[0-9a-f]{4}(?:\.[0-9a-f]{4})+$/.test(lower)
    ? lower.replaceAll('.', '').match(/../g)
    : /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2})*$/.test(lower)
      ? lower.split(/[:-]/)
      : null;
  return pairs !== null && [6, 8, 20].includes(pairs.length) ? pairs.join(':') : undefined;
}

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groupBytes(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])] : undefined;
}

function groupBytes(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const bytes: number[] = [];
  for (const [index, part] of parts.entries()) {
    const ipv4 = last && index === parts.length - 1 && part.includes('.') ? ipv4Bytes(part) : undefined;
    if (ipv4 !== undefined) bytes.push(...ipv4);
    else if (GROUP.test(part)) bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return undefined;
  }
  return bytes.length <= 16 ? bytes : undefined;
}

function longestRunOfZeros(groups: readonly number[]): { at: number; length: number } {
  let longest = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let end = at;
    while (groups[end] === 0) end++;
    if (end - at > longest.length) longest = { at, length: end - at };
    at = Math.max(at, end - 1);
  }
  return longest;
}
