/** Calls that a subscription may make in any period of this length. */
export interface RateLimit {
  limit: number;
  windowSeconds: number;
  /** Whether answers tell the limits. Default true. */
  headers?: boolean;
  /** Sources spell it in two ways. Default `X-Concurrency-Limit-Limit`. */
  spelling?: 'X-Concurrency-Limit-Limit' | 'X-ConcurrencyLimit-Limit';
}

/** Of the Standard tier, next to 300 calls an hour. */
export const STANDARD_CONCURRENCY = 2;

/**
 * The limits of a subscription, by the server's clock ("API limits",
 * docs.qualys.com/en/vm/api/assets/get_started/api_limits.htm). A call that is blocked does not count.
 */
export class Limits {
  /** When the calls of the window were made, ascending, in milliseconds since 1970. */
  private readonly calls: number[] = [];
  private running = 0;

  constructor(
    private readonly rate: RateLimit | undefined,
    private readonly concurrency: number | undefined,
    private readonly now: () => number,
  ) {}

  /** A call begins; the returned function ends it. */
  begin(): () => void {
    this.running += 1;
    return () => {
      this.running -= 1;
    };
  }

  /** Whether the present call is blocked; if not, it counts. Concurrency takes precedence. */
  check(): { running: number } | { seconds: number } | undefined {
    if (this.concurrency !== undefined && this.running > this.concurrency) return { running: this.concurrency };
    const seconds = this.secondsToWait();
    if (seconds > 0) return { seconds };
    this.use(1);
    return undefined;
  }

  /** Calls of others. */
  use(calls: number): void {
    if (this.rate) for (let call = 0; call < calls; call += 1) this.calls.push(this.now());
  }

  /** Of an answer to the present call. */
  headers(): Record<string, string> {
    if (this.rate === undefined || this.rate.headers === false) return {};
    const { limit, windowSeconds, spelling = 'X-Concurrency-Limit-Limit' } = this.rate;
    const wait = this.secondsToWait();
    return {
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Window-Sec': String(windowSeconds),
      'X-RateLimit-Remaining': String(Math.max(0, limit - this.calls.length)),
      'X-RateLimit-ToWait-Sec': String(wait),
      [spelling]: String(this.concurrency),
      'X-Concurrency-Limit-Running': String(this.running),
    };
  }

  /** Until a call is let through; 0 if one would be now. */
  private secondsToWait(): number {
    if (this.rate === undefined) return 0;
    const { limit, windowSeconds } = this.rate;
    const now = this.now();
    while (this.calls[0] !== undefined && this.calls[0] <= now - windowSeconds * 1000) this.calls.shift();
    // Others may have used more than the limit: all but `limit - 1` must leave the window.
    const last = this.calls[this.calls.length - limit];
    return last === undefined ? 0 : Math.ceil((last + windowSeconds * 1000 - now) / 1000);
  }
}
