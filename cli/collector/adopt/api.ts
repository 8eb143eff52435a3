import { type GoogleApi, GoogleApiError, type GoogleRequest, requestJson } from '../../google-api';

/** What is asked for; it changes nothing, so that it is repeated. */
export type Question = Omit<GoogleRequest, 'method' | 'repeatable' | 'body'>;

/** What was asked for; undefined where it does not exist, or its API is off: that is a warning. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly warnings: readonly string[];
}

/**
 * Everything of a list, page by page.
 * @param key of the items in a page
 * @throws GoogleApiError also when the list would not be complete
 */
export async function listAll<T>(api: GoogleApi, question: Question, key: string): Promise<T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const query = { ...question.query, ...(pageToken && { pageToken }) };
    const { content } = await requestJson<Record<string, unknown>>(api, ask({ ...question, query }));
    const unreachable = (content.unreachable ?? []) as string[];
    if (unreachable.length > 0)
      throw new GoogleApiError(
        undefined,
        `Could not ${question.purpose}: Google Cloud does not reach ${unreachable.join(', ')} at present. Try again later.`,
      );
    // Google's JSON leaves out a list without items.
    items.push(...((content[key] ?? []) as T[]));
    pageToken = content.nextPageToken as string | undefined;
  } while (pageToken);
  return items;
}

/** One resource, if it is there. */
export async function findOne<T>(api: GoogleApi, question: Question, project: string): Promise<Answer<T>> {
  return withoutApi(project, async () => {
    try {
      return (await requestJson<T>(api, ask(question))).content;
    } catch (error) {
      if (error instanceof GoogleApiError && error.status === 404) return undefined;
      throw error;
    }
  });
}

/**
 * A request to an API that nobody may have turned on yet: then nothing of it exists. Google tells so of the project that
 * pays for the request, which with a person's login need not be the one that is asked about
 * (cloud.google.com/docs/quotas/quota-project).
 */
export async function withoutApi<T>(project: string, request: () => Promise<T | undefined>): Promise<Answer<T>> {
  try {
    return { value: await request(), warnings: [] };
  } catch (error) {
    if (!(error instanceof GoogleApiError) || error.status !== 403) throw error;
    const off = /: ([^:\n]+ API) has not been used in project (\S+) before or it is disabled/.exec(error.message);
    if (off === null) throw error;
    const [, name, other] = off;
    const warning =
      `The ${name} is off in the project ${other}: what it has was taken as absent. If that is not ${project}, run ` +
      `"gcloud auth application-default set-quota-project ${project}" and adopt again.`;
    return { value: undefined, warnings: [warning] };
  }
}

function ask(question: Question): GoogleRequest {
  return { ...question, method: 'GET', repeatable: true };
}
