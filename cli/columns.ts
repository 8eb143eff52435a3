/** Columns where nobody tells them, as in a log. */
const DEFAULT_COLUMNS = 80;

/** Columns of a terminal; of what is none those of the variable COLUMNS, by default 80. */
export function columnsOf(stream: Pick<NodeJS.WriteStream, 'columns'>, env: NodeJS.ProcessEnv): number {
  const named = /^\d{1,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : 0;
  return stream.columns || named || DEFAULT_COLUMNS;
}
