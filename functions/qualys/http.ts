import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Decompressed. */
  body: Buffer;
}

export interface HttpPost {
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Ends the request and the reading of its answer, with the error `AbortError`. */
  signal: AbortSignal;
}

/** Posts to one server over one connection, which is kept. No redirect is followed, and no proxy used. */
export class HttpClient {
  private readonly agent: HttpAgent | HttpsAgent;
  private readonly request: typeof httpRequest;

  /** @param url the server's base URL, http or https */
  constructor(private readonly url: URL) {
    const isSecure = url.protocol === 'https:';
    this.request = isSecure ? httpsRequest : httpRequest;
    this.agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
  }

  /**
   * The answer, once it is complete.
   *
   * @throws Error with the `code` of the system or of the HTTP parser; an answer that breaks off has `ECONNRESET`
   */
  async post(path: string, { headers, body, signal }: HttpPost): Promise<HttpAnswer> {
    const answer = await new Promise<HttpAnswer>((resolve, reject) => {
      const content = Buffer.from(body);
      const request = this.request(
        this.url.origin + path,
        {
          method: 'POST',
          agent: this.agent,
          signal,
          headers: { ...headers, 'Accept-Encoding': 'gzip', 'Content-Length': content.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('end', () => {
            const { statusCode = 0, headers: received } = response;
            resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks) });
          });
          response.once('error', reject);
        },
      );
      request.once('error', reject);
      request.end(content);
    });
    const isCompressed = /gzip/i.test(answer.headers['content-encoding'] ?? '');
    return isCompressed ? { ...answer, body: await promisify(gunzip)(answer.body) } : answer;
  }

  /** Closes the connection. */
  close(): void {
    this.agent.destroy();
  }
}
