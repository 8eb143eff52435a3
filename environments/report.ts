/** One thing that is wrong with an environment file. */
export interface Problem {
  /** The file as the user would name it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** Where in the document, such as `cloudflare.zones[0].datasets`; empty for the document itself. */
  readonly path: string;
  /** What was found, fit for print. */
  readonly got: string;
  /** What is allowed there. */
  readonly expected: string;
}

/** All problems of all files as one text: file, line and column first, so that terminals and editors can jump there. */
export function renderProblems(problems: readonly Problem[]): string {
  const files = new Set(problems.map((problem) => problem.file));
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const heading = `${count} in ${[...files].join(', ')}`;
  return [heading, ...problems.map(renderProblem)].join('\n\n');
}

function renderProblem({ file, line, column, path, got, expected }: Problem): string {
  return [`${file}:${line}:${column}  ${path}`.trimEnd(), `    got       ${got}`, `    expected  ${expected}`].join(
    '\n',
  );
}
