import type { TerraformStack } from 'cdktf';

/** Ephemeral variables and write-only arguments need it. */
export const TERRAFORM_VERSION = '>= 1.11';

/**
 * Versions of the Terraform providers. The bindings are older (google 6.50, cloudflare 5.14, aws 6.25); what the stacks
 * use of them is alike in these. google and cloudflare are pinned exactly, since their releases change defaults.
 */
export const PROVIDER_VERSIONS = {
  google: '7.45.0',
  cloudflare: '5.22.0',
  aws: '>= 5.100.0, < 7.0.0',
} as const;

/** Pins Terraform and one provider of a stack. */
export function pinVersions(stack: TerraformStack, provider: keyof typeof PROVIDER_VERSIONS): void {
  stack.addOverride('terraform.required_version', TERRAFORM_VERSION);
  stack.addOverride(`terraform.required_providers.${provider}.version`, PROVIDER_VERSIONS[provider]);
}
