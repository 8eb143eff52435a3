import { compileReference } from '../../compile/template';
import { Failure } from '../../run';
import { get, set } from '../../state';
import { typeOf } from '../../values';
import type { Execute } from '../filter';
import type { OptionReader } from '../options';
import { TYPES } from './types';

/** `convert { "tok" => "type" }`: changes a token's type in place. */
export function compileConvert(options: OptionReader): Execute[] {
  return options.textEntries('convert').flatMap(({ key, value: type, position }) => {
    const convert = TYPES.get(type) ?? TYPES.get(type.toLowerCase());
    if (convert === undefined) {
      options.report.error(
        'unknown-type',
        position,
        `convert knows no type ${type}.`,
        `Types are ${[...TYPES.keys()].join(', ')}.`,
      );
      return [];
    }
    const reference = compileReference(key);
    const same = options.engine.convertSameTypeFails && type === 'string';
    return [
      (run) => {
        const path = reference.resolve(run);
        const value = path && get(run.root, path);
        if (path === undefined || value === undefined)
          return new Failure('field-not-set', `convert failure: field "${reference.written}": field not set`);
        if (run.trace !== undefined) run.trace.read(path);
        if (same && typeof value === 'string')
          return new Failure('same-type', `convert failure: field "${path.name}": value is already a ${type}`, value);
        const made = convert(value, options.engine);
        if (made === undefined)
          return new Failure(
            'convert-failure',
            `convert failure: field "${path.name}": cannot convert ${typeOf(value)} to ${type}`,
            value,
          );
        set(run.root, path, made);
        if (run.trace !== undefined) run.trace.changed(path);
        return undefined;
      },
    ];
  });
}
