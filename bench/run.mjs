/**
 * `npm run bench -- <name>`: runs one benchmark. Machines are shared and noisy: each figure is told as a ratio against
 * something that runs beside it, in turn.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));

const [name] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(
    `${name === undefined ? 'Name a benchmark' : `No benchmark ${name}`}: npm run bench -- ${names.join(' | ')}`,
  );
  process.exitCode = 1;
} else {
  const { default: bench } = await import(`./${name}.bench.mjs`);
  try {
    await bench();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
