import { type ClientOptions, createClient } from "@crm/sdk/index.ts";

/** A client whose requests are answered by a table, in their order. */

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly credentials: string | undefined;
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** An answer, an error of the network, or a function that decides. `never` does not answer. */
export type StubAnswer = Answer | Error | "never" | ((request: SentRequest) => Answer | Promise<Answer>);

const ORIGIN = "https://crm.example";

export const ok = (data: unknown, meta: unknown = {}): Answer => ({ body: { success: true, data, meta } });

export const refuse = (status: number, code = "CODE", headers: Record<string, string> = {}, details: unknown[] = []): Answer => ({
  status,
  headers,
  body: { success: false, error: { code, message: "No", details, request_id: "req_1" } },
});

export function createStubClient(answers: readonly StubAnswer[], options: ClientOptions = {}) {
  const sent: SentRequest[] = [];
  const remaining = [...answers];
  const fetchStub = async (url: string, init: RequestInit): Promise<Response> => {
    const { body } = init;
    const request: SentRequest = {
      method: init.method ?? "GET",
      path: String(url).replace(ORIGIN, ""),
      headers: init.headers as Record<string, string>,
      body: typeof body === "string" && body.startsWith("{") ? JSON.parse(body) : body,
      credentials: init.credentials,
    };
    sent.push(request);
    const answer = remaining.shift();
    if (answer === undefined) throw new Error(`No answer is left for ${request.method} ${request.path}`);
    if (answer instanceof Error) throw answer;
    if (answer === "never")
      return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const { status = 200, body: content = {}, headers = {} } = typeof answer === "function" ? await answer(request) : answer;
    return new Response(JSON.stringify(content), { status, headers: { "content-type": "application/json", ...headers } });
  };
  const crm = createClient({ baseUrl: ORIGIN, retryDelay: () => 0, fetch: fetchStub as typeof fetch, ...options });
  return { crm, sent };
}
