/** What a page was like that has come. */
export interface PageSeen {
  /** Hosts of it. */
  hosts: number;
  /** Bytes of them. */
  bytes: number;
  /** Why the rest of its answer was left, if it was. */
  cut?: 'size' | 'broken';
}

/** How many hosts to ask for at a time: fewer after pages that were too slow or too large, more again where hosts are small. */
export class PageSize {
  /** To ask for next, at least 1. */
  hosts: number;

  /**
   * @param most hosts of a page
   * @param bytes at which the rest of an answer is left
   */
  constructor(
    private most: number,
    private readonly bytes: number,
  ) {
    this.hosts = most;
  }

  /** As many do not come in time: no later page is to have as many. */
  tooSlow(): void {
    this.most = Math.ceil(this.hosts / 2);
    this.hosts = this.most;
  }

  learn({ hosts, bytes, cut }: PageSeen): void {
    if (cut === 'broken') this.tooSlow();
    // Of what was left Qualys has made more than was needed.
    else if (cut === 'size') this.hosts = Math.max(1, hosts);
    // Each call counts: a few large hosts are not to make all pages behind them small.
    else if (bytes <= this.bytes / 2) this.hosts = Math.min(this.most, 2 * this.hosts);
  }
}
