import type { Position } from '../../cbn/source';
import { logsFile } from './golden';
import { readLogs } from './log-lines';
import { RECEIVED } from './outcome';
import type { Program } from './program';
import { type StatementPlace, statementsOf } from './statements';
import { sampleNames, type TreeParser } from './tree';

/** A statement that no sample reached, or a branch that none took. */
export interface Unreached {
  readonly what: string;
  readonly position: Position;
}

export interface Coverage {
  readonly parser: string;
  readonly file: string;
  readonly logs: number;
  readonly statements: number;
  readonly reached: number;
  readonly branches: number;
  readonly taken: number;
  /** In the order of the file; what stands within an unreached branch is not told again. */
  readonly unreached: readonly Unreached[];
  /** Fields that extraction filters took from samples, dropped ones excepted, and no statement read; sorted. */
  readonly unmapped: readonly string[];
}

/** Runs the samples of a parser and tells what of it they do not try, and what of them it does not use. */
export async function coverageOf(parser: TreeParser, program: Program): Promise<Coverage> {
  const statements = statementsOf(program.parser.tree);
  const ran = new Set<number>();
  const taken = new Set<string>();
  const reads = new Set<string>();
  const extracted = new Set<string>();
  let logs = 0;
  for (const name of sampleNames(parser))
    for await (const { log } of readLogs(logsFile(parser, name))) {
      if (log === undefined) continue;
      logs += 1;
      const { trace, dropped } = program.parser.run(log, { received: RECEIVED, trace: true });
      if (trace === undefined) continue;
      for (const [index, count] of trace.statements.entries()) if (count > 0) ran.add(index);
      for (const [index, counts] of trace.branches)
        for (const [branch, count] of counts.entries()) if (count > 0) taken.add(`${index} ${branch}`);
      for (const token of trace.reads) reads.add(token);
      // Of a log that is dropped nothing is meant to be mapped.
      if (dropped === undefined) for (const field of trace.extracted) extracted.add(field);
    }
  const branches = statements.flatMap(({ index, branches }) =>
    branches.map((branch, number) => ({ ...branch, parent: index, isTaken: taken.has(`${index} ${number}`) })),
  );
  const unreached = [
    ...branches.filter(({ parent, isTaken }) => ran.has(parent) && !isTaken),
    ...statements.filter(({ index, within }) => !ran.has(index) && isOpen(within, taken)),
  ];
  return {
    parser: parser.name,
    file: program.parser.source.name,
    logs,
    statements: statements.length,
    reached: statements.filter(({ index }) => ran.has(index)).length,
    branches: branches.length,
    taken: branches.filter(({ isTaken }) => isTaken).length,
    unreached: unreached
      .map(({ what, position }) => ({ what, position }))
      .sort((one, other) => one.position.offset - other.position.offset),
    unmapped: [...extracted].filter((field) => !isRead(field, reads)).sort(),
  };
}

/** Whether the branch was taken: what stands in another one needs no word of its own. */
function isOpen(within: StatementPlace['within'], taken: ReadonlySet<string>): boolean {
  return within === undefined || taken.has(`${within.index} ${within.branch}`);
}

/** A field is read as itself, as a part of what is read, or element by element. */
function isRead(field: string, reads: ReadonlySet<string>): boolean {
  const segments = field.replaceAll('[]', '.[]').split('.');
  const patterns = [...reads];
  return patterns.some((token) => {
    const read = token.split('.');
    return read.length <= segments.length && read.every((part, at) => part === segments[at] || segments[at] === '[]');
  });
}
