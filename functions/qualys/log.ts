import { PROJECT_VARIABLE } from './contract';

export type Log = (severity: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', message: string, fields?: object) => void;

/**
 * Lines of JSON on standard output, which Cloud Logging takes for structured entries and joins to the request's trace
 * ("Structured logging", cloud.google.com/logging/docs/structured-logging).
 */
export function createLog(headers: Readonly<Record<string, string | string[] | undefined>>): Log {
  const header = headers['x-cloud-trace-context'];
  const traceId = /^[0-9a-f]{32}/i.exec(typeof header === 'string' ? header : '')?.[0];
  const project = process.env[PROJECT_VARIABLE];
  const trace = traceId && {
    'logging.googleapis.com/trace': project ? `projects/${project}/traces/${traceId}` : traceId,
  };
  return (severity, message, fields) =>
    process.stdout.write(`${JSON.stringify({ severity, message, ...fields, ...trace })}\n`);
}
