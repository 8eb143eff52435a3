/** The environments that are planned, as the texts of their files, and the ids in them. */

export const CLOUDFLARE_ACCOUNT = '0123456789abcdef0123456789abcdef';
export const AWS_ACCOUNT = '111122223333';
export const STATE_BUCKET = 'acme-state';
export const TRAIL_BUCKET = 'acme-logs';
export const TRAIL_TOPIC = 'acme-trail';
/** Of a zone; no zone may have more jobs (developers.cloudflare.com/logs/logpush, "Limits"). */
const DATASETS = ['dns_logs', 'firewall_events', 'http_requests', 'spectrum_events'];

/** Ids of zones, spread over all first digits as Cloudflare's are. */
export function zoneIds(count) {
  const id = (index) => (index * 2_654_435_761).toString(16).padStart(32, '0').split('').reverse().join('');
  return Array.from({ length: count }, (_, index) => id(index + 1));
}

/** Jobs of an environment with these zones, one for the account among them. */
export const jobsOf = (zones) => zones * DATASETS.length + 1;

/** All three pipelines: a stack for each. */
export function wholeEnvironment(zones) {
  return `environment: whole
protected: false
${BACKEND}
qualys: { project: acme-secops, region: us-central1, apiUrl: qualysapi.qualys.com }
cloudtrail:
  account: "${AWS_ACCOUNT}"
  region: us-east-1
  trail: existing
  existing: { bucket: ${TRAIL_BUCKET}, topic: "arn:aws:sns:us-east-1:${AWS_ACCOUNT}:${TRAIL_TOPIC}" }
  cortex: { externalId: 5f2d0a1e-3c4b-4d5e-8f60-718293a4b5c6 }
${cloudflareSection(zones, 1)}`;
}

/**
 * Logpush alone, in 16 stacks.
 * @param lacking datasets that the first zone does not have
 */
export function shardedEnvironment(zones, lacking = 0) {
  return `environment: sharded
protected: false
${BACKEND}
${cloudflareSection(zones, 16, lacking)}`;
}

const BACKEND = `backend: { s3: { bucket: ${STATE_BUCKET}, region: us-east-1 } }`;

function cloudflareSection(zones, shards, lacking = 0) {
  const list = zoneIds(zones).map((id, index) => {
    const datasets = DATASETS.slice(index === 0 ? lacking : 0);
    return `    - { id: "${id}", name: z${index}.example.com, datasets: [${datasets.join(', ')}] }`;
  });
  return `cloudflare:
  shards: ${shards}
  account: { id: ${CLOUDFLARE_ACCOUNT}, datasets: [audit_logs] }
  taegis: { default: { url: "https://taegis.example.com/x" } }
  zones:
${list.join('\n')}
`;
}
