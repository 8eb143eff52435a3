import type { Rule } from '../rule';
import { collectors } from './collectors';

export const INGRESS_INTERNAL: Rule = {
  id: 'ingress-internal',
  title: 'Each function takes calls from inside the project only',
  controls: [],
  check: (stack) =>
    collectors(stack).flatMap(({ address, function: { service_config: service } }) =>
      service.ingress_settings === 'ALLOW_INTERNAL_ONLY' ? [] : [`${address}: ${service.ingress_settings}`],
    ),
};
