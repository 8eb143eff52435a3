import { compileTemplate } from '../compile/template';
import type { Filter } from './filter';

/** Reasons that Google documents; others are taken as they are. */
export const DROP_TAGS = [
  'TAG_UNSUPPORTED',
  'TAG_MALFORMED_ENCODING',
  'TAG_MALFORMED_MESSAGE',
  'TAG_NO_SECURITY_VALUE',
  'TAG_UNSPECIFIED',
] as const;

/** `drop { tag => "TAG_…" }`: ends the log without events. Without a tag it counts as TAG_UNSPECIFIED. */
export const drop: Filter = {
  options: ['tag', 'percentage'],
  compile(options) {
    const written = options.text('tag') ?? 'TAG_UNSPECIFIED';
    if (!written.includes('%{') && !(DROP_TAGS as readonly string[]).includes(written))
      options.report.warn(
        'unknown-tag',
        options.position('tag'),
        `${written} is none of the documented tags.`,
        `Write one of ${DROP_TAGS.join(', ')}.`,
      );
    const tag = compileTemplate(written);
    return (run) => {
      const text = tag.text(run);
      if (typeof text !== 'string') return text;
      run.dropped = { tag: text };
      return undefined;
    };
  },
};
