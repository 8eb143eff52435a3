import { type Keeper, ProviderError, type ProviderRun, type ResourceRules } from './rules';
import { isObject, type Values } from './values';

/** Where Cloudflare's API is, unless the provider block says so (`base_url`, `api_token`). */
export interface CloudflareApi {
  /** Base URL, with `/client/v4`. */
  readonly url: string;
  readonly token: string;
}

/** Attributes of an answer that are null in it, or missing (internal/services/logpush_job/schema.go, 5.22.0). */
const DEFAULTS: Values = {
  dataset: 'http_requests',
  enabled: false,
  filter: '',
  frequency: 'high',
  kind: '',
  logpull_options: '',
  max_upload_bytes: 0,
  max_upload_interval_seconds: 0,
  max_upload_records: 0,
  name: '',
};

/** The API's own name of an output option. */
const CVE = 'CVE-2021-44228';

/** `cloudflare_logpush_job` of provider 5.22.0, over the REST API. */
export function logpushJobs(api: CloudflareApi): ResourceRules {
  return {
    defaults: DEFAULTS,
    replacedBy: ['account_id', 'zone_id', 'dataset'],
    unknownOnUpdate: ['error_message', 'last_complete', 'last_error'],
    keeper: new LogpushJobs(api),
  };
}

class NotFound extends ProviderError {}

class LogpushJobs implements Keeper {
  constructor(private readonly api: CloudflareApi) {}

  async create(values: Values, run: ProviderRun): Promise<Values> {
    return fromApi(await this.send('POST', jobsPath(values), run, toApi(values)), values);
  }

  async update(values: Values, prior: Values, run: ProviderRun): Promise<Values> {
    const body = toApi(values);
    if (values.kind === '' && prior.kind === '') delete body.kind;
    return fromApi(await this.send('PUT', `${jobsPath(prior)}/${prior.id}`, run, body), values);
  }

  async read(state: Values, run: ProviderRun): Promise<Values | undefined> {
    try {
      return fromApi(await this.send('GET', `${jobsPath(state)}/${state.id}`, run), state);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async remove(state: Values, run: ProviderRun): Promise<void> {
    await this.send('DELETE', `${jobsPath(state)}/${state.id}`, run);
  }

  async importState(id: string, run: ProviderRun): Promise<Values> {
    const [, scope, owner = '', job] = /^(accounts|zones)\/([^/]+)\/(\d+)$/.exec(id) ?? [];
    if (scope === undefined)
      throw new ProviderError('invalid ID', `expected "<{accounts|zones}/{account_id|zone_id}>/<job_id>", got "${id}"`);
    const owners = scope === 'accounts' ? { account_id: owner, zone_id: null } : { account_id: null, zone_id: owner };
    return fromApi(await this.send('GET', `${jobsPath(owners)}/${job}`, run), owners);
  }

  /** @throws ProviderError with what cloudflare-go says of a refusal. */
  private async send(method: string, path: string, run: ProviderRun, body?: Values): Promise<Values> {
    const url = `${run.config.base_url ?? this.api.url}${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${run.config.api_token ?? this.api.token}`,
        'Content-Type': 'application/json',
      },
      body: body && JSON.stringify(body),
    }).catch((error: Error) => {
      throw new ProviderError('failed to make http request', `${method} "${url}": ${error.cause ?? error.message}`);
    });
    const text = await response.text();
    if (response.ok) return (JSON.parse(text) as { result: Values }).result;
    const Refusal = response.status === 404 ? NotFound : ProviderError;
    throw new Refusal(
      'failed to make http request',
      `${method} "${url}": ${response.status} ${response.statusText} ${text}`,
    );
  }
}

/** With both owners the account wins; with none the path has a hole, and the API refuses it. */
function jobsPath({ account_id, zone_id }: Values): string {
  return account_id === null ? `/zones/${zone_id ?? ''}/logpush/jobs` : `/accounts/${account_id}/logpush/jobs`;
}

function toApi(values: Values): Values {
  const {
    id,
    account_id,
    zone_id,
    error_message,
    last_complete,
    last_error,
    output_options: options,
    ...body
  } = values;
  if (!isObject(options)) return withoutNulls(body);
  const { cve_2021_44228: cve = null, ...others } = options;
  return withoutNulls({ ...body, output_options: withoutNulls({ ...others, [CVE]: cve }) });
}

function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function fromApi(result: Values, { account_id, zone_id, ownership_challenge }: Values): Values {
  const options = result.output_options;
  return {
    ...DEFAULTS,
    ...withoutNulls(result),
    account_id: account_id ?? null,
    zone_id: zone_id ?? null,
    ownership_challenge: ownership_challenge ?? null,
    output_options: isObject(options) ? { ...options, cve_2021_44228: options[CVE] ?? false } : null,
  };
}
