import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Decompressed. */
  body: Buffer;
}

/** An answer whose body is still arriving. Whoever does not read it to its end must leave the loop over it. */
export interface HttpStream {
  status: number;
  headers: IncomingHttpHeaders;
  /** Decompressed, in pieces. @throws Error as the client's methods if it breaks off */
  body: AsyncIterable<Buffer>;
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
  async post(path: string, post: HttpPost): Promise<HttpAnswer> {
    const response = await this.send(path, post);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const { statusCode: status = 0, headers } = response;
    const body = Buffer.concat(chunks);
    return { status, headers, body: isCompressed(headers) ? await promisify(gunzip)(body) : body };
  }

  /** The answer as soon as it begins. Until it has ended, nothing else is asked. @throws Error as {@link post} */
  async open(path: string, post: HttpPost): Promise<HttpStream> {
    const response = await this.send(path, post);
    const { statusCode: status = 0, headers } = response;
    // The reader of the end of the pipeline learns of every error.
    const body = isCompressed(headers) ? pipeline(response, createGunzip(), () => {}) : response;
    return { status, headers, body };
  }

  private send(path: string, { headers, body, signal }: HttpPost): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const content = Buffer.from(body);
      const request = this.request(
        this.url.origin + path,
        {
          method: 'POST',
          agent: this.agent,
          signal,
          headers: { ...headers, 'Accept-Encoding': 'gzip', 'Content-Length': content.length },
        },
        resolve,
      );
      request.once('error', reject);
      request.end(content);
    });
  }

  /** Closes the connection. */
  close(): void {
    this.agent.destroy();
  }
}

function isCompressed(headers: IncomingHttpHeaders): boolean {
  return /gzip/i.test(headers['content-encoding'] ?? '');
}
