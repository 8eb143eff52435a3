import { addEntries } from '../../environment-file';
import { YamlText } from '../../yaml-text';

const SECTION = ['cloudtrail', 'existing'];

/**
 * An environment file's text as it is before adopt has filled `cloudtrail.existing` in, made good to be loaded: what is
 * missing there is put in, in this text alone. The names that adopt looks for (queues, role, topic) do not depend on it.
 */
export function withExistingTrail(text: string): string {
  const yaml = new YamlText(text);
  if (yaml.valueAt(['cloudtrail', 'trail']) !== 'existing') return text;
  const isMissing = (key: string) => yaml.valueAt([...SECTION, key]) === undefined;
  return addEntries(text, [
    ...(isMissing('bucket') ? [{ path: [...SECTION, 'bucket'], value: 'not-known-yet' }] : []),
    ...(isMissing('topic') && isMissing('notification') ? [{ path: [...SECTION, 'notification'], value: 'own' }] : []),
  ]);
}
