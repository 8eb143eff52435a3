import { Server, ServerCredentials } from '@grpc/grpc-js';
import { cloudflareRules } from './cloudflare-rules';
import { googleData, googleRules } from './google-rules';
import type { CloudflareApi } from './logpush-jobs';
import { providerService } from './protocol';
import { implementProvider, type SimulatedProvider } from './provider';
import type { ProviderSchemas } from './schema';
import cloudflareSchemas from './schemas/cloudflare.json';
import googleSchemas from './schemas/google.json';
import { ProviderStore } from './store';

/**
 * The Terraform providers google and cloudflare, simulated, for real Terraform: it attaches to servers of this process that
 * speak its plugin protocol, and `terraform init` installs nothing for them.
 *
 *     const providers = await startProviderSimulator({ cloudflare: { url: cloudflare.url, token }, google: {} });
 *     spawn('terraform', ['plan'], { env: { ...process.env, ...providers.env } });   // never the synchronous spawnSync
 *     providers.store.change('google_storage_bucket', 'acme-logs', { labels: {} });  // drift
 *     await providers.close();
 *
 * Simulated:
 * - the schemas of the types that the stacks use, recorded from google 7.45.0 and cloudflare 5.22.0 (schemas/take.mjs): an
 *   unknown argument, a missing or read-only one, a wrong type or number of blocks fails as it does with the provider;
 * - plan, apply, refresh, import and destroy; computed attributes that are unknown until apply; the arguments that make a
 *   resource anew; labels and project of the provider block; write-only arguments, which reach neither plan nor state;
 * - `cloudflare_logpush_job` over the REST API, so that the simulated receiver gets the test upload, and a refusal is the
 *   error of `apply`. Everything else is in the store, which outlives the runs of Terraform, as the cloud does;
 * - several stacks at once: each run of Terraform has its own provider block.
 *
 * Not simulated:
 * - validators of the providers' own: enums, patterns, conflicts between arguments. `terraform validate` with the real
 *   provider finds those (test/e2e/validate.test.ts);
 * - defaults of google's arguments (`storage_class`, `force_destroy`): left out, they are null in the state;
 * - permissions, quotas, APIs that are off, deletion protection, buckets that are not empty, retries, and time;
 * - versions of state schemas, moves between types, and types that were not recorded: google_compute_*.
 */
export interface ProviderSimulatorOptions {
  /** Without it the provider cloudflare is not attached. */
  readonly cloudflare?: CloudflareApi;
  /** Without it the provider google is not attached. */
  readonly google?: {
    /** Of every project. Default: 123456789012. */
    readonly projectNumber?: string;
  };
}

export interface ProviderSimulator {
  /** For each run of Terraform: it attaches to the simulated providers instead of installing them. */
  readonly env: { readonly TF_REATTACH_PROVIDERS: string };
  readonly store: ProviderStore;
  close(): Promise<void>;
}

/** Of one message, as Terraform has it (internal/plugin6/grpc_provider.go). */
const MESSAGE_LIMIT_BYTES = 256 << 20;

/** Starts a server for each provider, on free ports of 127.0.0.1. */
export async function startProviderSimulator(options: ProviderSimulatorOptions): Promise<ProviderSimulator> {
  const store = new ProviderStore();
  const providers: SimulatedProvider[] = [];
  if (options.cloudflare) {
    const schemas = cloudflareSchemas as unknown as ProviderSchemas;
    providers.push({ schemas, rules: cloudflareRules(store, options.cloudflare), data: {} });
  }
  if (options.google) {
    const { projectNumber = '123456789012' } = options.google;
    const schemas = googleSchemas as unknown as ProviderSchemas;
    const rules = googleRules(store, schemas.resources, projectNumber);
    providers.push({ schemas, rules, data: googleData(projectNumber) });
  }
  const servers: Server[] = [];
  const attached: Record<string, object> = {};
  for (const provider of providers) {
    const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_LIMIT_BYTES });
    server.addService(providerService(), implementProvider(provider));
    servers.push(server);
    attached[provider.schemas.source] = {
      Protocol: 'grpc',
      ProtocolVersion: 6,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'tcp', String: `127.0.0.1:${await listen(server)}` },
    };
  }
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify(attached) },
    store,
    async close() {
      for (const server of servers) server.forceShutdown();
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
