import {
  findJobPath,
  hasFailed,
  isRunning,
  type Job,
  JobError,
  type JobRecord,
  type StartedJob,
  type WaitOptions,
} from "./background-job.ts";
import { ApiPromise, type ApiResponse, type CallOptions, type DeleteOptions } from "./call.ts";
import { ApiError, AuthenticationError } from "./errors.ts";
import type { Resources } from "./generated/resources.ts";
import type { SignupBody } from "./generated/schemas.ts";
import { unkeyedPaths } from "./generated/unkeyed-operations.ts";
import { buildQueryString } from "./query-string.ts";
import { RecentWrites } from "./recent-writes.ts";
import { buildResource, type Send } from "./resource.ts";
import {
  type Auth,
  type CredentialsWithCode,
  type SecondFactorAnswer,
  Session,
  type SessionHooks,
  type SignInResult,
} from "./session.ts";
import { pause, type RequestBody, Transport } from "./transport.ts";
import { announceFile, type UploadData, type UploadFile } from "./upload.ts";

const BASE_PATH = "/api/v1";
const MAX_WAIT_FACTOR = 10;
/** The API takes the bytes of an upload for an hour. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

export interface ClientOptions extends SessionHooks {
  /** The origin of the CRM, such as `https://crm.example.com`. In a browser, the default is the page's own. */
  readonly baseUrl?: string | undefined;
  readonly auth?: Auth | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds for each attempt of a call. Default: 60,000. */
  readonly timeout?: number | undefined;
  /** Further attempts after a failure that may pass. Default: 3. */
  readonly retries?: number | undefined;
  /** Milliseconds to wait after an attempt, counted from 0, unless the API says how long. By default they double, with jitter. */
  readonly retryDelay?: ((attempt: number) => number) | undefined;
  /** Language of error messages and labels, such as `de`. Default: English. */
  readonly language?: string | undefined;
  /** Headers of each call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RequestInput extends DeleteOptions<object | undefined> {
  /** Sent as JSON, or as a form if a field is a `Blob`. */
  readonly body?: unknown;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Helpers {
  /** Signs a user in; the calls of this client are theirs from then on. */
  signIn(credentials: CredentialsWithCode | SecondFactorAnswer): Promise<SignInResult>;
  /** Creates a tenant with its first user, and signs them in. */
  signUp(input: SignupBody): Promise<SignInResult>;
  signOut(): Promise<void>;
  /** Uploads a file. Pass its `upload_id` to an import or an attachment. */
  upload(data: UploadData, file?: UploadFile & CallOptions): Promise<{ upload_id: string }>;
  /** Waits until a job has ended, and returns its record. Throws a `JobError` if the job failed or was cancelled. */
  waitForJob<S extends StartedJob>(started: S, options?: WaitOptions<JobRecord<S>>): Promise<JobRecord<S>>;
  /** Calls any path, such as a link of a record: `request<Schemas.Person>("GET", lead.links.person)`. */
  request<T = unknown>(method: Method, path: string, input?: RequestInput): ApiPromise<T>;
}

export type Client = Resources & Helpers;

/** Creates a client. It sends nothing before its first call. */
export function createClient(options: ClientOptions = {}): Client {
  const api = new Api(options);
  const helpers: Helpers = {
    signIn: (credentials) => api.session.signIn(credentials),
    signUp: (input) => api.session.signUp(input),
    signOut: () => api.session.signOut(),
    upload: (data, file) => api.upload(data, file),
    waitForJob: (started, waitOptions) => api.waitForJob(started, waitOptions),
    request: <T>(method: Method, path: string, input: RequestInput = {}) =>
      new ApiPromise(api.call<T>(method, path, input, readAnswer)),
  };
  const send: Send = (method, path, input, isDownload) =>
    api.call(method, BASE_PATH + path, input, isDownload ? readDownload : readAnswer);
  return buildResource(send, "", helpers) as Client;
}

class Api {
  readonly session: Session;
  readonly #origin: string;
  readonly #transport: Transport;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #writes = new RecentWrites();

  constructor(options: ClientOptions) {
    this.#origin = (options.baseUrl ?? (globalThis as { location?: { origin?: string } }).location?.origin ?? "").replace(
      /\/+$/,
      "",
    );
    if (this.#origin === "") throw new TypeError("baseUrl is required outside of a browser");
    this.#transport = new Transport(options);
    this.session = new Session(this.#transport, this.#origin + BASE_PATH, options.auth, options);
    this.#headers = { ...(options.language === undefined ? {} : { "accept-language": options.language }), ...options.headers };
  }

  async call<T>(method: string, path: string, input: RequestInput, read: Read<T>): Promise<ApiResponse<T>> {
    const { query, body, ifMatch, idempotencyKey, reason, headers, ...options } = input;
    const url = this.#resolveUrl(path) + (query ? buildQueryString(query) : "");
    const isRead = method === "GET" || isQuery(path);
    const isKeyed = !isRead && !(method === "POST" && UNKEYED.test(readPathname(path)));
    const key = idempotencyKey ?? (isKeyed ? crypto.randomUUID() : undefined);
    const content = encodeBody(body);
    const send = (token: string | undefined): Promise<ApiResponse<T>> =>
      this.#transport.send(
        {
          method,
          url,
          headers: {
            ...(content.type === undefined ? {} : { "content-type": content.type }),
            ...(ifMatch === undefined ? {} : { "if-match": String(ifMatch) }),
            ...(key === undefined ? {} : { "idempotency-key": key }),
            ...(reason === undefined ? {} : { "x-change-reason": reason }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...this.#writes.header,
            ...this.#headers,
            ...headers,
          },
          body: content.body,
          isRepeatable: isRead || isKeyed,
        },
        options,
        (response) => {
          this.#writes.note(response.headers);
          return read(response);
        },
      );
    const token = await this.session.getToken(options);
    try {
      return await send(token);
    } catch (error) {
      if (!(error instanceof AuthenticationError) || SIGN_IN.test(readPathname(path))) throw error;
      const renewed =
        (token === undefined ? undefined : await this.session.renew(token, options)) ??
        (await this.session.waitForSignIn(options));
      if (renewed === undefined) throw error;
      return send(renewed);
    }
  }

  async upload(data: UploadData, { signal, timeout, retries, headers: _headers, ...file }: UploadFile & CallOptions = {}) {
    const options = { signal, timeout, retries };
    const body = announceFile(data, file);
    const announced = await this.call<UploadTarget>("POST", `${BASE_PATH}/uploads`, { body, ...options }, readAnswer);
    const { upload_id, url, method, headers } = announced.data;
    const isRepeatable = !(data instanceof ReadableStream);
    const request = { method, url: new URL(url, this.#origin).href, headers, body: data as RequestBody, isRepeatable };
    await this.#transport
      .send(request, { ...options, timeout: timeout ?? UPLOAD_TIMEOUT_MS }, async () => undefined)
      .catch((error: unknown) => {
        // An attempt whose answer was lost has stored the bytes, and they cannot be sent twice.
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
      });
    return { upload_id };
  }

  async waitForJob<S extends StartedJob>(started: S, options: WaitOptions<JobRecord<S>> = {}): Promise<JobRecord<S>> {
    const { signal, onProgress, interval = 500 } = options;
    const path = findJobPath(started);
    for (let delay = interval; ; delay = Math.min(delay * 1.5, interval * MAX_WAIT_FACTOR)) {
      const { data: job } = await this.call<Job>("GET", path, { signal }, readAnswer);
      onProgress?.(job as JobRecord<S>);
      if (hasFailed(job)) throw new JobError(job);
      if (!isRunning(job)) return job as JobRecord<S>;
      await pause(delay, signal);
    }
  }

  /** Links of records are paths. A whole URL must be of the same origin, because the call carries the token. */
  #resolveUrl(path: string): string {
    if (path.startsWith(`${this.#origin}/`)) return path;
    if (!path.startsWith("/") || path.startsWith("//"))
      throw new TypeError(`The path must begin with / or ${this.#origin}/: ${path}`);
    return this.#origin + path;
  }
}

interface UploadTarget {
  readonly upload_id: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

const UNKEYED = new RegExp(`${BASE_PATH}(?:${unkeyedPaths.join("|").replaceAll("*", "[^/]+")})$`);

/** A 401 of these is about the password or the refresh token of the request, and a repeat would count as another attempt. */
const SIGN_IN = /\/auth\/(?:login|refresh|token)$/;

const readPathname = (path: string): string => path.replace(/\/?(?:\?.*)?$/, "");

const isQuery = (path: string): boolean => readPathname(path).endsWith("/query");

function encodeBody(body: unknown): { body: RequestBody | undefined; type?: string } {
  if (body === undefined || body === null) return { body: undefined };
  const fields = Object.entries(body);
  if (!fields.some(([, value]) => value instanceof Blob)) return { body: JSON.stringify(body), type: "application/json" };
  const form = new FormData();
  for (const [name, value] of fields) {
    if (value instanceof Blob) form.append(name, value, (value as { name?: string }).name ?? "file");
    else if (value !== undefined) form.append(name, JSON.stringify(value));
  }
  return { body: form };
}

type Read<T> = (response: Response) => Promise<ApiResponse<T>>;

const describeResponse = <T>(response: Response, data: T, meta: Record<string, unknown>): ApiResponse<T> => ({
  data,
  meta,
  status: response.status,
  headers: response.headers,
  etag: response.headers.get("etag") ?? undefined,
  requestId: response.headers.get("x-request-id") ?? undefined,
  isReplayed: response.headers.get("idempotent-replayed") === "true",
});

async function readAnswer<T>(response: Response): Promise<ApiResponse<T>> {
  const { data, meta = {} } = (await response.json()) as { data: T; meta?: Record<string, unknown> };
  return describeResponse(response, data, meta);
}

const readDownload = async <T>(response: Response): Promise<ApiResponse<T>> => describeResponse(response, response as T, {});
