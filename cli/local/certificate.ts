import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Files of a certificate for https://127.0.0.1, in PEM. */
export interface LoopbackCertificate {
  /** The authority that made it, for clients to trust. */
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * Makes a certificate for 127.0.0.1 in a folder, with an authority of its own that is thrown away. Node can read
 * certificates but not make them; trustme, among the emulators' Python packages, can.
 */
export async function makeLoopbackCertificate(python: string, folder: string): Promise<LoopbackCertificate> {
  await promisify(execFile)(python, ['-I', '-m', 'trustme', '--quiet', '--dir', folder, '--identities', '127.0.0.1']);
  return {
    caFile: join(folder, 'client.pem'),
    certificateFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server.key'),
  };
}
