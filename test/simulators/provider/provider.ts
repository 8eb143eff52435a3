import type { handleUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { planChange, settle } from './plan';
import type { Diagnostic, ProviderAnswer, ProviderRequest } from './protocol';
import { ProviderError, type ProviderRun, type ResourceRules } from './rules';
import { type Block, conform, type ProviderSchemas, schemaMessage } from './schema';
import { read, type Values, write } from './values';

/** A provider, without its server. */
export interface SimulatedProvider {
  readonly schemas: ProviderSchemas;
  readonly rules: Readonly<Record<string, ResourceRules>>;
  readonly data: Readonly<Record<string, (config: Values, run: ProviderRun) => Values>>;
}

type Method = (request: ProviderRequest, run: ProviderRun) => Promise<ProviderAnswer> | ProviderAnswer;

/** The methods of the protocol, for `addService`. */
export function implementProvider(provider: SimulatedProvider): UntypedServiceImplementation {
  let lastNumber = 0;
  const nextNumber = () => ++lastNumber;
  // Each run of Terraform has connections of its own, and each of them begins with the configuration.
  const configs = new Map<string, Values>();
  const methods: Record<string, Method> = {
    GetProviderSchema: () => describe(provider.schemas),
    ValidateProviderConfig: () => ({}),
    ValidateResourceConfig: () => ({}),
    ValidateDataResourceConfig: () => ({}),
    UpgradeResourceState: (request) => upgrade(provider, request),
    ReadResource: (request, run) => readResource(provider, request, run),
    PlanResourceChange: (request, run) => plan(provider, request, run),
    ApplyResourceChange: (request, run) => apply(provider, request, run),
    ImportResourceState: (request, run) => importState(provider, request, run),
    ReadDataSource: (request, run) => readData(provider, request, run),
    StopProvider: () => ({}),
  };
  const serve =
    (method: Method): handleUnaryCall<ProviderRequest, ProviderAnswer> =>
    async (call, done) => {
      try {
        done(null, await method(call.request, { config: configs.get(call.getPeer()) ?? {}, nextNumber }));
      } catch (error) {
        done(null, { diagnostics: [diagnose(error as Error)] });
      }
    };
  const configure: handleUnaryCall<ProviderRequest, ProviderAnswer> = (call, done) => {
    configs.set(call.getPeer(), read(call.request.config) ?? {});
    done(null, {});
  };
  return {
    ...Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, serve(method)])),
    ConfigureProvider: configure,
  };
}

function diagnose(error: Error): Diagnostic {
  const { summary, detail } =
    error instanceof ProviderError
      ? error
      : { summary: 'The simulated provider has failed', detail: error.stack ?? '' };
  return { severity: 1, summary, detail };
}

function describe({ config, resources, data_sources }: ProviderSchemas): ProviderAnswer {
  const messages = (blocks: Readonly<Record<string, Block>>) =>
    Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, schemaMessage(block)]));
  return {
    provider: schemaMessage(config),
    resourceSchemas: messages(resources),
    dataSourceSchemas: messages(data_sources),
  };
}

function find({ schemas, rules }: SimulatedProvider, type: string): { block: Block; rules: ResourceRules } {
  const block = schemas.resources[type];
  const found = rules[type];
  if (block === undefined || found === undefined) throw new Error(`${type} is not simulated`);
  return { block, rules: found };
}

function upgrade(provider: SimulatedProvider, { typeName, rawState }: ProviderRequest): ProviderAnswer {
  const { block } = find(provider, typeName);
  const state = JSON.parse(Buffer.from(rawState?.json ?? []).toString()) as Values;
  return { upgradedState: write(conform(block, state)) };
}

async function readResource(
  provider: SimulatedProvider,
  request: ProviderRequest,
  run: ProviderRun,
): Promise<ProviderAnswer> {
  const { block, rules } = find(provider, request.typeName);
  const state = read(request.currentState);
  const found = state === null ? undefined : await rules.keeper.read(state, run);
  return { newState: write(found === undefined ? null : conform(block, found)), private: request.private };
}

function plan(provider: SimulatedProvider, request: ProviderRequest, run: ProviderRun): ProviderAnswer {
  const { block, rules } = find(provider, request.typeName);
  const proposed = read(request.proposedNewState);
  if (proposed === null) return { plannedState: write(null), plannedPrivate: request.priorPrivate };
  const prior = read(request.priorState);
  const config = read(request.config) ?? {};
  const { planned, replacedBy } = planChange(block, rules, run, { prior, proposed, config });
  return {
    plannedState: write(planned),
    requiresReplace: replacedBy.map((attributeName) => ({ steps: [{ attributeName }] })),
    plannedPrivate: request.priorPrivate,
  };
}

async function apply(provider: SimulatedProvider, request: ProviderRequest, run: ProviderRun): Promise<ProviderAnswer> {
  const { block, rules } = find(provider, request.typeName);
  const prior = read(request.priorState);
  const planned = read(request.plannedState);
  try {
    if (planned === null) {
      if (prior !== null) await rules.keeper.remove(prior, run);
      return { newState: write(null) };
    }
    const wanted = settle(block, planned, rules.computed?.(planned, run, prior) ?? {});
    const made =
      prior === null ? await rules.keeper.create(wanted, run) : await rules.keeper.update(wanted, prior, run);
    return { newState: write(conform(block, made)), private: request.plannedPrivate };
  } catch (error) {
    // What was there before a refused change is there still.
    return {
      newState: write(prior),
      private: request.plannedPrivate,
      diagnostics: [diagnose(error as Error)],
    };
  }
}

async function importState(
  provider: SimulatedProvider,
  { typeName, id }: ProviderRequest,
  run: ProviderRun,
): Promise<ProviderAnswer> {
  const { block, rules } = find(provider, typeName);
  const state = conform(block, await rules.keeper.importState(id, run));
  return { importedResources: [{ typeName, state: write(state) }] };
}

function readData(
  { schemas, data }: SimulatedProvider,
  { typeName, config }: ProviderRequest,
  run: ProviderRun,
): ProviderAnswer {
  const block = schemas.data_sources[typeName];
  const answer = data[typeName];
  if (block === undefined || answer === undefined) throw new Error(`data.${typeName} is not simulated`);
  return { state: write(conform(block, answer(read(config) ?? {}, run))) };
}
