import type { createColors } from 'picocolors';
import type { Flow } from './flows';

/** A flow with the time that it took, in seconds. */
export interface TimedFlow extends Flow {
  readonly seconds: number;
}

/** The summary of a local run for people. */
export function renderSummary(
  flows: readonly TimedFlow[],
  seconds: number,
  colors: ReturnType<typeof createColors>,
): string {
  const blocks = flows.map(({ path, sent, arrived, checks, seconds: time }) =>
    [
      `${colors.bold(path.join(' → '))}  ${colors.dim(`${time.toFixed(1)} s`)}`,
      `  sent     ${sent}`,
      `  arrived  ${colors.green(arrived)}`,
      `  checked  ${checks.join('; ')}`,
    ].join('\n'),
  );
  const total = `${flows.length} pipelines, all of it on this machine, in ${seconds.toFixed(0)} s.`;
  return ['', ...blocks, total].join('\n\n').trimStart();
}
