/** `terraform.required_providers` of a stack. */
export type RequiredProviders = Readonly<Record<string, { readonly source?: string; readonly version?: string }>>;

/** For people: `The provider hashicorp/aws >= 5.100.0, < 7.0.0`. */
export function providersOf(required: RequiredProviders): string {
  const names = Object.values(required).map(({ source, version }) => [source, version].filter(Boolean).join(' '));
  return `The provider${names.length === 1 ? '' : 's'} ${names.join(' and ')}`;
}
