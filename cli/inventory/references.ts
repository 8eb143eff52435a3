import type { SynthesizedStack } from '../synthesized';
import { dataOf } from './document';

export type Arguments = Readonly<Record<string, unknown>>;

/** A resource of a stack. */
export interface Resource {
  /** Logical id, the second part of its address. */
  readonly id: string;
  readonly type: string;
  readonly address: string;
  readonly arguments: Arguments;
}

/** Attributes that only the cloud knows, made of what the stack says: by type and attribute. */
export type Computed = Readonly<
  Record<string, Readonly<Record<string, (resource: Resource, value: (argument: string) => string) => string>>>
>;

const REFERENCE = /\$\{((?:data\.)?\w+)\.([\w-]+)\.(\w+)\}/g;

/** A stack whose references are replaced by what they will be. */
export class References {
  constructor(
    readonly stack: SynthesizedStack,
    private readonly computed: Computed,
  ) {}

  /** All resources of a type, `data.<type>` for data sources; sorted. */
  of(type: string): Resource[] {
    const all = type.startsWith('data.') ? dataOf(this.stack)[type.slice('data.'.length)] : this.stack.resource[type];
    return Object.entries(all ?? {})
      .map(([id, args]) => ({ id, type, address: `${type}.${id}`, arguments: args }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /**
   * The text with references such as `${aws_sqs_queue.x.arn}` replaced. One that is known after a deploy only is left as
   * `<aws_sqs_queue.x.url>`, a variable as `<variable x>`.
   */
  resolve(text: unknown): string {
    return String(text ?? '')
      .replace(REFERENCE, (_, type, id, attribute) => this.attribute(type, id, attribute))
      .replace(/\$\{var\.(\w+)\}/g, '<variable $1>');
  }

  /** The argument of a resource, resolved; an empty text where it is not set. */
  argument(resource: Resource, name: string): string {
    return this.resolve(resource.arguments[name]);
  }

  /** Resources of a type that refer to another one by an argument. */
  referring(type: string, argument: string, to: Resource): Resource[] {
    return this.of(type).filter((resource) => refersTo(resource.arguments[argument], to));
  }

  private attribute(type: string, id: string, attribute: string): string {
    const resource = this.of(type).find((one) => one.id === id);
    if (resource === undefined) return `<${type}.${id}.${attribute}>`;
    const compute = this.computed[type]?.[attribute];
    if (compute) return compute(resource, (argument) => this.argument(resource, argument));
    const value = resource.arguments[attribute];
    return typeof value === 'string' ? this.resolve(value) : `<${type}.${id}.${attribute}>`;
  }
}

/** Whether a value holds a reference to a resource. */
export function refersTo(value: unknown, { address }: Resource): boolean {
  return typeof value === 'string' && value.includes(`\${${address}.`);
}

/** Blocks of a kind, which Terraform's JSON holds as one object or as a list. */
export function blocks(value: unknown): Arguments[] {
  return value === undefined || value === null ? [] : ([value].flat() as Arguments[]);
}

export function block(value: unknown): Arguments {
  return blocks(value)[0] ?? {};
}
