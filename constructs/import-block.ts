import { TerraformElement, type TerraformResource } from 'cdktf';

/**
 * Has a resource that exists taken over at the next deploy, rather than made. `importFrom` of cdktf writes the same, and
 * runs `terraform version` at synthesis for each, which is minutes for a thousand Logpush jobs.
 */
export class ImportBlock extends TerraformElement {
  /** @param importId as the provider's documentation of the resource has it, under "Import" */
  constructor(
    private readonly resource: TerraformResource,
    private readonly importId: string,
  ) {
    super(resource, 'import');
  }

  override toTerraform() {
    const { terraformResourceType, friendlyUniqueId } = this.resource;
    return { import: [{ id: this.importId, to: `${terraformResourceType}.${friendlyUniqueId}` }] };
  }
}
