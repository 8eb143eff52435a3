import type { Severity } from '../errors';

/** What the service does with a rule that its documentation states, or that published events show. `ignore`: nothing. */
export type Enforcement = Severity | 'ignore';

/**
 * Behaviour of UDM conversion and validation that no primary source settles; a run against a real instance can. The
 * value is given out wherever it can be expressed in the field's type, whatever is told of it.
 */
export interface UdmOptions {
  /** Text for a field of numbers or a boolean, such as `"443"` for a port. The documentation asks for `convert`. */
  readonly textInTypedField: Enforcement;
  /** A number or a boolean for a field of text. The documentation says that types must agree. */
  readonly typedInTextField: Enforcement;
  /** Name of an enum's value in other case, such as `tcp`. */
  readonly enumOfOtherCase: Enforcement;
  /** Number of an enum's value, or its digits as text, such as `6` for TCP: protobuf's JSON takes numbers. */
  readonly enumNumber: Enforcement;
  /** One value for a repeated field: the service's error texts count elements of every field. */
  readonly scalarInRepeatedField: Enforcement;
  /** Empty text where a message, a number, an enum or an address belongs: the idiom that declares a token. */
  readonly emptyText: Enforcement;
  /** Text that is no IP address in a field of those. */
  readonly badIp: Enforcement;
  /** Text that is no MAC address in a field of those; published golden events have such. */
  readonly badMac: Enforcement;
  /** Two entries of `additional.fields` with one key: the later wins. */
  readonly duplicateKey: Enforcement;
  /** Sections that an event type requires; published golden events break the list of the usage guide. */
  readonly requiredSections: Enforcement;
  /** Longest text that the usage guide gives for metadata and nouns. */
  readonly lengths: Enforcement;
  /** A port outside 1 to 65535. */
  readonly portRange: Enforcement;
  /** An address that a list has already: published golden events show one that was merged twice once. */
  readonly repeatedAddress: 'once' | 'keep';
  /** A port with several addresses in one noun. */
  readonly portWithOneAddress: Enforcement;
  /** A URL without scheme; published golden events have such. */
  readonly urlScheme: Enforcement;
  /** An asset id that is not `vendor:id`. */
  readonly assetIdForm: Enforcement;
  /** A message in which nothing but zeros is set, such as `extensions.auth`: published golden events have `auth: {}`. */
  readonly emptyMessages: 'keep' | 'omit';
  /**
   * Whether the host name, addresses and asset id of `principal`, `src` and `target` stand in the noun and in its asset
   * when the parser writes one of them, as published golden events show, or as it wrote them.
   */
  readonly assetNames: 'shared' | 'asWritten';
}

export const DEFAULT_UDM_OPTIONS: UdmOptions = {
  textInTypedField: 'error',
  typedInTextField: 'error',
  enumOfOtherCase: 'error',
  enumNumber: 'ignore',
  scalarInRepeatedField: 'ignore',
  emptyText: 'warning',
  badIp: 'error',
  badMac: 'warning',
  duplicateKey: 'warning',
  requiredSections: 'warning',
  lengths: 'warning',
  portRange: 'warning',
  repeatedAddress: 'once',
  portWithOneAddress: 'warning',
  urlScheme: 'warning',
  assetIdForm: 'warning',
  emptyMessages: 'keep',
  assetNames: 'shared',
};
