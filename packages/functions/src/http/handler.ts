import { randomUUID } from "node:crypto";
import { type Context, type Request, runIn, useContext } from "@crm/core/kernel/context.ts";
import { Failure, forbidden, httpStatusByCode, unauthenticated } from "@crm/core/kernel/error.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import { Page, type PageMeta } from "@crm/core/kernel/page.ts";
import type { Role } from "@crm/core/kernel/permission.ts";
import type { MetricUnits, Ports } from "@crm/core/kernel/ports.ts";
import { defaultSettings } from "@crm/core/kernel/settings.ts";
import { RateLimit } from "@crm/core/platform/auth/rate-limit.ts";
import { CSRF_HEADER, CSRF_VALUE } from "@crm/core/platform/sign-in/csrf-header.ts";
import { Principal } from "@crm/core/platform/sign-in/principal.ts";
import { Directory } from "@crm/core/platform/user/directory.ts";
import { buildKeyedRequest, scopeKey } from "@crm/core/storage/write/idempotency.ts";
import { runIdempotent } from "@crm/core/storage/write/idempotent-run.ts";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { accessRejection, requireSetUp } from "./access-check.ts";
import { EXPOSED_HEADERS } from "./cors.ts";
import { buildErrorBody } from "./error-body.ts";
import { loadErrorLanguage } from "./error-language.ts";
import { logInternalError, toFailure } from "./failure.ts";
import { isMultipart, listHashParts } from "./multipart.ts";
import {
  AUTHENTICATION_KEYSPACES,
  type Deprecation,
  NO_HEADER,
  type Operation,
  RawResponse,
  REASON_HEADER,
} from "./operation.ts";
import { presentResult, runVerb, splitInput } from "./operation-answer.ts";
import { readIdempotencyKey, readIfMatch, readInput } from "./request.ts";
import { computeEtag, encodeResponse } from "./response-encoding.ts";
import type { ResponseShaper } from "./response-shape.ts";
import { Router } from "./router.ts";

export type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Creates a Lambda handler for operations. It finds the operation and does everything except its verb: authentication,
 * permissions, rate limits, input, repeats of a request, and the form of the answer.
 */
export function httpHandler(operations: readonly Operation[], ports: Ports): Handler {
  const router = new Router(operations);
  return async (event) => {
    const started = performance.now();
    const { sourceIp, userAgent } = event.requestContext.http;
    const requestMethod = event.requestContext.http.method;
    const method = requestMethod === "HEAD" ? "GET" : requestMethod;
    const request: Request = {
      id: event.requestContext.requestId || randomUUID(),
      ip: sourceIp,
      user_agent: userAgent,
      ...readOrigin(event.headers),
      ...(event.headers["accept-language"] ? { languages: event.headers["accept-language"] } : {}),
      ...(event.headers.accept?.includes("text/html") ? { accepts_html: true } : {}),
      ...readPlace(event.headers),
      ...readCookies(event),
      ...(event.headers[CSRF_HEADER] === CSRF_VALUE ? { has_csrf_header: true } : {}),
      ...(event.headers[READ_AFTER_HEADER] ? { read_after: event.headers[READ_AFTER_HEADER] } : {}),
      ...(method === "GET" ? {} : { written: [] }),
      // A HEAD request does not show the answer to a reader, so it counts as a prefetch.
      ...(requestMethod === "HEAD" || isPrefetch(event.headers) ? { prefetch: true } : {}),
    };
    const seen: RequestLogFields = {};
    const requestIdFields = readClientRequestId(event.headers);
    let operation: Operation | undefined;
    let answer: APIGatewayProxyStructuredResultV2;
    try {
      const match = router.match(method, event.rawPath);
      if (!match) throw new Failure("NOT_FOUND", "No such route");
      if ("allowed" in match) throw new MethodNotAllowed(match.allowed);
      operation = match.operation;
      seen.operation = operation.name;
      const call = { operation, operations, parameters: match.parameters, event };
      answer = await serveOperation(call, buildAnonymousContext(ports, request, operation), seen);
    } catch (error) {
      answer = await failureResponse(error, ports, request, operation);
    }
    const ms = Math.round(performance.now() - started);
    const status = answer.statusCode ?? 200;
    ports.log.write(
      "info",
      "request",
      {
        request_id: request.id,
        ...requestIdFields,
        method: requestMethod,
        ...seen,
        status,
        ms,
        ...countOutcome(status, operation),
      },
      TOTALS,
    );
    const headers: Record<string, string> = {
      ...SECURITY_HEADERS,
      ...rateLimitHeaders(request),
      ...(operation?.deprecated ? deprecationHeaders(operation.deprecated) : {}),
      ...answer.headers,
      ...corsHeaders(request),
      ...(requestIdFields.client_request_id === undefined
        ? {}
        : { [CLIENT_REQUEST_ID_HEADER]: requestIdFields.client_request_id }),
      "x-request-id": request.id,
    };
    for (const [name, value] of Object.entries(headers)) if (value === NO_HEADER) delete headers[name];
    const cookies = status < 400 && request.set_cookies ? { cookies: request.set_cookies } : {};
    return encodeResponse(event, operation, { ...answer, headers, ...cookies });
  };
}

/** Log fields that become known while a request runs. */
interface RequestLogFields {
  operation?: string;
  tenant?: string;
  actor?: string;
  /** The role as which an administrator views the data. */
  viewed_as?: Role;
}

const CLIENT_REQUEST_ID_HEADER = "x-client-request-id";
const READ_AFTER_HEADER = "x-read-after";

/** Returns the caller's own id of this request, if it is well-formed. The answer repeats it, and the log has it beside our id. */
function readClientRequestId(headers: APIGatewayProxyEventV2["headers"]): { client_request_id?: string } {
  const name = headers[CLIENT_REQUEST_ID_HEADER] ?? headers["x-request-id"] ?? "";
  return /^[\w.:/+=-]{1,128}$/.test(name) ? { client_request_id: name } : {};
}

/** Tells the caller how many requests remain in this minute (draft-ietf-httpapi-ratelimit-headers, 03). */
function rateLimitHeaders({ quota }: Request): Record<string, string> {
  if (!quota) return {};
  const { limit, remaining, reset } = quota;
  return { "ratelimit-limit": String(limit), "ratelimit-remaining": String(remaining), "ratelimit-reset": String(reset) };
}

/** Tells a client that an operation is deprecated and when it ends (RFC 9745, RFC 8594). */
const deprecationHeaders = ({ since, sunset, instead }: Deprecation): Record<string, string> => ({
  deprecation: `@${Date.parse(since) / 1000}`,
  sunset: new Date(sunset).toUTCString(),
  link: `<${instead}>; rel="successor-version"`,
});

/** Metrics that are summed over all requests. */
const TOTALS: MetricUnits = { ms: "Milliseconds", failed: "Count", refused: "Count", written: "Count" };

/** Returns the counter for the outcome of a request. A success without a write counts nothing. */
function countOutcome(status: number, operation: Operation | undefined): Record<string, 1> {
  if (status >= 500) return { failed: 1 };
  if (status >= 400) return { refused: 1 };
  const { access = "public", method = "GET", onlyReads } = operation ?? {};
  return access === "public" || access === "signed_in" || method === "GET" || onlyReads ? {} : { written: 1 };
}

/**
 * Headers of every answer. They tell a browser to trust the content type, to show the answer in no frame, to run nothing in it
 * unless a page allows it, to use HTTPS only, and to send no referrer.
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "referrer-policy": "no-referrer",
};

/** A gateway moves cookies out of the headers; both places are read. */
function readCookies({ cookies = [], headers }: APIGatewayProxyEventV2): Pick<Request, "cookies"> {
  const cookieHeader = [...cookies, headers.cookie ?? ""].filter(Boolean).join("; ");
  return cookieHeader === "" ? {} : { cookies: cookieHeader };
}

/** Returns the origin of the calling page, and whether it is of another host than the request. */
function readOrigin({ origin, host }: APIGatewayProxyEventV2["headers"]): Pick<Request, "origin" | "has_foreign_origin"> {
  if (!origin) return {};
  const isOwn = URL.canParse(origin) && new URL(origin).host === host;
  return { origin, ...(isOwn ? {} : { has_foreign_origin: true }) };
}

/** Returns where the caller is, if an edge before the system says so. */
const readPlace = (headers: APIGatewayProxyEventV2["headers"]): Pick<Request, "country" | "timezone"> => ({
  ...(headers["cloudfront-viewer-country"] ? { country: headers["cloudfront-viewer-country"] } : {}),
  ...(headers["cloudfront-viewer-time-zone"] ? { timezone: headers["cloudfront-viewer-time-zone"] } : {}),
});

/** Whether a browser says that it prefetches for its user. */
const isPrefetch = (headers: APIGatewayProxyEventV2["headers"]): boolean =>
  ["sec-purpose", "purpose", "x-moz", "x-purpose"].some((name) => /prefetch|prerender|preview/i.test(headers[name] ?? ""));

/** Lets a page of another origin read the answer, if the verb has allowed it. */
const corsHeaders = ({ cors_origin }: Request): Record<string, string> =>
  cors_origin === undefined
    ? {}
    : {
        "access-control-allow-origin": cors_origin,
        "access-control-expose-headers": EXPOSED_HEADERS,
        ...(cors_origin === "*" ? {} : { vary: "origin" }),
      };

class MethodNotAllowed extends Failure {
  readonly allowed: readonly string[];
  constructor(allowed: readonly string[]) {
    super("METHOD_NOT_ALLOWED", `This URL supports only ${allowed.join(", ")}`);
    this.allowed = allowed;
  }
}

/** Returns the context before the caller is authenticated. */
function buildAnonymousContext(ports: Ports, request: Request, operation: Operation): Context {
  const actor = { type: "public" } as const;
  return {
    ports,
    actor,
    authority: { name: CALLER, actor },
    keyspaces: operation.access === "public" ? operation.keyspaces : AUTHENTICATION_KEYSPACES,
    request,
    settings: defaultSettings,
    visibleOwners: async () => new Set(),
  };
}

/** The authority of the caller of a request. */
const CALLER = "caller";

/** A request, its operation, and the operations of the same function. */
interface Call {
  readonly operation: Operation;
  readonly operations: readonly Operation[];
  readonly parameters: Record<string, string>;
  readonly event: APIGatewayProxyEventV2;
}

async function serveOperation(
  { operation, operations, parameters, event }: Call,
  anonymousContext: Context,
  seen: RequestLogFields,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (operation.access === "public") {
    return runIn(anonymousContext, async () => {
      const { input, echoed } = await readInput(operation, parameters, event);
      await checkEcho(operation, [], parameters, echoed);
      const result = await runVerb(operation, input);
      const page = anonymousContext.request.accepts_html ? await operation.page?.(input, result) : undefined;
      return successResponse(operation, page ?? result);
    });
  }
  const principal = await runIn(anonymousContext, () => authenticate(event.headers));
  const { actor, settings, limits, suspended, expires_at, view } = principal;
  Object.assign(seen, { tenant: actor.tenant_id, actor: actor.id, ...(view ? { viewed_as: view.role } : {}) });
  const visible = memoize(() => Directory.listVisibleOwners());
  const teams = memoize(() => Directory.listVisibleTeams());
  return runIn(
    {
      ...anonymousContext,
      actor,
      authority: { name: CALLER, actor },
      ...(view ? { viewedRole: view.role, onBehalfOf: view.administrator } : {}),
      keyspaces: operation.keyspaces,
      settings,
      limits,
      suspensionReason: suspended,
      credentialExpiresAt: expires_at,
      ...(principal.mustSetUpSecondFactor ? { mustSetUpSecondFactor: true } : {}),
      visibleOwners: visible,
      visibleTeams: teams,
      findInvalidReferences: wrongNames,
      findStoredRecord: async (id) => (await loadInputValidation()).findRecord(id),
      findTimeZone: memoize(async () => (actor.type === "user" ? findUserTimeZone(actor.id) : undefined)),
    },
    async () => {
      anonymousContext.request.quota = await RateLimit.take(actor.id, settings.rate_limit_per_minute);
      const rejection = accessRejection(operation);
      if (rejection !== undefined) throw forbidden(rejection);
      requireSetUp(operation);
      if (operation.method === "POST" && operation.status !== 200) await RateLimit.take("records", limits.records_per_minute);
      const { input: rawInput, echoed } = await readInput(operation, parameters, event);
      const { input, shaping } = await splitInput(operation, rawInput);
      await applyWriteHeaders(operation, parameters, event, input);
      const run = async () => {
        await checkEcho(operation, operations, parameters, echoed);
        return runVerb(operation, input);
      };
      return withReadAfter(await respondIdempotently(operation, run, shaping));
    },
  );
}

/** The caller of a repeat may not have got the first answer, which named the record. */
function noteRepeatedWrite(answer: unknown): void {
  const { id, version } = (answer ?? {}) as { id?: unknown; version?: unknown };
  if (typeof id === "string" && typeof version === "number") useContext().request.written?.push({ id, version });
}

/** Names the records that the request wrote, so that the caller's next lists have them. Requests that write nothing load nothing for it. */
async function withReadAfter(answer: APIGatewayProxyStructuredResultV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { written = [] } = useContext().request;
  if (written.length === 0) return answer;
  const readAfter = await (await import("@crm/core/storage/read/read-after.ts")).formatReadAfter(written);
  return readAfter === undefined ? answer : { ...answer, headers: { ...answer.headers, [READ_AFTER_HEADER]: readAfter } };
}

/** Checks fields of the answer that were sent back. Most requests send none, and load nothing for it. */
async function checkEcho(...[operation, operations, parameters, echoed]: Parameters<CheckEchoedFields>): Promise<void> {
  if (echoed.length === 0) return;
  await (await import("./echoed-fields.ts")).checkEchoedFields(operation, operations, parameters, echoed);
}

type CheckEchoedFields = typeof import("./echoed-fields.ts").checkEchoedFields;

/** Loaded only when an input is refused. */
const findUserTimeZone = async (user: string): Promise<string | undefined> =>
  (await (await import("@crm/core/platform/user/availability.ts")).Availability.findTimeZone(user)) ?? undefined;

const loadInputValidation = () => import("@crm/core/platform/master-data/input-validation.ts");
const wrongNames: Context["findInvalidReferences"] = async (shape, input) =>
  (await loadInputValidation()).validateNames(shape, input);

function authenticate(headers: APIGatewayProxyEventV2["headers"]): Promise<Principal.Principal> {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (!token) throw unauthenticated();
  return Principal.fromToken(token, headers["x-view-as"]);
}

/** Reads the headers of a write: the expected version, the idempotency key, and the reason. */
async function applyWriteHeaders(
  operation: Operation,
  parameters: Record<string, string>,
  event: APIGatewayProxyEventV2,
  input: Record<string, unknown>,
): Promise<void> {
  if (operation.method === "GET") return;
  const { actor, request } = useContext();
  const versions = readIfMatch(event.headers["if-match"]);
  const id = parameters[operation.writes] ?? (versions === null ? undefined : operation.findRecordId?.(input));
  if (versions !== null && id !== undefined) request.precondition = { id, versions, input };
  const reason = event.headers[REASON_HEADER.header.toLowerCase()];
  if (reason) request.reason = reason.slice(0, REASON_HEADER.maxLength);
  const key = operation.keyed ? readIdempotencyKey(event.headers["idempotency-key"]) : undefined;
  if (key !== undefined) {
    const caller = actor.type === "public" ? "public" : actor.id;
    const scope = scopeKey(caller, operation.method, event.rawPath, key);
    const bodyParts = isMultipart(event.headers["content-type"]) ? listHashParts(input) : [event.body ?? ""];
    const hashParts = event.rawQueryString ? [...bodyParts, event.rawQueryString] : bodyParts;
    request.idempotency = await buildKeyedRequest(scope, hashParts);
  }
}

/** Runs the verb. If a request with a key fails because it repeats one that succeeded, the caller gets the answer of that one. */
async function respondIdempotently(
  operation: Operation,
  run: () => Promise<unknown>,
  shaping?: ResponseShaper,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { answer, isRepeat } = await runIdempotent(run);
  if (!isRepeat) return successResponse(operation, answer, shaping);
  // Loaded on demand: repeats are rare, and few functions have records with fields of the tenant's own.
  const { Redaction: Render } = await import("@crm/core/platform/redaction/redaction.ts");
  noteRepeatedWrite(answer);
  const again = await successResponse(operation, await Render.redactStoredAnswer(answer));
  return { ...again, headers: { ...again.headers, "idempotent-replayed": "true" } };
}

async function successResponse(
  operation: Operation,
  result: unknown,
  shaping?: ResponseShaper,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (result instanceof RawResponse) return withEtag(operation, toGatewayResponse(operation.status, result));
  const { records, ...body } = await presentResult(operation, result, shaping);
  const isPage = result instanceof Page;
  const answer = jsonResponse(operation.status, { success: true, ...body });
  const { version, links } = ((isPage ? {} : records[0]) ?? {}) as { version?: number; links?: Record<string, string> };
  const isRecord = operation.kind === "record";
  const headers: Record<string, string> = {};
  const etagBody = isPage ? stableBody(answer.body, result.meta) : answer.body;
  if (isRecord || operation.method === "GET") headers.etag = computeEtag(etagBody, isRecord ? version : undefined);
  if (operation.status === 201 && links?.self !== undefined) headers.location = links.self;
  if (operation.keeps !== undefined)
    Object.assign(headers, {
      "cache-control": `private, max-age=${operation.keeps}`,
      vary: "authorization, accept-language, x-view-as",
    });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** Returns the body of a list page without the values that differ at each request. A caller that has the same rows gets a 304. */
const stableBody = (body: string, meta: PageMeta): string =>
  body.slice(0, body.lastIndexOf('"meta":')) +
  JSON.stringify({ ...meta, as_of: null, next_cursor: meta.next_cursor === null ? null : "" });

/** Adds an ETag to raw documents. Pages have none, because they are made for one reader. */
const withEtag = ({ kind, method }: Operation, answer: APIGatewayProxyStructuredResultV2) =>
  kind === "raw" && method === "GET" && answer.statusCode === 200 && answer.body !== undefined && !answer.isBase64Encoded
    ? { ...answer, headers: { etag: computeEtag(answer.body), ...answer.headers } }
    : answer;

/** Whether a person sees the answer: of a public address, or of one that leads nowhere, in a browser. */
const isOpenedByBrowser = (operation: Operation | undefined, { accepts_html }: Request): boolean =>
  accepts_html === true && (operation === undefined || operation.access === "public");

const addressRefusal: NonNullable<Operation["refusal"]> = async (failure, request) =>
  (await import("../pages/link-failure.ts")).addressFailurePage(failure, request);

async function failureResponse(
  error: unknown,
  ports: Ports,
  request: Request,
  operation: Operation | undefined,
): Promise<APIGatewayProxyStructuredResultV2> {
  const failure = toFailure(error);
  if (failure.code === "INTERNAL") logInternalError(ports.log, request.id, error);
  const { code, retryAfter } = failure;
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (code === "RATE_LIMITED") headers["ratelimit-remaining"] = "0";
  if (code === "UNAUTHENTICATED") headers["www-authenticate"] = "Bearer";
  if (failure instanceof MethodNotAllowed) headers.allow = failure.allowed.join(", ");
  const refusal = operation?.refusal ?? (isOpenedByBrowser(operation, request) ? addressRefusal : undefined);
  if (refusal) {
    const page = toGatewayResponse(httpStatusByCode[code], await refusal(failure, request));
    return { ...page, headers: { ...page.headers, ...headers } };
  }
  const { language, translate } = await loadErrorLanguage(request.languages);
  if (language !== "en") headers["content-language"] = language;
  return jsonResponse(
    httpStatusByCode[code],
    { success: false, error: { ...buildErrorBody(failure, translate), request_id: request.id } },
    headers,
  );
}

const toGatewayResponse = (
  usual: number,
  { contentType, body, headers, status }: RawResponse,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status ?? usual,
  headers: { "content-type": contentType, ...headers },
  ...(typeof body === "string" ? { body } : { body: Buffer.from(body).toString("base64"), isBase64Encoded: true }),
});

const jsonResponse = (statusCode: number, body: unknown, headers: Record<string, string> = {}) => ({
  statusCode,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});
