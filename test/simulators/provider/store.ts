import type { Values } from './values';

/** The objects of the simulated clouds, by Terraform type and id: tests look at them, and change them by hand. */
export class ProviderStore {
  private readonly objects = new Map<string, Map<string, Values>>();

  list(type: string): Values[] {
    return [...(this.objects.get(type)?.values() ?? [])];
  }

  get(type: string, id: string): Values | undefined {
    return this.objects.get(type)?.get(id);
  }

  /** Puts an object there, as if made by hand: attributes as `terraform show` tells them, the `id` among them. */
  put(type: string, values: Values): void {
    const ofType = this.objects.get(type) ?? new Map<string, Values>();
    this.objects.set(type, ofType.set(String(values.id), values));
  }

  /**
   * Changes some attributes.
   *
   * @throws Error when there is no such object.
   */
  change(type: string, id: string, change: Values): void {
    const object = this.get(type, id);
    if (object === undefined) throw new Error(`There is no ${type} ${id}`);
    this.put(type, { ...object, ...change });
  }

  remove(type: string, id: string): void {
    this.objects.get(type)?.delete(id);
  }
}
