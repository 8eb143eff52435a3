/**
 * Keeps one comment on a pull request that tells what it changes in every environment: written once, rewritten with each
 * push. Variables: PULL_REQUEST (number), HEAD_SHA, TRIBUTARY_ENVIRONMENT_NAMES (JSON list, their order is that of the
 * comment), REPORTS (folder with `plan-<env>/report.md`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitHubError, isOwn, list, repositoryPath, request, required, run, runAddress } from './github.mjs';

const MARKER = '<!-- tributary plan -->';
/** GitHub refuses 65,536 characters; as bytes, which are never fewer. */
const MOST_BYTES = 65_000;
const ATTEMPTS = 3;

await run(async () => {
  const names = JSON.parse(required('TRIBUTARY_ENVIRONMENT_NAMES'));
  const path = `${repositoryPath()}/issues/${required('PULL_REQUEST')}/comments`;
  await upsert(path, compose(names));
});

/** @param {readonly string[]} names */
function compose(names) {
  const plans = names.map(readPlan);
  const footer = `<sub>Plan of ${required('HEAD_SHA').slice(0, 7)} · [run](${runAddress()}) · ${now()}</sub>`;
  const parts = plans.every(({ outcome }) => outcome === 'unchanged')
    ? [`**Nothing changes** in ${names.join(', ')}.`]
    : shorten(plans).map(({ text }) => text);
  return [MARKER, ...parts, footer].join('\n\n');
}

/**
 * @typedef {object} Plan
 * @property {string} name of the environment
 * @property {'unchanged' | 'changed' | 'failed'} outcome
 * @property {string} text Markdown
 */

/**
 * A report ends with the command's exit code, which the workflow writes behind everything that the plan itself says.
 *
 * @param {string} name
 * @returns {Plan}
 */
function readPlan(name) {
  const file = join(required('REPORTS'), `plan-${name}`, 'report.md');
  const report = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [, text = '', code] = /^([\s\S]*)\n<!-- exit (\d+) -->\s*$/.exec(report) ?? [];
  if (code === '0') return { name, outcome: 'unchanged', text: `**${name}**: nothing changes.` };
  const failed = `**${name} could not be planned**: see the [run](${runAddress()}).`;
  if (code === '2' && text.trim() !== '') return { name, outcome: 'changed', text: text.trim() };
  return { name, outcome: 'failed', text: [failed, text.trim()].join('\n\n').trim() };
}

/**
 * Reports keep within their budgets; should they not, the longest give way to a link, until all fit.
 *
 * @param {readonly Plan[]} plans
 * @returns {readonly Plan[]}
 */
function shorten(plans) {
  if (plans.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 2, 500) <= MOST_BYTES) return plans;
  const longest = plans.reduce((one, other) => (other.text.length > one.text.length ? other : one));
  const text = `**${longest.name}**: the report is too long for a comment: see the summary of the [run](${runAddress()}).`;
  return shorten(plans.map((plan) => (plan === longest ? { ...plan, text } : plan)));
}

/** Minutes are enough: `2026-11-26 21:54 UTC`. */
function now() {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * Anew from the search when the comment was deleted meanwhile, or when nobody can tell whether it was made.
 *
 * @param {string} path of the pull request's comments
 * @param {string} body
 */
async function upsert(path, body, attempt = 1) {
  const [first, ...others] = (await list(path)).filter((comment) => isOwn(comment) && comment.body?.startsWith(MARKER));
  try {
    if (first) await request('PATCH', `${repositoryPath()}/issues/comments/${first.id}`, { body });
    else await request('POST', path, { body });
  } catch (error) {
    const status = error instanceof GitHubError ? error.status : undefined;
    const isUnsettled = first ? status === 404 : status !== undefined && (status === 0 || status >= 500);
    if (!isUnsettled || attempt === ATTEMPTS) throw error;
    return upsert(path, body, attempt + 1);
  }
  for (const { id } of others) await request('DELETE', `${repositoryPath()}/issues/comments/${id}`);
}
