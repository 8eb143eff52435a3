import { CloudflareProvider } from '@cdktf/provider-cloudflare/lib/provider';
import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import {
  type BearerDestination,
  HttpsLogpushJob,
  type HttpsLogpushJobProps,
} from '../constructs/cloudflare/https-logpush-job';
import type { LogpushDataset } from '../constructs/cloudflare/logpush-catalogue';
import type { CloudflareSettings } from '../environments/cloudflare';
import type { Environment } from '../environments/schema';
import { PipelineStack } from './pipeline-stack';

/** Cloudflare Logpush, account and zone datasets → Taegis XDR HTTP Ingest. Credentials: `CLOUDFLARE_API_TOKEN`. */
export class LogpushTaegisStack extends PipelineStack {
  constructor(
    scope: Construct,
    environment: Environment,
    private readonly settings: CloudflareSettings,
  ) {
    super(scope, environment, 'logpush-taegis', 'cloudflare');
    const { account, zones } = settings;
    new CloudflareProvider(this, 'cloudflare');
    this.declareKeys([...(account?.datasets ?? []), ...zones.flatMap((zone) => zone.datasets)]);
    if (account)
      for (const dataset of account.datasets) this.push(`account-${dataset}`, dataset, { accountId: account.id });
    for (const zone of zones)
      for (const dataset of zone.datasets) this.push(`zone-${zone.id}-${dataset}`, dataset, { zoneId: zone.id });
  }

  private push(id: string, dataset: LogpushDataset, owner: HttpsLogpushJobProps['owner']): void {
    const { maxBytes, maxRecords, maxIntervalSeconds } = this.settings.upload;
    new HttpsLogpushJob(this, id, {
      dataset,
      owner,
      destination: this.destination(dataset),
      maxUploadBytes: maxBytes,
      maxUploadRecords: maxRecords,
      maxUploadIntervalSeconds: maxIntervalSeconds,
    });
  }

  private destination(dataset: LogpushDataset): BearerDestination {
    const { taegis } = this.settings;
    const receiver = taegis.datasets[dataset] ?? taegis.default;
    if (receiver === undefined) throw new Error(`no Taegis URL for ${dataset}: the schema should have refused it`);
    return { url: receiver.url, keyExpression: `try(var.taegis_keys["${dataset}"], var.taegis_keys["default"])` };
  }

  /** `TF_VAR_taegis_keys`: a JSON map from dataset to integration key, `default` for the rest. */
  private declareKeys(datasets: readonly LogpushDataset[]): void {
    const names = [...new Set(datasets)].map((dataset) => `"${dataset}"`).join(', ');
    const keys = new TerraformVariable(this, 'taegis_keys', {
      type: 'map(string)',
      sensitive: true,
      description: 'Integration keys of Taegis by dataset; "default" for the rest.',
    });
    keys.addValidation({
      condition: `\${alltrue([for dataset in [${names}] : length(try(var.taegis_keys[dataset], var.taegis_keys["default"], "")) > 0])}`,
      errorMessage:
        'A dataset has no key: set TF_VAR_taegis_keys to a JSON map such as {"default":"…"} or {"audit_logs":"…","http_requests":"…"}.',
    });
  }
}
