import type { SecopsExtension, SecopsParser } from './secops';

/** What lies between a choice and SecOps. */
export type Aim =
  /** It is active: nothing to do. */
  | { readonly state: 'active'; readonly name: string }
  /** It is there, and can be activated. */
  | { readonly state: 'ready'; readonly name: string }
  /** SecOps has not tried it yet, or is at it. */
  | { readonly state: 'validating'; readonly name: string; readonly stage: string }
  /** A custom parser is to be deactivated for the prebuilt one to be active. */
  | { readonly state: 'custom in the way'; readonly name: string }
  /** SecOps tried it, and does not take it. */
  | { readonly state: 'rejected'; readonly name: string; readonly stage: string; readonly report?: string }
  /** It is not in SecOps. */
  | { readonly state: 'missing' };

/** A parser or an extension, whichever it is. */
interface Candidate {
  readonly name: string;
  readonly state: 'active' | 'ready' | 'validating' | 'rejected';
  readonly stage: string;
  readonly code: string;
  readonly createTime: string;
  readonly report?: string;
}

/**
 * What is to be done for a parser to be active.
 * @param code of a custom one; undefined: the prebuilt one is wanted
 */
export function aimOfParser(code: string | undefined, parsers: readonly SecopsParser[]): Aim {
  if (code !== undefined) return aimOf(code, parsers.filter(isCustom).map(candidateOfParser));
  const active = parsers.find(({ state }) => state === 'ACTIVE');
  if (active !== undefined) return { state: isCustom(active) ? 'custom in the way' : 'active', name: active.name };
  const release = parsers.find((parser) => !isCustom(parser) && parser.releaseStage === 'RELEASE');
  return release === undefined ? { state: 'missing' } : { state: 'ready', name: release.name };
}

/** What is to be done for an extension to be live. */
export function aimOfExtension(code: string, extensions: readonly SecopsExtension[]): Aim {
  return aimOf(code, extensions.map(candidateOfExtension));
}

/** Of several with this code the one that is nearest to being active; of equals the newest. */
function aimOf(code: string, candidates: readonly Candidate[]): Aim {
  const order = ['active', 'ready', 'validating', 'rejected'];
  const [best] = candidates
    .filter((one) => one.code === code)
    .sort(
      (one, other) =>
        order.indexOf(one.state) - order.indexOf(other.state) || (one.createTime < other.createTime ? 1 : -1),
    );
  if (best === undefined) return { state: 'missing' };
  const { name, state, stage, report } = best;
  if (state === 'validating') return { state, name, stage };
  return state === 'rejected' ? { state, name, stage, ...(report && { report }) } : { state, name };
}

const VALIDATING = ['NEW', 'VALIDATING'];
const REJECTED = ['FAILED', 'DELETE_CANDIDATE', 'FAULTY', 'REJECTED', 'INTERNAL_ERROR'];

function candidateOfParser(parser: SecopsParser): Candidate {
  const stage = parser.validationStage ?? parser.releaseStage ?? '';
  return {
    ...candidate(parser, parser.cbn, stage, parser.state === 'ACTIVE'),
    ...(parser.validationReport && { report: parser.validationReport }),
  };
}

function candidateOfExtension(extension: SecopsExtension): Candidate {
  const stage = extension.state ?? '';
  const report = extension.validationReport || extension.extensionValidationReport;
  return { ...candidate(extension, extension.cbnSnippet, stage, stage === 'LIVE'), ...(report && { report }) };
}

function candidate(
  { name, createTime = '' }: Pick<SecopsParser, 'name' | 'createTime'>,
  code = '',
  stage: string,
  isActive: boolean,
): Candidate {
  const waiting = VALIDATING.includes(stage) ? 'validating' : REJECTED.includes(stage) ? 'rejected' : 'ready';
  return {
    name,
    createTime,
    stage,
    code: Buffer.from(code, 'base64').toString('utf8'),
    state: isActive ? 'active' : waiting,
  };
}

function isCustom({ type }: SecopsParser): boolean {
  return type === 'CUSTOM';
}
