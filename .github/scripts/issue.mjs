/**
 * Keeps an issue for what a check found: opened, rewritten with each run, closed when all is well. A check that fails tells
 * nothing of what it checks: it gets an issue of its own, and the other one stays as it is.
 *
 * `node issue.mjs drift|health`. Variables: ENVIRONMENT, PIPELINE, EXIT_CODE (empty when the command was not reached),
 * REPORT (file with what the command found; may be missing).
 */
import { existsSync, readFileSync } from 'node:fs';
import { isOwn, list, repositoryPath, request, required, run, runAddress } from './github.mjs';

/** GitHub refuses 65,536 characters; as bytes, which are never fewer. */
const MOST_BYTES = 60_000;

/**
 * @typedef {object} Check
 * @property {(code: string, report: string) => 'good' | 'found' | 'failed'} judge
 * @property {string} found title, after the name of the stack
 * @property {string} failed
 * @property {string} todo what to do about what was found
 * @property {(report: string) => string} show the report as Markdown
 */

/** @type {Readonly<Record<string, Check>>} */
const CHECKS = {
  drift: {
    judge: (code) => (code === '0' ? 'good' : code === '2' ? 'found' : 'failed'),
    found: 'changed outside of Terraform',
    failed: 'could not be checked for drift',
    todo:
      'Deploy, which takes it back, or bring the environment file to it. This issue is rewritten every night, and closed ' +
      'when nothing differs any more.',
    show: (report) => report,
  },
  health: {
    // A command that fails before it could look ends with 1, too, but has found nothing.
    judge: (code, report) => (code === '0' ? 'good' : code === '1' && report !== '' ? 'found' : 'failed'),
    found: 'does not deliver as it should',
    failed: 'could not be checked for health',
    todo: 'The runbooks are in `docs/runbooks`. This issue is rewritten every hour, and closed when the pipeline is healthy.',
    show: fenced,
  },
};

await run(async () => {
  const [kind = ''] = process.argv.slice(2);
  const check = CHECKS[kind];
  if (check === undefined) throw new Error(`issue.mjs ${kind}: expected ${Object.keys(CHECKS).join(' or ')}.`);
  const stack = `${required('ENVIRONMENT')}-${required('PIPELINE')}`;
  const code = process.env.EXIT_CODE ?? '';
  const report = readReport();
  const state = check.judge(code, report);
  const shown = report === '' ? '' : check.show(shorten(report));

  if (state === 'found') await upsert(kind, stack, 'found', `${stack} ${check.found}`, [shown, check.todo]);
  if (state === 'failed')
    await upsert(kind, stack, 'failed', `${stack} ${check.failed}`, [
      `The command ${code === '' ? 'was not reached' : `ended with ${code}`}, and what it looks at may be well or not. ` +
        `Its log: ${runAddress()}`,
      shown,
      'This issue is closed by the next run that can tell.',
    ]);
  else await close(kind, stack, 'failed');
  if (state === 'good') await close(kind, stack, 'found');
});

function readReport() {
  const file = required('REPORT');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

/**
 * Whole lines, as many as an issue takes.
 *
 * @param {string} report
 */
function shorten(report) {
  if (Buffer.byteLength(report) <= MOST_BYTES) return report;
  const kept = Buffer.from(report).subarray(0, MOST_BYTES).toString();
  return `${kept.slice(0, kept.lastIndexOf('\n'))}\n\n… and more: see the run.`;
}

/**
 * As it was printed: nothing in it is Markdown, and nobody is mentioned by it.
 *
 * @param {string} text
 */
function fenced(text) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/**
 * @param {string} kind of check
 * @param {string} stack
 * @param {'found' | 'failed'} state
 * @param {string} title
 * @param {readonly string[]} parts
 */
async function upsert(kind, stack, state, title, parts) {
  const seen = `<sub>Last seen: [run](${runAddress()}), ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC</sub>`;
  const body = [markerOf(kind, stack, state), ...parts.filter((part) => part !== ''), seen].join('\n\n');
  const [issue] = await find(kind, stack, state);
  if (issue) {
    await request('PATCH', `${repositoryPath()}/issues/${issue.number}`, { title, body });
    console.log(`Issue ${issue.number} updated: ${title}`);
  } else {
    const { number } = await request('POST', `${repositoryPath()}/issues`, { title, body, labels: [labelOf(kind)] });
    console.log(`Issue ${number} opened: ${title}`);
  }
}

/**
 * @param {string} kind
 * @param {string} stack
 * @param {'found' | 'failed'} state
 */
async function close(kind, stack, state) {
  for (const { number } of await find(kind, stack, state)) {
    await request('POST', `${repositoryPath()}/issues/${number}/comments`, { body: `No more, says ${runAddress()}` });
    await request('PATCH', `${repositoryPath()}/issues/${number}`, { state: 'closed', state_reason: 'completed' });
    console.log(`Issue ${number} closed`);
  }
}

/**
 * The open issues that this script made for it, oldest first: one, unless two runs met.
 *
 * @param {string} kind
 * @param {string} stack
 * @param {'found' | 'failed'} state
 */
async function find(kind, stack, state) {
  const issues = await list(`${repositoryPath()}/issues?state=open&labels=${labelOf(kind)}&sort=created&direction=asc`);
  const marker = markerOf(kind, stack, state);
  return issues.filter((issue) => isOwn(issue) && !issue.pull_request && issue.body?.startsWith(marker));
}

/** @param {string} kind */
function labelOf(kind) {
  return `tributary-${kind}`;
}

/**
 * @param {string} kind
 * @param {string} stack
 * @param {string} state
 */
function markerOf(kind, stack, state) {
  return `<!-- tributary ${kind} ${state} ${stack} -->`;
}
