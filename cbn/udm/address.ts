import { isIP } from 'node:net';

/** Whether text is an IPv4 or IPv6 address; a zone (`fe80::1%eth0`) is none, as for Go's `net.ParseIP`. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

const MAC =
  /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?$|^(?:[0-9a-f]{4}\.){2,3}[0-9a-f]{4}$|^[0-9a-f]{12}$/i;

/** Whether text is a MAC address of 6 or 8 bytes: with colons, hyphens, dots (`0123.4567.89ab`), or of 6 with nothing. */
export function isMac(text: string): boolean {
  return text.length <= 23 && MAC.test(text);
}
