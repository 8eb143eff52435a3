import { isUtf8 } from 'node:buffer';
import { compileReference } from '../compile/template';
import { Failure } from '../run';
import { set } from '../state';
import { BASE64_ENCODINGS, type Base64Encoding, decodeBase64, textOfBytes } from '../text/base64';
import type { Filter } from './filter';
import { compileSourceText } from './source';

/** `base64 { source target encoding => "Standard" | "RawStandard" | "URL" | "RawURL" }`: decodes, to text. */
export const base64: Filter = {
  options: ['source', 'target', 'encoding'],
  compile(options) {
    const source = options.required('source');
    const read = compileSourceText(source);
    const target = compileReference(options.text('target') ?? source);
    const written = options.text('encoding') ?? 'Standard';
    const encoding = BASE64_ENCODINGS.find((name) => name.toLowerCase() === written.toLowerCase()) as
      | Base64Encoding
      | undefined;
    if (encoding === undefined)
      options.report.error(
        'unknown-encoding',
        options.position('encoding'),
        `base64 knows no encoding ${written}.`,
        `Write one of ${BASE64_ENCODINGS.join(', ')}.`,
      );
    return (run) => {
      const text = read(run);
      if (typeof text !== 'string') return new Failure(text.code, `base64 failure: ${text.text}`, text.value);
      const bytes = decodeBase64(text, encoding);
      if (bytes === undefined)
        return new Failure('invalid-base64', `base64 failure: source field "${source}": illegal base64 data`, text);
      const path = target.resolve(run);
      if (path === undefined)
        return new Failure('field-not-set', 'base64 failure: a token in the name of the target is not set');
      // What is no text stays bytes, for bytestohex to read.
      set(run.root, path, isUtf8(bytes) ? textOfBytes(bytes) : bytes);
      if (run.trace !== undefined) run.trace.wrote(path);
      return undefined;
    };
  },
};
