/** Pages of Google's public documentation whose snippets are restated. */
export const PAGES = {
  'parser-syntax': 'https://docs.cloud.google.com/chronicle/docs/reference/parser-syntax',
  'parser-tips-troubleshooting':
    'https://docs.cloud.google.com/chronicle/docs/event-processing/parser-tips-troubleshooting',
  'parser-extension-examples':
    'https://docs.cloud.google.com/chronicle/docs/event-processing/parser-extension-examples',
  'using-parser-extensions': 'https://docs.cloud.google.com/chronicle/docs/event-processing/using-parser-extensions',
  'parsing-overview': 'https://docs.cloud.google.com/chronicle/docs/event-processing/parsing-overview',
} as const;

export type Page = keyof typeof PAGES;

/** A snippet of the documentation in other words, and what the page says that it gives. */
export interface Documented {
  /** As docs/parsers.md calls it. */
  readonly construct: string;
  readonly title: string;
  readonly page: Page;
  /** What stands within `filter { … }`. */
  readonly parser: string;
  /** A parser whose event the snippet extends. */
  readonly extends?: string;
  readonly log: string;
  readonly gives: {
    /** Tokens behind the last statement, by dotted path; undefined: not set. */
    readonly tokens?: Readonly<Record<string, unknown>>;
    /** UDM of the events, without what depends on the run. */
    readonly events?: readonly object[];
    readonly dropped?: string;
    /** The vendor's words, or a part of them. */
    readonly error?: string;
    /** Of an event that is refused. */
    readonly problem?: string;
    /** What statedump shows, or a part of it, in turn. */
    readonly dumps?: readonly string[];
  };
}

/** A statement for a field of the event. */
export const udm = (path: string): string => `event.idm.read_only_udm.${path}`;

export const OUTPUT = 'mutate { merge => { "@output" => "event" } }';
export const GENERIC = `mutate { replace => { "${udm('metadata.event_type')}" => "GENERIC_EVENT" } }`;
