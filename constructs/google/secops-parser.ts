import { type ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

export interface SecopsParserProps {
  /** Google Cloud project that the instance is linked to. */
  readonly project: string;
  /** Region of the instance, such as `europe`. */
  readonly location: string;
  /** Customer id of the instance, a UUID. */
  readonly instance: string;
  /** Such as `QUALYS_CONTINUOUS_MONITORING`. */
  readonly logType: string;
  /** Code of the configuration-based normalizer, as text. */
  readonly code: string;
  /** Passes the validation when SecOps has no logs of the type to try it on. */
  readonly validatedOnEmptyLogs: boolean;
  /** SecOps does not try it on logs at all. */
  readonly validationSkipped: boolean;
  readonly dependsOn: ITerraformDependable[];
  /** `projects/…/locations/…/instances/…/logTypes/<log type>/parsers/<id>` (`…/parserExtensions/<id>`) of an existing one. */
  readonly importId?: string;
}

/**
 * A custom parser of Google SecOps. It is not active before `parsers.activate`, which the provider does not call. Every
 * argument but the policy makes a new one: what was there stays in SecOps, active as it was, since a destroy of the
 * provider would remove it, and fails on an active one (it does not send `force`). The bindings are older than
 * `google_chronicle_parser` (google 7.37), hence the plain resource; arguments as in its documentation,
 * registry.terraform.io/providers/hashicorp/google/latest/docs/resources/chronicle_parser.
 */
export class SecopsParser extends Construct {
  constructor(scope: Construct, id: string, props: SecopsParserProps) {
    super(scope, id);
    const parser = new TerraformResource(this, 'parser', {
      terraformResourceType: 'google_chronicle_parser',
      dependsOn: props.dependsOn,
    });
    parser.addOverride('project', props.project);
    parser.addOverride('location', props.location);
    parser.addOverride('instance', props.instance);
    // Here without the underscore that the same argument of an extension has.
    parser.addOverride('logtype', props.logType);
    parser.addOverride('cbn', Buffer.from(props.code).toString('base64'));
    // An argument that is false is not sent: unset is the same, and no difference to what the API gives back.
    if (props.validationSkipped) parser.addOverride('validation_skipped', true);
    else if (props.validatedOnEmptyLogs) parser.addOverride('validated_on_empty_logs', true);
    parser.addOverride('deletion_policy', 'ABANDON');
    if (props.importId) parser.importFrom(props.importId);
  }
}
