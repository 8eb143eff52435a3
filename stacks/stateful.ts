/** Kinds of resources that hold what another deploy would not bring back, and what is lost with each. */
export const STATEFUL_KINDS = {
  google_storage_bucket: 'its objects are gone',
  google_secret_manager_secret: 'its versions are gone',
  google_chronicle_feed: 'a feed that is made anew reads every object again, and SecOps has each alert twice',
  aws_s3_bucket: 'its objects are gone',
  aws_sqs_queue: 'messages that nobody has read yet are gone, and whoever reads it needs the new address',
  aws_kms_key: 'what it has encrypted cannot be read any more',
} as const;

export type StatefulKind = keyof typeof STATEFUL_KINDS;

/**
 * Kinds that a destroy leaves where they are, since each has `deletion_policy = "ABANDON"`: Terraform forgets them, and to
 * make one anew makes another beside it.
 */
export const ABANDONED_KINDS: readonly string[] = ['google_chronicle_parser', 'google_chronicle_parser_extension'];
