import type { AttributeChange, ResourceChange } from './report';
import { isLarge, showDifference, visible } from './show';
import { contextualDiff, type TextDiff } from './text-diff';

/** Columns of a path that others are aligned with. */
const LONGEST_ALIGNED = 40;

/** An attribute on a line each, `path  old → new`, and with diffs of their own those that need more than a line. */
export interface ResourceLines {
  readonly attributes: readonly string[];
  readonly diffs: readonly { readonly title: string; readonly diff: TextDiff }[];
}

export function resourceLines({ attributes, action }: ResourceChange): ResourceLines {
  const short = attributes.filter((attribute) => !isLarge(attribute));
  const width = Math.max(0, ...short.map(({ path }) => path.length).filter((length) => length <= LONGEST_ALIGNED));
  return {
    attributes: short.map((attribute) => {
      const added = attribute.before.kind === 'absent' && action !== 'create' ? '(none) → ' : '';
      return `${visible(attribute.path).padEnd(width)}  ${added}${showDifference(attribute)}${remark(attribute)}`;
    }),
    diffs: attributes.filter(isLarge).map((attribute) => ({
      title: `${visible(attribute.path)}${remark(attribute)}`,
      diff: contextualDiff(knownValue(attribute.before), knownValue(attribute.after)),
    })),
  };
}

function remark({ forcesReplacement, isComputed }: AttributeChange): string {
  return `${forcesReplacement ? '  # forces a new one' : ''}${isComputed ? '  # set by the provider' : ''}`;
}

function knownValue(value: AttributeChange['before']): unknown {
  return value.kind === 'known' ? value.value : null;
}
