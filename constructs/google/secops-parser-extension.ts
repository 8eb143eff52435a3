import { type ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

export interface SecopsParserExtensionProps {
  /** Google Cloud project that the instance is linked to. */
  readonly project: string;
  /** Region of the instance, such as `europe`. */
  readonly location: string;
  /** Customer id of the instance, a UUID. */
  readonly instance: string;
  /** Such as `QUALYS_CONTINUOUS_MONITORING`. SecOps has one extension for each. */
  readonly logType: string;
  /** The extension's code, as text: a whole `filter { … }` that runs on the raw log. */
  readonly code: string;
  /** SecOps does not try it on logs of the last 30 days. */
  readonly validationSkipped: boolean;
  readonly dependsOn: ITerraformDependable[];
  /** `projects/…/locations/…/instances/…/logTypes/<log type>/parserExtensions/<id>` of an existing extension. */
  readonly importId?: string;
}

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
