import { compileReference, compileTemplate } from '../../compile/template';
import { Failure } from '../../run';
import { get, set } from '../../state';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';

/** `replace { "dst" => "text %{tok}" }`: a text, made or put over what is there. */
export function compileReplace(options: OptionReader): Execute[] {
  return options.textEntries('replace').map(({ key, value }) => write(key, value, 'replace'));
}

/** `update`, Logstash's: as replace, where the destination is set already. */
export function compileUpdate(options: OptionReader): Execute[] {
  return options.textEntries('update').map(({ key, value }) => {
    const reference = compileReference(key);
    const execute = write(key, value, 'update');
    return (run) => {
      const path = reference.resolve(run);
      return path === undefined || get(run.root, path) === undefined ? undefined : execute(run);
    };
  });
}

/** `add_field`, Logstash's: as replace. */
export function compileAddField(options: OptionReader): Execute[] {
  return options.textEntries('add_field').map(({ key, value }) => write(key, value, 'add_field'));
}

function write(destination: string, text: string, operation: string): Execute {
  const reference = compileReference(destination);
  const template = compileTemplate(text);
  return (run) => {
    const value = template(run);
    if (typeof value !== 'string')
      return new Failure(value.code, `${operation} failure: field "${destination}": ${value.text}`, value.value);
    run.chargeText(value.length);
    const path = reference.resolve(run);
    if (path === undefined)
      return new Failure(
        'field-not-set',
        `${operation} failure: field "${destination}": a token in its name is not set`,
      );
    set(run.root, path, value);
    if (run.trace !== undefined) run.trace.wrote(path);
    return undefined;
  };
}
