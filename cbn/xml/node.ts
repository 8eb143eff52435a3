/** An element, in the order of the document. */
export interface XmlElement {
  /** Name with its prefix, as written. */
  readonly name: string;
  /** Name without the prefix. */
  readonly local: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (XmlElement | string)[];
  readonly parent: XmlElement | undefined;
  /** Child elements by local name, made when first asked for: a loop asks for each of thousands in turn. */
  byName?: Map<string, XmlElement[]>;
}

/** A document: a nameless element around its root. */
export type XmlDocument = XmlElement;

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

export function element(
  name: string,
  attributes: ReadonlyMap<string, string>,
  parent: XmlElement | undefined,
): XmlElement {
  return { name, local: localName(name), attributes, children: [], parent };
}

export function childrenNamed(parent: XmlElement, local: string): readonly XmlElement[] {
  if (parent.byName === undefined) {
    parent.byName = new Map();
    for (const child of parent.children) {
      if (typeof child === 'string') continue;
      const same = parent.byName.get(child.local);
      if (same === undefined) parent.byName.set(child.local, [child]);
      else same.push(child);
    }
  }
  return parent.byName.get(local) ?? [];
}

/** All text within an element. */
export function textOf(node: XmlElement): string {
  const [only] = node.children;
  if (node.children.length === 1 && typeof only === 'string') return only;
  let text = '';
  for (const child of node.children) text += typeof child === 'string' ? child : textOf(child);
  return text;
}
