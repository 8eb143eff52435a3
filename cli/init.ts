import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { environmentsFolder } from '../environments/folder';
import { displayPath, environmentFile } from '../environments/load';
import { projectRoot } from '../environments/root';
import { environmentName } from '../environments/schema';
import { UserError } from '../environments/user-error';
import type { PipelineName } from '../stacks/pipelines';

/** A value that the operator must fill in: no schema accepts it, so that none can be forgotten. */
const FILL_IN = 'FILL-IN';

/**
 * Writes a first environment file with the sections of some pipelines, each value with where to find it.
 * @returns the path of the file
 * @throws UserError when the name is none, or the file is there already
 */
export function initEnvironment(
  name: string,
  pipelines: readonly PipelineName[],
  folder = environmentsFolder(),
): string {
  const { error } = environmentName.safeParse(name);
  if (error) throw new UserError(`${name}: expected ${error.issues[0]?.message}.`);
  const file = environmentFile(name, folder);
  if (existsSync(file)) throw new UserError(`${displayPath(file)} is there already; edit it, or choose another name.`);
  mkdirSync(folder, { recursive: true });
  const schema = relative(dirname(file), join(projectRoot, 'environments', 'environment.schema.json'));
  const sections = [header(name, schema), ...pipelines.map((pipeline) => SECTIONS[pipeline]())];
  // wx: never over a file that came in between.
  writeFileSync(file, sections.join('\n'), { flag: 'wx' });
  return file;
}

function header(name: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema.startsWith('.') ? schema : `./${schema}`}
# Replace every ${FILL_IN}; \`npx cdktf synth\` names those that are left, with line and what is allowed.
environment: ${name}
protected: true          # true: buckets, queues, keys and secrets cannot be destroyed
backend:                 # where Terraform keeps its state: gcs, s3 or local
  gcs:
    bucket: ${FILL_IN}      # an existing bucket with versioning; or s3: { bucket: …, region: … }; or local: {}
labels: {}               # labels (Google Cloud) and tags (AWS) of every resource, such as owner: secops
notifications:           # who is told when a pipeline stops
  emails: [${FILL_IN}]     # AWS asks each address to confirm
`;
}

const SECTIONS: Record<PipelineName, () => string> = {
  'qualys-secops': () => `
# On beforehand in the project: gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com
qualys:
  project: ${FILL_IN}       # project id: console.cloud.google.com > project picker > column ID
  region: ${FILL_IN}        # such as europe-west3; near your Google SecOps instance
  apiUrl: ${FILL_IN}        # API server of your platform: qualys.com/platform-identification, or Qualys UI > Help > About
  timeZone: Etc/UTC
  retention: 90d         # how long collected objects are kept
  alerts:
    schedule: "*/15 * * * *"
    initialLookback: 7d  # how far the first run looks back
`,
  'cloudtrail-cortex': () => `
cloudtrail:
  account: ${FILL_IN}       # 12 digits in quotes: aws sts get-caller-identity --query Account
  region: ${FILL_IN}        # home region of the trail, such as eu-central-1
  trail: create          # makes a trail; a second trail in an account costs money (aws cloudtrail describe-trails)
  retention: 30d         # how long log files are kept
  cortex:
    accountId: "006742885340"    # commercial tenants; FedRAMP: "685269782068"
    externalId: ${randomUUID()}    # fresh for this environment; paste it into the collector in Cortex
`,
  'logpush-taegis': () => `
cloudflare:
  account:
    id: ${FILL_IN}          # dash.cloudflare.com > account > … > Copy account ID
    datasets: [audit_logs, gateway_dns, access_requests]
  zones:
    - id: ${FILL_IN}        # dash.cloudflare.com > zone > Overview > API > Zone ID
      name: ${FILL_IN}      # such as example.com
      datasets: [http_requests, firewall_events]    # at most four a zone
  taegis:                # Taegis > Integrations > Cloud APIs > HTTP Ingest: one integration per dataset; keys: TF_VAR_taegis_keys
    default:
      url: ${FILL_IN}       # URL of the integration
`,
};
