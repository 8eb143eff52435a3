/**
 * What an environment's stacks hold, and whom they let at it: for people, for `--json`, for an audit. No secret and no
 * external id is in it. Lists are sorted, so that equal stacks give equal inventories.
 */
export interface Inventory {
  readonly environment: string;
  /** Names of the stacks that were read. */
  readonly stacks: readonly string[];
  readonly stores: readonly Store[];
  readonly keys: readonly Key[];
  readonly identities: readonly Identity[];
  readonly secrets: readonly Secret[];
  readonly parties: readonly Party[];
  /** What is in the stacks and was not understood, a sentence each: the inventory is complete without one only. */
  readonly unknown: readonly string[];
}

/** Where something lies: a bucket, a queue, a topic, the state of Terraform, a destination outside. */
export interface Store {
  /** The resource id of its cloud, such as `arn:aws:s3:::acme-logs`. */
  readonly id: string;
  readonly stack: string;
  /** Terraform's address; undefined for what no stack makes. */
  readonly address?: string;
  /** Such as `S3 bucket`. */
  readonly kind: string;
  readonly name: string;
  readonly holds: string;
  /** Account or project, and region. */
  readonly place: string;
  readonly encryption: string;
  readonly retention: string;
  /** What else is set: public access, versions, locks, refusals; a phrase each. */
  readonly settings: readonly string[];
  readonly readers: readonly Access[];
  readonly writers: readonly Access[];
  /** Who may delete, overwrite or take away what it holds. */
  readonly deleters: readonly Access[];
  /** Who may change how it is set up, policies included: they can let somebody at it, and themselves. */
  readonly administrators: readonly Access[];
  /** Why readers and writers are not all here: where somebody else says who they are. */
  readonly elsewhere?: string;
}

/** Somebody who gets at a store, a key or a secret. */
export interface Access {
  /** {@link Identity.id} */
  readonly identity: string;
  readonly name: string;
  /** By what, and under which conditions; a phrase each. */
  readonly how: readonly string[];
}

/** A key that encrypts stores. */
export interface Key {
  readonly id: string;
  readonly stack: string;
  readonly address?: string;
  readonly name: string;
  readonly place: string;
  readonly settings: readonly string[];
  /** Names of the stores. */
  readonly encrypts: readonly string[];
  readonly decrypting: readonly Access[];
  readonly encrypting: readonly Access[];
  readonly administering: readonly Access[];
  readonly elsewhere?: string;
}

/** Somebody whom a stack lets do something. */
export interface Identity {
  /** ARN, `serviceAccount:<e-mail>`, `service:<name>`, or everybody's name. */
  readonly id: string;
  readonly kind: IdentityKind;
  readonly name: string;
  /** Address of the account or role that a stack makes; undefined for everybody else. */
  readonly address?: string;
  readonly stack?: string;
  /** What it is for, in the words of its resource. */
  readonly description?: string;
  /** What runs as it, a phrase each. */
  readonly actsFor: readonly string[];
  /** Who may become it, for other than what runs as it. */
  readonly assumedBy: readonly Access[];
  readonly permissions: readonly Permission[];
}

export type IdentityKind =
  | 'service account'
  | 'IAM role'
  | 'AWS service'
  | 'AWS account'
  | 'identity provider'
  | 'AWS principal'
  | 'Google principal'
  | 'everybody';

/** One grant of a stack for one identity: a role of Google's, an Allow statement or an attached policy of AWS. */
export interface Permission {
  readonly stack: string;
  /** Address of what grants it; with the statement's Sid or number, where there are several. */
  readonly source: string;
  /** What is allowed, wildcards in words; many actions by service and purpose. */
  readonly may: readonly string[];
  /** Each action or permission by name, where the grant has some; a role that Google defines has none here. */
  readonly actions?: readonly string[];
  /** What on. */
  readonly on: readonly string[];
  /** Under which conditions, a phrase each; none: always. */
  readonly conditions: readonly string[];
}

export interface Secret {
  readonly stack: string;
  readonly address?: string;
  readonly name: string;
  /** Where the value is, a phrase each. */
  readonly lives: readonly string[];
  /** Whether the state of Terraform holds it, in clear. */
  readonly inState: boolean;
  readonly readers: readonly Access[];
  /** Who else can read it, by what no stack grants; a phrase each. */
  readonly others: readonly string[];
  readonly given: string;
  readonly rotated: string;
}

/** Somebody outside who gets something, or is asked. */
export interface Party {
  readonly name: string;
  readonly stacks: readonly string[];
  /** A phrase each. */
  readonly gets: readonly string[];
}
