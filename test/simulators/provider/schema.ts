import { isObject, type Value, type Values } from './values';

/** A type of cty: `"string"`, `["list","string"]`, `["object",{…}]`. */
export type CtyType = string | readonly [kind: string, of: unknown];

/** An attribute as `terraform providers schema -json` tells it. */
export interface Attribute {
  readonly type?: CtyType;
  readonly nested_type?: { readonly nesting_mode: NestingMode; readonly attributes: Attributes };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
  readonly write_only?: boolean;
}

type Attributes = Readonly<Record<string, Attribute>>;
type NestingMode = 'single' | 'list' | 'set' | 'map' | 'group';

export interface Block {
  readonly attributes?: Attributes;
  readonly block_types?: Readonly<Record<string, NestedBlock>>;
}

interface NestedBlock {
  readonly nesting_mode: NestingMode;
  readonly block: Block;
  readonly min_items?: number;
  readonly max_items?: number;
}

/** What `schemas/take.mjs` keeps of a provider's schemas. */
export interface ProviderSchemas {
  /** Address in the registry. */
  readonly source: string;
  readonly version: string;
  readonly config: Block;
  readonly resources: Readonly<Record<string, Block>>;
  readonly data_sources: Readonly<Record<string, Block>>;
}

/** The protocol's numbers; a nested type has no `group`. */
const NESTING = { single: 1, list: 2, set: 3, map: 4, group: 5 };

/** A block as the protocol's `Schema`. */
export function schemaMessage(block: Block): object {
  return { version: 0, block: blockMessage(block) };
}

function blockMessage({ attributes = {}, block_types = {} }: Block): object {
  return {
    attributes: attributeMessages(attributes),
    blockTypes: Object.entries(block_types).map(([typeName, nested]) => ({
      typeName,
      block: blockMessage(nested.block),
      nesting: NESTING[nested.nesting_mode],
      minItems: nested.min_items ?? 0,
      maxItems: nested.max_items ?? 0,
    })),
  };
}

function attributeMessages(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    type: attribute.type === undefined ? undefined : Buffer.from(JSON.stringify(attribute.type)),
    nestedType: attribute.nested_type && {
      nesting: NESTING[attribute.nested_type.nesting_mode],
      attributes: attributeMessages(attribute.nested_type.attributes),
    },
    required: attribute.required,
    optional: attribute.optional,
    computed: attribute.computed,
    sensitive: attribute.sensitive,
    deprecated: attribute.deprecated,
    writeOnly: attribute.write_only,
  }));
}

/**
 * A copy of an object in the block's form: what the schema does not know is left out, what is missing is null, and each
 * attribute, nested ones too, is what `replace` makes of it.
 */
export function conform(
  block: Block,
  values: Values,
  replace: (value: Value, attribute: Attribute, path: string) => Value = (value) => value,
  parent = '',
): Values {
  const copy: Values = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const path = `${parent}${name}`;
    const value = replace(values[name] ?? null, attribute, path);
    const nested = attribute.nested_type;
    copy[name] = nested
      ? each(nested.nesting_mode, value, (item) => conform(nested, item, replace, `${path}.`))
      : value;
  }
  for (const [name, { block: nested, nesting_mode: mode }] of Object.entries(block.block_types ?? {})) {
    const value = values[name] ?? (mode === 'list' || mode === 'set' ? [] : mode === 'map' ? {} : null);
    copy[name] = each(mode, value, (item) => conform(nested, item, replace, `${parent}${name}.`));
  }
  return copy;
}

function each(mode: NestingMode, value: Value, change: (item: Values) => Values): Value {
  const changeItem = (item: Value) => (isObject(item) ? change(item) : item);
  if (Array.isArray(value)) return value.map(changeItem);
  if (mode === 'map' && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, changeItem(item)]));
  return changeItem(value);
}
