import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CollectorError, PLACEHOLDER_SECRET } from './contract';

export interface Credentials {
  username: string;
  password: string;
}

/** @throws CollectorError `credentials_missing` that names every secret without content */
export async function readCredentials(usernameFile: string, passwordFile: string): Promise<Credentials> {
  const [username, password] = await Promise.all([readSecret(usernameFile), readSecret(passwordFile)]);
  if (username && password) return { username, password };
  const missing = [!username && usernameFile, !password && passwordFile].filter(Boolean);
  throw new CollectorError('credentials_missing', `No secret is filled in at ${missing.join(' and ')}.`);
}

/** The secret without the newline that editors and `echo` put at its end; undefined if nobody has filled it in. */
async function readSecret(file: string): Promise<string | undefined> {
  const content = await readFile(file, 'utf8').catch(() => '');
  const secret = content.replace(/\r?\n$/, '');
  return secret === '' || secret === PLACEHOLDER_SECRET ? undefined : secret;
}

/** Node's defaults: 16 MiB and some 50 ms for each guess at a password. */
function hash({ username, password }: Credentials, salt: Buffer): Buffer {
  return scryptSync(JSON.stringify([username, password]), salt, 32);
}

/** `<salt>:<hash>` in hex: tells these credentials from others without giving them away. */
export function fingerprint(credentials: Credentials): string {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${hash(credentials, salt).toString('hex')}`;
}

/** Whether a fingerprint is of these credentials. */
export function matches(credentials: Credentials, expected: string): boolean {
  const [salt = '', hashed = ''] = expected.split(':');
  const actual = hash(credentials, Buffer.from(salt, 'hex'));
  const wanted = Buffer.from(hashed, 'hex');
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}
