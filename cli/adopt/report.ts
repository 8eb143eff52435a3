import type { AddedLine } from '../environment-file';
import type { Finding } from './finding';

/** The file says one thing, the cloud another. */
export interface Conflict {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly stands: unknown;
  /** null: nothing may stand there. */
  readonly found: string | number | null;
}

/** Something under another name than the stack's that may be what the stack would make. */
export interface Similar {
  /** Its kind, as in a finding. */
  readonly thing: string;
  /** Its name, and where it is. */
  readonly name: string;
  /** The setting that takes its name: `qualys.names.function`. */
  readonly setting: string;
}

/** What adopt did, or would do. */
export interface Adoption {
  readonly environment: string;
  /** The environment file, as the user would name it. */
  readonly file: string;
  readonly dryRun: boolean;
  readonly found: readonly Finding[];
  readonly similar?: readonly Similar[];
  /** What is to be known where nothing was found, for people. */
  readonly notes?: readonly string[];
  /** With any of these nothing was written. */
  readonly conflicts: readonly Conflict[];
  readonly lines: readonly AddedLine[];
  /** The command that shows what a deploy will do. */
  readonly next: string;
}

/** The same for people. */
export function renderAdoption({ file, dryRun, found, conflicts, lines, next, notes = [] }: Adoption): string {
  const warnings = new Set(found.flatMap((finding) => finding.warnings));
  const parts = [
    table(found.map(({ thing, name, state }) => [thing, name, state])),
    ...[...warnings].map((warning) => `Warning: ${warning}`),
    ...notes,
  ];
  if (conflicts.length > 0)
    return [
      ...parts,
      `Nothing was written: ${file} says something else. Take out what is wrong there, and adopt again.`,
      ...conflicts.map((conflict) => renderConflict(file, conflict)),
    ].join('\n\n');
  return [
    ...parts,
    lines.length === 0
      ? `${file} says all of it already: nothing to write.`
      : `${file}, ${dryRun ? 'lines that would be written' : 'lines written'}:\n${numbered(lines)}`,
    `Next: ${dryRun && lines.length > 0 ? 'the same without --dry-run' : `${next} (what exists: "will be imported")`}`,
  ].join('\n\n');
}

function renderConflict(file: string, { path, line, stands, found }: Conflict): string {
  return [
    `${file}:${line}  ${path}`,
    `    stands    ${typeof stands === 'string' ? stands : JSON.stringify(stands)}`,
    `    found     ${found ?? 'nothing; take the line out'}`,
  ].join('\n');
}

function numbered(lines: readonly AddedLine[]): string {
  const width = String(lines.at(-1)?.line ?? 0).length;
  return lines.map(({ line, text }) => `  ${String(line).padStart(width)}  ${text}`).join('\n');
}

/** Rows of two columns and a rest, indented. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
