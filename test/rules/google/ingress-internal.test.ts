import { resource } from './edit';
import { INGRESS_INTERNAL } from './ingress-internal';
import { testRule } from './rule-tests';

testRule(
  INGRESS_INTERNAL,
  ['ALLOW_ALL', 'ALLOW_INTERNAL_AND_GCLB', undefined].map((ingress) => ({
    what: `ingress ${ingress}`,
    edit: (stack) => {
      resource(stack, 'google_cloudfunctions2_function').service_config.ingress_settings = ingress;
    },
    found: /^google_cloudfunctions2_function\.alerts/,
  })),
);
