import type { AttributeChange, ResourceChange } from './report';
import { isLarge, showPair, visible } from './show';
import { contextualDiff, type TextDiff } from './text-diff';

/** Columns of a path that others are aligned with. */
const LONGEST_ALIGNED = 40;

/** Characters of both values that share a line. */
const LONGEST_PAIR = 90;

/** An attribute on a line each, or on two, `path  old → new`, and with diffs of their own those that need more than a line. */
export interface ResourceLines {
  readonly attributes: readonly string[];
  readonly diffs: readonly { readonly title: string; readonly diff: TextDiff }[];
}

export function resourceLines({ attributes, action }: ResourceChange): ResourceLines {
  const short = attributes.filter((attribute) => !isLarge(attribute));
  const width = Math.max(0, ...short.map(({ path }) => path.length).filter((length) => length <= LONGEST_ALIGNED));
  return {
    attributes: short.flatMap((attribute) => attributeLines(attribute, width, action === 'create')),
    diffs: attributes.filter(isLarge).map((attribute) => ({
      title: `${visible(attribute.path)}${remark(attribute)}`,
      diff: contextualDiff(knownValue(attribute.before), knownValue(attribute.after)),
    })),
  };
}

function attributeLines(attribute: AttributeChange, width: number, isNew: boolean): string[] {
  const path = visible(attribute.path).padEnd(width);
  const [old, now] = showPair(attribute);
  if (isNew) return [`${path}  ${now}${remark(attribute)}`];
  if (old.length + now.length <= LONGEST_PAIR) return [`${path}  ${old} → ${now}${remark(attribute)}`];
  return [`${path}  ${old}`, `${'→'.padStart(path.length)}  ${now}${remark(attribute)}`];
}

function remark({ forcesReplacement, isComputed }: AttributeChange): string {
  return `${forcesReplacement ? '  # forces a new one' : ''}${isComputed ? '  # set by the provider' : ''}`;
}

function knownValue(value: AttributeChange['before']): unknown {
  return value.kind === 'known' ? value.value : null;
}
