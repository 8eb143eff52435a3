import type { XmlHandler } from './xml-reader';

/** An element as an object: text as it is, an element that comes more than once as a list. */
export interface XmlElement {
  [name: string]: XmlValue;
}
export type XmlValue = string | XmlElement | (string | XmlElement)[];

/** What is done with elements of certain names, each as soon as it ends. */
export type Taken = Readonly<Record<string, (element: XmlElement | string) => void>>;

interface Frame {
  text: string;
  element: XmlElement | undefined;
  /** Whether it, or one around it, is taken: only then it is kept. */
  isKept: boolean;
}

/**
 * Builds the elements of certain names out of what a reader tells, and gives each away when it ends: an element that is
 * taken is no longer part of the one around it, and nothing outside of taken elements is kept.
 */
export class XmlElements implements XmlHandler {
  private top: Frame = { text: '', element: undefined, isKept: false };
  private readonly frames: Frame[] = [this.top];
  private readonly taken: ReadonlyMap<string, Taken[string]>;

  constructor(taken: Taken) {
    this.taken = new Map(Object.entries(taken));
  }

  open(name: string): void {
    const isKept = this.top.isKept || this.taken.has(name);
    this.top = { text: '', element: undefined, isKept };
    this.frames.push(this.top);
  }

  text(text: string): void {
    if (this.top.isKept) this.top.text += text;
  }

  close(name: string): void {
    const { text, element, isKept } = this.top;
    this.frames.pop();
    this.top = this.frames.at(-1) as Frame;
    if (!isKept) return;
    // Between elements there is but layout.
    const value = element ?? text.trim();
    const take = this.taken.get(name);
    if (take) take(value);
    else this.add(name, value);
  }

  private add(name: string, value: string | XmlElement): void {
    this.top.element ??= {};
    const { element } = this.top;
    const present = Object.hasOwn(element, name) ? element[name] : undefined;
    if (present === undefined) element[name] = value;
    else if (Array.isArray(present)) present.push(value);
    else element[name] = [present, value];
  }
}

/** The element at a path, or undefined; of a list its first. */
export function elementAt(value: XmlValue | undefined, ...path: readonly string[]): XmlElement | undefined {
  let found = Array.isArray(value) ? value[0] : value;
  for (const name of path) {
    const next: XmlValue | undefined = typeof found === 'object' ? found[name] : undefined;
    found = Array.isArray(next) ? next[0] : next;
  }
  return typeof found === 'object' ? found : undefined;
}

/** The text of a child; undefined if it is empty or there is none. Qualys also writes `null` for none. */
export function textAt(element: XmlElement | undefined, name: string): string | undefined {
  const value = element?.[name];
  const text = Array.isArray(value) ? value[0] : value;
  return typeof text === 'string' && text !== '' && text !== 'null' ? text : undefined;
}

/** Children of a name as a list, however many there are. */
export function listAt(element: XmlElement | undefined, name: string): (string | XmlElement)[] {
  const value = element?.[name];
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : [value];
}
