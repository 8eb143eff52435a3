import { cutBytes, fitInto } from './budget';
import { isQuiet } from './counts';
import { listed } from './losses';
import { access, banner, failures, table, warnings } from './markdown-overview';
import { LEVEL, type Piece, type Section, WHAT } from './markdown-section';
import { driftSections, stackSections } from './markdown-stack';
import { plain } from './markdown-text';
import { failingParserSection, parserSection } from './parsers';
import type { PlanReport } from './report';
import { type Severity, verdictOf } from './verdict-line';

export interface MarkdownOptions {
  /**
   * Bytes (UTF-8) that the text has at most, 60,000 unless told otherwise: GitHub takes 65,536 characters in a comment, and
   * 1 MiB in a step summary.
   */
  readonly budgetBytes?: number;
  /** Hash of the commit that was planned. */
  readonly commit?: string;
  /** `https:` address of the run. */
  readonly runUrl?: string;
  readonly now?: Date;
  /** Where more of it stands when this text is too short, as Markdown; the summary of the run unless told otherwise. */
  readonly elsewhere?: string;
}

const BUDGET_BYTES = 60_000;
/** For what is said of what was left out. */
const RESERVE_BYTES = 1_000;
const RESERVE_BYTES_PER_STACK = 80;
const MOST_RESERVE_BYTES = 5_000;

const ICONS: Readonly<Record<Severity, string>> = { failed: '❌', loss: '🛑', destroy: '🟠', change: '🟡', none: '✅' };

/** The first line of an environment's report, by which its comment is found again. */
export function markerOf({ environment, purpose = 'plan' }: Pick<PlanReport, 'environment' | 'purpose'>): string {
  return `<!-- tributary-${purpose}:${environment} -->`;
}

/**
 * The report for a comment or a step summary on GitHub. What does not fit is left out, details before lines, and what is
 * destroyed or has failed last; the text says so, and where the rest is.
 */
export function renderMarkdown(report: PlanReport, options: MarkdownOptions = {}): string {
  const budget = options.budgetBytes ?? BUDGET_BYTES;
  const { severity, text } = verdictOf(report);
  const title = report.purpose === 'drift' ? 'Drift' : 'Plan';
  const head = `${markerOf(report)}\n## ${ICONS[severity]} ${title} of ${plain(report.environment)}: ${text}\n\n`;
  const sections: Section[] = [
    banner(report),
    failures(report),
    failingParserSection(report),
    table(report),
    warnings(report),
    access(report),
    parserSection(report),
    ...stackSections(report),
    ...driftSections(report),
    ...quiet(report),
    footer(report, options),
  ].filter(({ pieces }) => pieces.length > 0);
  const whole = head + sections.map(({ head = '', pieces, tail = '' }) => head + textOf(pieces) + tail).join('');
  if (Buffer.byteLength(whole) <= budget) return whole;
  return cutBytes(head + shorten(sections, budget - Buffer.byteLength(head), report, options), budget);
}

function shorten(sections: readonly Section[], bytes: number, report: PlanReport, options: MarkdownOptions): string {
  const reserve = RESERVE_BYTES + Math.min(MOST_RESERVE_BYTES, RESERVE_BYTES_PER_STACK * report.stacks.length);
  const parts = sections.flatMap(({ head = '', pieces, tail = '' }) => {
    // What frames a section goes when nothing is left in it.
    const last = pieces.reduce((most, { shorter = [] }) => Math.max(most, shorter.at(-1)?.level ?? 0), 0);
    const level = last + 0.5;
    const frame = (text: string): Piece => ({ text, shorter: [{ level, text: '' }] });
    return [frame(head), ...pieces, frame(tail)];
  });
  const { texts, shortened } = fitInto(parts, bytes - reserve);
  const note = leftOut(parts, texts, shortened, report, options);
  let room = bytes - Buffer.byteLength(note) - texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  let start = 0;
  const rendered = sections.map(({ pieces, more }) => {
    const [head = '', ...rest] = texts.slice(start, start + pieces.length + 2);
    start += pieces.length + 2;
    const tail = rest.pop() ?? '';
    if (rest.every((text) => text === '')) return '';
    const gone = pieces.reduce((sum, { resources = 0 }, index) => sum + (rest[index] === '' ? resources : 0), 0);
    const remark = gone > 0 && more ? more(gone) : '';
    const fits = Buffer.byteLength(remark) <= room;
    if (fits) room -= Buffer.byteLength(remark);
    return `${head}${rest.join('')}${fits ? remark : ''}${tail}`;
  });
  return note + rendered.join('');
}

/** What was left out, and where it is. */
function leftOut(
  parts: readonly Piece[],
  texts: readonly string[],
  shortened: ReadonlySet<Piece>,
  { environment }: PlanReport,
  { runUrl, elsewhere }: MarkdownOptions,
): string {
  const counts = new Map<keyof typeof WHAT, number>();
  for (const [index, part] of parts.entries()) {
    if (!shortened.has(part) || part.what === undefined) continue;
    const { resources = 0 } = part;
    const what = resources > 0 && texts[index] !== '' ? 'details' : part.what;
    counts.set(what, (counts.get(what) ?? 0) + (resources || 1));
  }
  const what = [...counts].map(([name, number]) => `${number} ${WHAT[name][number === 1 ? 0 : 1]}`).join(', ');
  const summary =
    runUrl && isAddress(runUrl) ? `the <a href="${plain(runUrl)}">summary of the run</a>` : 'the summary of the run';
  const rest = elsewhere ?? `${summary} has more`;
  return `> [!NOTE]\n> Too long for this place: ${what} left out or shortened; ${rest}, and \`./tributary plan ${plain(environment)}\` shows all.\n\n`;
}

function quiet({ stacks }: PlanReport): Section[] {
  const names = stacks.filter(isQuiet).map(({ stack }) => plain(stack));
  if (names.length === 0) return [];
  const text = `No change in ${names.length} ${names.length === 1 ? 'stack' : 'stacks'}: ${listed(names, 20)}.\n\n`;
  return [{ pieces: [{ text, shorter: [{ level: LEVEL.row, text: '' }] }] }];
}

function footer({ stacks }: PlanReport, { commit, runUrl, now }: MarkdownOptions): Section {
  const origin = [
    commit && `commit <code>${plain(commit.slice(0, 10))}</code>`,
    runUrl && isAddress(runUrl) && `<a href="${plain(runUrl)}">run</a>`,
    now && `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ].filter(Boolean);
  const digests = stacks
    .filter((stack) => stack.digest && !isQuiet(stack))
    .map(({ stack, digest = '' }) => `${plain(stack)} <code>${digest.slice(0, 12)}</code>`);
  const droppable = (text: string, level: number): Piece => ({ text, shorter: [{ level, text: '' }] });
  return {
    pieces: [
      ...(origin.length > 0 ? [droppable(`<sub>${origin.join(' · ')}</sub>\n\n`, LEVEL.last)] : []),
      ...(digests.length > 0 ? [droppable(`<sub>Digests: ${digests.join(', ')}</sub>\n`, LEVEL.section)] : []),
    ],
  };
}

function isAddress(text: string): boolean {
  return /^https:\/\/[^\s()<>"']+$/.test(text);
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
