import type { Rule } from '../rule';
import { addressIn } from '../stack';
import { collectors } from './collectors';
import { grants } from './grants';

/** Predefined roles with `run.routes.invoke` or `run.jobs.run`, or the old one of Cloud Functions. */
const INVOKING = /^roles\/(run\.(invoker|servicesInvoker|jobsExecutor|developer|admin)|cloudfunctions\.\w+)$/;

export const INVOKER: Rule = {
  id: 'invoker',
  title: 'The account of the schedules may call the collectors and nothing else, and nobody else may',
  controls: [],
  check(stack) {
    const given = grants(stack);
    const accounts = collectors(stack).map(({ address, job }) => ({
      address,
      account: addressIn(job?.http_target.oidc_token?.service_account_email),
    }));
    return [
      ...accounts.flatMap(({ address, account }) => {
        const own = given.filter(({ members }) => members.some((member) => addressIn(member) === account));
        const called = own.map(({ resource }) => addressIn(resource.name));
        const isCallingOnly =
          account !== undefined &&
          called.filter((one) => one === address).length === 1 &&
          called.every((one) => accounts.some((other) => other.address === one && other.account === account)) &&
          own.every(
            ({ type, role }) => type === 'google_cloud_run_v2_service_iam_member' && role === 'roles/run.invoker',
          );
        return isCallingOnly ? [] : [`${address}: its schedule may do something else than call it`];
      }),
      ...given
        .filter(({ role = '' }) => INVOKING.test(role))
        .filter(({ members }) => !members.every((member) => accounts.some((one) => one.account === addressIn(member))))
        .map(({ address }) => `${address}: somebody else may call a function`),
    ];
  },
};
