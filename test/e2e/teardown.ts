import { rmSync } from 'node:fs';
import { readReadiness } from './readiness';

export default function teardown(): void {
  rmSync(readReadiness().folder, { recursive: true, force: true });
}
