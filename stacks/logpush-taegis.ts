import { CloudflareProvider } from '@cdktf/provider-cloudflare/lib/provider';
import { type App, TerraformOutput, TerraformResource, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { DisabledJobAlert } from '../constructs/cloudflare/disabled-job-alert';
import {
  bearer,
  type HttpsDestination,
  HttpsLogpushJob,
  type HttpsLogpushJobProps,
} from '../constructs/cloudflare/https-logpush-job';
import type { LogpushDataset } from '../constructs/cloudflare/logpush-catalogue';
import { type CloudflareSettings, shardOf } from '../environments/cloudflare';
import { fieldsOfJob, type LogpushJobSettings } from '../environments/logpush-jobs';
import type { Notifications } from '../environments/notifications';
import type { Environment } from '../environments/schema';
import { runbookAddress } from './alarm-runbooks';
import { PipelineStack } from './pipeline-stack';

type Zone = CloudflareSettings['zones'][number];

/**
 * Cloudflare Logpush, account and zone datasets → Taegis XDR HTTP Ingest: one stack, or one for the account's jobs and
 * one for each part of the zones that `shards` makes.
 */
export function addLogpushStacks(app: App, environment: Environment, settings: CloudflareSettings): void {
  const { shards } = settings;
  const parts = new Map<string, Zone[]>([['', []]]);
  for (const zone of settings.zones) {
    const shard = shardOf(zone.id, shards);
    parts.set(shard, [...(parts.get(shard) ?? []), zone]);
  }
  const account = new LogpushTaegisStack(app, environment, settings, '', parts.get('') ?? []);
  for (const [shard, zones] of [...parts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (shard === '') continue;
    // The first stack refuses a changed number of stacks before the others make the same jobs once more.
    new LogpushTaegisStack(app, environment, settings, shard, zones).addDependency(account);
  }
}

/** Jobs of some zones and, in the stack without a shard, of the account. Credentials: `CLOUDFLARE_API_TOKEN`. */
class LogpushTaegisStack extends PipelineStack {
  constructor(
    scope: Construct,
    environment: Environment,
    private readonly settings: CloudflareSettings,
    shard: string,
    zones: readonly Zone[],
  ) {
    super(scope, environment, 'logpush-taegis', 'cloudflare', shard);
    const account = shard === '' ? settings.account : undefined;
    new CloudflareProvider(this, 'cloudflare');
    this.declareKeys([...(account?.datasets ?? []), ...zones.flatMap((zone) => zone.datasets)]);
    for (const job of account?.datasets ?? [])
      this.push(`account-${job.dataset}`, job, { accountId: account?.id ?? '' }, settings.import?.account);
    for (const zone of zones)
      for (const job of zone.datasets)
        this.push(`zone-${zone.id}-${job.dataset}`, job, { zoneId: zone.id }, settings.import?.zones[zone.id]);
    if (account) this.alert(account.id, environment.notifications);
    if (shard === '') this.holdShards(settings.shards);
  }

  private push(
    id: string,
    job: LogpushJobSettings,
    owner: HttpsLogpushJobProps['owner'],
    existing: Readonly<Record<string, number>> = {},
  ): void {
    const { maxBytes, maxRecords, maxIntervalSeconds } = this.settings.upload;
    new HttpsLogpushJob(this, id, {
      name: job.name ?? `secureworks-http-${job.dataset.replaceAll('_', '-')}`,
      dataset: job.dataset,
      owner,
      destination: this.destination(job.dataset),
      fields: fieldsOfJob(job),
      filter: job.filter,
      sampleRate: job.sampleRate,
      timestampFormat: job.timestamps,
      maxUploadBytes: maxBytes,
      maxUploadRecords: maxRecords,
      maxUploadIntervalSeconds: maxIntervalSeconds,
      importId: existing[job.dataset],
    });
  }

  private destination(dataset: LogpushDataset): HttpsDestination {
    const { taegis } = this.settings;
    const receiver = taegis.datasets[dataset] ?? taegis.default;
    if (receiver === undefined) throw new Error(`no Taegis URL for ${dataset}: the schema should have refused it`);
    return {
      url: receiver.url,
      headers: { Authorization: bearer(`try(var.taegis_keys["${dataset}"], var.taegis_keys["default"])`) },
      parameters: { tags: `dataset:${dataset}` },
    };
  }

  /** `TF_VAR_taegis_keys`: a JSON map from dataset to integration key, `default` for the rest. */
  private declareKeys(jobs: readonly LogpushJobSettings[]): void {
    const names = [...new Set(jobs.map(({ dataset }) => dataset))];
    if (names.length === 0) return;
    const keys = new TerraformVariable(this, 'taegis_keys', {
      type: 'map(string)',
      sensitive: true,
      description: 'Integration keys of Taegis by dataset; "default" for the rest.',
    });
    const list = names.map((dataset) => `"${dataset}"`).join(', ');
    keys.addValidation({
      condition: `\${alltrue([for dataset in [${list}] : length(try(var.taegis_keys[dataset], var.taegis_keys["default"], "")) > 0])}`,
      errorMessage:
        'A dataset has no key: set TF_VAR_taegis_keys to a JSON map such as {"default":"…"} or {"audit_logs":"…","http_requests":"…"}.',
    });
  }

  /** Cloudflare tells of a disabled job, if there is anybody to tell. */
  private alert(accountId: string, notifications: Notifications | undefined): void {
    const { webhooks, pagerduty } = this.settings.alerts;
    const emails = notifications?.emails ?? [];
    if (emails.length + webhooks.length + pagerduty.length === 0) return;
    new DisabledJobAlert(this, 'disabled-job', {
      accountId,
      name: `${this.node.id}-disabled-job`,
      description: `Cloudflare has disabled a Logpush job after 24 hours of failure. ${runbookAddress(notifications)('logpush-disabled')}`,
      emails,
      webhooks: webhooks.length > 0 ? this.declareWebhooks(webhooks) : [],
      pagerduty,
    });
  }

  /** `TF_VAR_cloudflare_webhooks`: a JSON map from name to URL and secret. */
  private declareWebhooks(names: readonly string[]) {
    new TerraformVariable(this, 'cloudflare_webhooks', {
      type: 'map(object({ url = string, secret = optional(string, "") }))',
      sensitive: true,
      description: 'Webhooks that are told of disabled jobs: {"<name>":{"url":"https://…","secret":"…"}}.',
    });
    return names.map((name) => ({
      name,
      url: `\${var.cloudflare_webhooks["${name}"].url}`,
      secret: `\${var.cloudflare_webhooks["${name}"].secret}`,
    }));
  }

  /**
   * Another number of stacks would destroy jobs here and make them there, and lose the logs in between: what the first
   * deploy wrote down is kept, and a plan with another number fails.
   */
  private holdShards(shards: number): void {
    // cdktf's own class for it runs Terraform at each synthesis, to see whether it is old enough to lack it.
    const held = new TerraformResource(this, 'shards-held', {
      terraformResourceType: 'terraform_data',
      lifecycle: { ignoreChanges: ['input'] },
    });
    held.addOverride('input', { shards });
    new TerraformOutput(this, 'shards', { value: `\${${held.fqn}.output.shards}` }).addOverride('precondition', [
      {
        condition: `\${${held.fqn}.output.shards == ${shards}}`,
        error_message: `cloudflare.shards is not what this was deployed with. Set it back, or move the jobs first: ./tributary reshard ${this.environmentName} logpush-taegis --to ${shards} shows how.`,
      },
    ]);
  }
}
