import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';

export interface AcceptedFinding {
  /** Id of the check, such as `CKV_AWS_144`. */
  readonly check: string;
  /** Type of the resource, such as `aws_s3_bucket`. */
  readonly type: string;
  /** Part of the resource's name that it holds for; empty: all of the type. */
  readonly name: string;
  readonly reason: string;
}

export interface FailedCheck {
  readonly check: string;
  /** Address in the plan: `aws_s3_bucket.logs_bucket_5A22438C`. */
  readonly resource: string;
}

const COMMENT = /^\s*\/\/ checkov:skip=(\w+)(?:\(([\w-]+)\))?: (.+)$/;
const CONTINUATION = /^\s*\/\/ (.+)$/;
const IMPORT = /import \{([^}]*)\} from '@cdktf\/provider-aws\/lib\/([\w-]+)'/g;

/**
 * The findings of checkov that the project accepts. Each stands as a comment directly above the resource that it
 * concerns, in the constructs of AWS: `// checkov:skip=<id>: <reason>`, or `// checkov:skip=<id>(<part of the
 * resource's name>): <reason>`; further comment lines go on with the reason.
 */
export function acceptedFindings(): AcceptedFinding[] {
  const folder = join(projectRoot, 'constructs', 'aws');
  return readdirSync(folder).flatMap((file) => findingsIn(readFileSync(join(folder, file), 'utf8')));
}

/** The findings that one source file accepts. @throws Error for a reason that stands above no resource. */
export function findingsIn(source: string): AcceptedFinding[] {
  const types = new Map(
    [...source.matchAll(IMPORT)].flatMap(([, names = '', module = '']) =>
      names.split(/[\s,]+/).map((name) => [name, `aws_${module.replaceAll('-', '_')}`] as const),
    ),
  );
  const findings: AcceptedFinding[] = [];
  let above: Omit<AcceptedFinding, 'type'>[] = [];
  for (const line of source.split('\n')) {
    const [, check, name = '', text = ''] = COMMENT.exec(line) ?? [];
    const [, more] = CONTINUATION.exec(line) ?? [];
    const last = above.at(-1);
    if (check !== undefined) above.push({ check, name, reason: text });
    else if (last !== undefined && more !== undefined)
      above = [...above.slice(0, -1), { ...last, reason: `${last.reason} ${more}` }];
    else if (last !== undefined) {
      const type = types.get(/new (\w+)\(/.exec(line)?.[1] ?? '');
      if (type === undefined) throw new Error(`checkov:skip=${last.check} stands above no resource: ${line.trim()}`);
      findings.push(...above.map((finding) => ({ ...finding, type })));
      above = [];
    }
  }
  return findings;
}

/** What failed without a reason, and the reasons for which nothing failed. */
export function judge(failed: readonly FailedCheck[], accepted: readonly AcceptedFinding[]) {
  const covers = ({ check, type, name }: AcceptedFinding, failure: FailedCheck) => {
    const [failedType, failedName = ''] = failure.resource.split('.');
    return check === failure.check && type === failedType && failedName.includes(name);
  };
  return {
    withoutReason: failed
      .filter((failure) => !accepted.some((finding) => covers(finding, failure)))
      .map(({ check, resource }) => `${check} ${resource}`),
    withoutFinding: accepted
      .filter((finding) => !failed.some((failure) => covers(finding, failure)))
      .map(({ check, type, name }) => `${check} ${type} ${name}`),
  };
}
