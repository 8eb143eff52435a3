/**
 * Has the runner mask every text within JSON secrets: `node mask.mjs TF_VAR_taegis_keys …`, names of variables. The runner
 * knows each secret as a whole only. (docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands,
 * "Masking a value in a log")
 */
import { run } from './github.mjs';

/** Shorter ones stand in too many words that are no secrets. */
const SHORTEST = 8;

await run(() => {
  const texts = process.argv.slice(2).flatMap((name) => textsIn(process.env[name] ?? ''));
  const lines = texts.flatMap((text) => text.split(/\r?\n/)).filter((line) => line.length >= SHORTEST);
  for (const line of new Set(lines)) console.log(`::add-mask::${line.replaceAll('%', '%25')}`);
});

/**
 * @param {string} value
 * @returns {string[]}
 */
function textsIn(value) {
  try {
    return leaves(JSON.parse(value));
  } catch {
    return [];
  }
}

/**
 * @param {unknown} part
 * @returns {string[]}
 */
function leaves(part) {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(leaves) : [];
}
