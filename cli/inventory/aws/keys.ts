import type { KeyFacts, StoreFacts } from '../facts';
import { counted } from '../words';
import type { AwsView } from './view';

/** The keys that a stack makes. */
export function awsKeys(view: AwsView, refusals: ReadonlyMap<string, readonly string[]>): KeyFacts[] {
  return view.references.of('aws_kms_key').map((key) => {
    const { enable_key_rotation: rotates, deletion_window_in_days: window } = key.arguments;
    const id = view.idOf(key);
    return {
      id,
      stack: view.stack.name,
      address: key.address,
      name: view.keyName(id),
      place: view.place,
      settings: [
        // KMS developer guide, "Rotating AWS KMS keys": 365 days unless another period is set.
        rotates ? 'rotates each year' : 'does not rotate',
        ...(typeof window === 'number' ? [`is deleted ${counted(window, 'day')} after somebody says so`] : []),
        ...(refusals.get(id) ?? []),
      ],
    };
  });
}

/** How something with a KMS key is encrypted. */
export function keyOf(view: AwsView, argument: unknown): Pick<StoreFacts, 'encryption' | 'key'> {
  const key = view.references.resolve(argument);
  return { key, encryption: `KMS key ${view.keyName(key)}` };
}

/** Keys of somebody else, by the ARNs under which the stack names them. */
export function foreignKeys(view: AwsView, arns: readonly string[]): KeyFacts[] {
  return arns.map((id) => {
    const [, , , region, account] = id.split(':');
    return {
      id,
      stack: view.stack.name,
      name: id,
      place: `AWS account ${account}, ${region}`,
      settings: [],
      elsewhere: 'No stack makes it: its policy says who may use and change it.',
    };
  });
}
