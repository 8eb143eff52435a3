import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import type { SecopsParserProps } from './secops-parser';

/** As of a parser. SecOps has one extension for each log type; its code is a whole `filter { … }` that runs on the raw log. */
export type SecopsParserExtensionProps = Omit<SecopsParserProps, 'validatedOnEmptyLogs'>;

/**
 * A parser extension of Google SecOps. It is not live before `parserExtensions.activate`, which the provider does not call.
 * Every argument but the policy makes a new one, and what was there stays in SecOps, live as it was. The bindings are older
 * than `google_chronicle_parser_extension` (google 7.38), hence the plain resource; arguments as in its documentation,
 * registry.terraform.io/providers/hashicorp/google/latest/docs/resources/chronicle_parser_extension.
 */
export class SecopsParserExtension extends Construct {
  constructor(scope: Construct, id: string, props: SecopsParserExtensionProps) {
    super(scope, id);
    const extension = new TerraformResource(this, 'extension', {
      terraformResourceType: 'google_chronicle_parser_extension',
      dependsOn: props.dependsOn,
    });
    extension.addOverride('project', props.project);
    extension.addOverride('location', props.location);
    extension.addOverride('instance', props.instance);
    extension.addOverride('log_type', props.logType);
    extension.addOverride('cbn_snippet', Buffer.from(props.code).toString('base64'));
    if (props.validationSkipped) extension.addOverride('validation_skipped', true);
    extension.addOverride('deletion_policy', 'ABANDON');
    if (props.importId) extension.importFrom(props.importId);
  }
}
