/**
 * Takes the schemas of one provider out of `terraform providers schema -json`, of those resources and data sources that
 * the stacks import:
 *
 *   terraform providers schema -json | node test/simulators/provider/schemas/take.mjs google 7.45.0
 *
 * Writes <provider>.json beside this file: complete, but for descriptions. A type that the schemas do not have is told.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [provider, version] = process.argv.slice(2);
const root = new URL('../../../../', import.meta.url);
const { provider_schemas } = JSON.parse(readFileSync(0, 'utf8'));
const [source] = Object.keys(provider_schemas).filter((address) => address.endsWith(`/${provider}`));
if (source === undefined || version === undefined) throw new Error('usage: take.mjs <provider> <version> < schemas');
const schemas = provider_schemas[source];

const sources = ['constructs', 'stacks'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(new URL(`${folder}/${file}`, root), 'utf8')),
);
const imports = sources.flatMap((source) => [
  ...source.matchAll(/@cdktf\/provider-(\w+)\/lib\/(?:(data)-\w+-)?([\w-]+)'/g),
]);
const classes = sources.flatMap((source) => [...source.matchAll(/terraformResourceType: '(\w+?)_(\w+)'/g)]);
const used = [
  ...imports.map(([, of, data, name]) => ({ of, isData: data !== undefined, name: name.replaceAll('-', '_') })),
  ...classes.map(([, of, name]) => ({ of, isData: false, name })),
].filter(({ of, name }) => of === provider && name !== 'provider');

function take(isData, found) {
  const types = new Set(used.filter((one) => one.isData === isData).map(({ name }) => `${provider}_${name}`));
  const lines = [...types].sort().flatMap((type) => {
    if (found[type] === undefined) console.error(`not in the schemas: ${type}`);
    return found[type] === undefined ? [] : [`\n    ${JSON.stringify(type)}: ${shorten(found[type].block)}`];
  });
  return `{${lines.join(',')}\n  }`;
}

function shorten(block) {
  return JSON.stringify(block, (key, value) =>
    ['description', 'description_kind', 'deprecation_message'].includes(key) && typeof value === 'string'
      ? undefined
      : value,
  );
}

writeFileSync(
  fileURLToPath(new URL(`${provider}.json`, import.meta.url)),
  `{
  "source": ${JSON.stringify(source)},
  "version": ${JSON.stringify(version)},
  "config": ${shorten(schemas.provider.block)},
  "resources": ${take(false, schemas.resource_schemas)},
  "data_sources": ${take(true, schemas.data_source_schemas)}
}
`,
);
