import { randomUUID } from "node:crypto";
import { RateLimit } from "@crm/core/auth/rate-limit.ts";
import { type Context, type Request, runIn, useContext } from "@crm/core/kernel/context.ts";
import { Failure, forbidden, notFound, statusOf, unauthenticated } from "@crm/core/kernel/error.ts";
import { lazily } from "@crm/core/kernel/once.ts";
import { Page, type PageMeta } from "@crm/core/kernel/page.ts";
import type { Ports, Totals } from "@crm/core/kernel/ports.ts";
import { usualSettings } from "@crm/core/kernel/settings.ts";
import { Principal } from "@crm/core/sign-in/principal.ts";
import { asShown } from "@crm/core/storage/read/as-shown.ts";
import { keyedBy, scopeOf } from "@crm/core/storage/write/idempotency.ts";
import { once } from "@crm/core/storage/write/keyed.ts";
import { Directory } from "@crm/core/user/directory.ts";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { refusedTo } from "./allowed.ts";
import { EXPOSED } from "./cors.ts";
import { isMultipart, partsOfForm } from "./multipart.ts";
import { type Deprecation, isShaped, type Operation, Raw, REASON, RECOGNITION, shapingParameters } from "./operation.ts";
import { refusalOf } from "./refusal.ts";
import { isAboutPath, readIdempotencyKey, readIfMatch, readInput } from "./request.ts";
import { Router } from "./router.ts";
import type { Shaping } from "./shape.ts";
import { etagOf, onTheWire } from "./wire.ts";

export type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A Lambda handler for operations: finds the one that is asked for, and sees to everything that is not its verb:
 * who asks, whether they may, how often, what they sent, what was answered before, and how it is said.
 */
export function httpHandler(operations: readonly Operation[], ports: Ports): Handler {
  const router = new Router(operations);
  return async (event) => {
    const started = performance.now();
    const { sourceIp, userAgent } = event.requestContext.http;
    const asked = event.requestContext.http.method;
    const method = asked === "HEAD" ? "GET" : asked;
    const request: Request = {
      id: event.requestContext.requestId || randomUUID(),
      ip: sourceIp,
      user_agent: userAgent,
      ...(event.headers.origin ? { origin: event.headers.origin } : {}),
      ...(event.headers["accept-language"] ? { languages: event.headers["accept-language"] } : {}),
      ...cookiesIn(event),
      // Who asks for the head alone reads nothing either.
      ...(asked === "HEAD" || isAhead(event.headers) ? { prefetch: true } : {}),
    };
    const seen: Seen = {};
    const named = nameOf(event.headers);
    let operation: Operation | undefined;
    let answer: APIGatewayProxyStructuredResultV2;
    try {
      const match = router.match(method, event.rawPath);
      if (!match) throw new Failure("NOT_FOUND", "No such route");
      if ("allowed" in match) throw new MethodNotAllowed(match.allowed);
      operation = match.operation;
      seen.operation = operation.name;
      answer = await serve(operation, match.parameters, event, outermost(ports, request, operation), seen);
    } catch (error) {
      answer = await failed(error, ports, request, operation);
    }
    const ms = Math.round(performance.now() - started);
    const status = answer.statusCode ?? 200;
    ports.log.write(
      "info",
      "request",
      { request_id: request.id, ...named, method: asked, ...seen, status, ms, ...endOf(status, operation) },
      TOTALS,
    );
    const headers = {
      ...GUARDED,
      ...leftOf(request),
      ...(operation?.deprecated ? endingOf(operation.deprecated) : {}),
      ...answer.headers,
      ...openTo(request),
      ...(named.client_request_id === undefined ? {} : { [CLIENT_ID]: named.client_request_id }),
      "x-request-id": request.id,
    };
    return onTheWire(event, operation, { ...answer, headers });
  };
}

/** What is known of a request by its end. */
interface Seen {
  operation?: string;
  tenant?: string;
  actor?: string;
}

const CLIENT_ID = "x-client-request-id";

/** What the caller calls this request, if that is a name: it comes back, and stands in the log beside ours. */
function nameOf(headers: APIGatewayProxyEventV2["headers"]): { client_request_id?: string } {
  const name = headers[CLIENT_ID] ?? headers["x-request-id"] ?? "";
  return /^[\w.:/+=-]{1,128}$/.test(name) ? { client_request_id: name } : {};
}

/** What the caller may still ask for in this minute (draft-ietf-httpapi-ratelimit-headers, 03). */
function leftOf({ quota }: Request): Record<string, string> {
  if (!quota) return {};
  const { limit, remaining, reset } = quota;
  return { "ratelimit-limit": String(limit), "ratelimit-remaining": String(remaining), "ratelimit-reset": String(reset) };
}

/** What tells a client that an operation comes to its end (RFC 9745, RFC 8594). */
const endingOf = ({ since, sunset, instead }: Deprecation): Record<string, string> => ({
  deprecation: `@${Date.parse(since) / 1000}`,
  sunset: new Date(sunset).toUTCString(),
  link: `<${instead}>; rel="successor-version"`,
});

/** What is summed up over all requests. */
const TOTALS: Totals = { ms: "Milliseconds", failed: "Count", refused: "Count", written: "Count" };

/** How a request ended, to be counted: nothing of one that only read. */
function endOf(status: number, operation: Operation | undefined): Record<string, 1> {
  if (status >= 500) return { failed: 1 };
  if (status >= 400) return { refused: 1 };
  const { access = "public", method = "GET", onlyReads } = operation ?? {};
  return access === "public" || access === "signed_in" || method === "GET" || onlyReads ? {} : { written: 1 };
}

/**
 * What every answer tells a browser: to take it as what it says to be, to show it in no frame and run nothing in it unless a
 * page says otherwise, to come by HTTPS alone, and not to tell others where it was.
 */
const GUARDED: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "referrer-policy": "no-referrer",
};

/** A gateway takes them out of the headers. */
function cookiesIn({ cookies = [], headers }: APIGatewayProxyEventV2): Pick<Request, "cookies"> {
  const held = [...cookies, headers.cookie ?? ""].filter(Boolean).join("; ");
  return held === "" ? {} : { cookies: held };
}

/** Whether a browser says that it fetches ahead of its reader. */
const isAhead = (headers: APIGatewayProxyEventV2["headers"]): boolean =>
  ["sec-purpose", "purpose", "x-moz", "x-purpose"].some((name) => /prefetch|prerender|preview/i.test(headers[name] ?? ""));

/** What lets a page of another origin read the answer, where the verb said so. */
const openTo = ({ open_to }: Request): Record<string, string> =>
  open_to === undefined
    ? {}
    : {
        "access-control-allow-origin": open_to,
        "access-control-expose-headers": EXPOSED,
        ...(open_to === "*" ? {} : { vary: "origin" }),
      };

class MethodNotAllowed extends Failure {
  readonly allowed: readonly string[];
  constructor(allowed: readonly string[]) {
    super("METHOD_NOT_ALLOWED", `This address takes ${allowed.join(", ")}`);
    this.allowed = allowed;
  }
}

/** The context in which nobody has been recognised yet. */
const outermost = (ports: Ports, request: Request, operation: Operation): Context => ({
  ports,
  actor: { type: "public" },
  keyspaces: operation.access === "public" ? operation.keyspaces : RECOGNITION,
  request,
  settings: usualSettings,
  visible: async () => new Set(),
});

async function serve(
  operation: Operation,
  parameters: Record<string, string>,
  event: APIGatewayProxyEventV2,
  outer: Context,
  seen: Seen,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (operation.access === "public") {
    return runIn(outer, async () => succeeded(operation, await run(operation, await readInput(operation, parameters, event))));
  }
  const principal = await runIn(outer, () => authenticated(event.headers.authorization));
  const { actor, settings, limits, suspended, expires_at: ends } = principal;
  Object.assign(seen, { tenant: actor.tenant_id, actor: actor.id });
  const visible = lazily(() => Directory.visibleOwners());
  const teams = lazily(() => Directory.visibleTeams());
  return runIn(
    { ...outer, actor, keyspaces: operation.keyspaces, settings, limits, suspended, ends, visible, teams, wrongNames },
    async () => {
      outer.request.quota = await RateLimit.take(actor.id, settings.rate_limit_per_minute);
      const refused = refusedTo(operation);
      if (refused !== undefined) throw forbidden(refused);
      if (operation.method === "POST" && operation.status !== 200) await RateLimit.take("records", limits.records_per_minute);
      const { input, shaping } = await apart(operation, await readInput(operation, parameters, event));
      await prepare(operation, parameters, event, input);
      return answered(operation, input, shaping);
    },
  );
}

/** Only who is refused needs it. */
const wrongNames: Context["wrongNames"] = async (shape, input) =>
  (await import("@crm/core/masters/named.ts")).wrongNames(shape, input);

function authenticated(header: string | undefined): Promise<Principal.Principal> {
  const token = /^Bearer\s+(\S+)$/i.exec(header ?? "")?.[1];
  if (!token) throw unauthenticated();
  return Principal.ofToken(token);
}

/** The input of the verb, and how its answer is to show its records: as they are, mostly, and then nothing is loaded for it. */
async function apart(operation: Operation, given: Record<string, unknown>): Promise<{ input: typeof given; shaping?: Shaping }> {
  const isAsked = isShaped(operation) && Object.keys(shapingParameters).some((name) => Object.hasOwn(given, name));
  return isAsked ? (await import("./shape.ts")).shapeIn(operation, given) : { input: given };
}

/** Reads what concerns a write: which version is meant, under which key it may be repeated, and why it is done. */
async function prepare(
  operation: Operation,
  parameters: Record<string, string>,
  event: APIGatewayProxyEventV2,
  input: Record<string, unknown>,
): Promise<void> {
  if (operation.method === "GET") return;
  const { actor, request } = useContext();
  const versions = readIfMatch(event.headers["if-match"]);
  // The one record without an id in its address is the caller's own tenant.
  const named = parameters[operation.writes];
  const id = named ?? (operation.path === "/tenant" && actor.type !== "public" ? actor.tenant_id : undefined);
  if (versions !== null && id !== undefined) request.precondition = { id, versions, input };
  const reason = event.headers[REASON.header.toLowerCase()];
  if (reason) request.reason = reason.slice(0, REASON.longest);
  const key = operation.keyed ? readIdempotencyKey(event.headers["idempotency-key"]) : undefined;
  if (key !== undefined) {
    const caller = actor.type === "public" ? "public" : actor.id;
    const scope = scopeOf(caller, operation.method, event.rawPath, key);
    const said = isMultipart(event.headers["content-type"]) ? partsOfForm(input) : [event.body ?? ""];
    request.idempotency = await keyedBy(scope, said);
  }
}

/** Runs the verb; a keyed request that fails may be the repeat of one that went through, and has its answer then. */
async function answered(
  operation: Operation,
  input: Record<string, unknown>,
  shaping?: Shaping,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { answer, isRepeat } = await once(() => run(operation, input));
  if (!isRepeat) return succeeded(operation, answer, shaping);
  // Repeats are few, and few functions have records with fields of the tenant's own.
  const { Render } = await import("@crm/core/render/render.ts");
  const again = await succeeded(operation, await Render.stillShown(answer));
  return { ...again, headers: { ...again.headers, "idempotent-replayed": "true" } };
}

async function run(operation: Operation, input: Record<string, unknown>): Promise<unknown> {
  try {
    return await operation.verb(input);
  } catch (error) {
    throw isAboutPath(operation, error) ? notFound() : error;
  }
}

async function succeeded(operation: Operation, result: unknown, shaping?: Shaping): Promise<APIGatewayProxyStructuredResultV2> {
  if (result instanceof Raw) return tagged(operation, raw(operation.status, result));
  const present = (record: unknown): unknown => {
    if (record === null) return null;
    return operation.links ? { ...(record as object), links: operation.links(record as { id: string }) } : record;
  };
  const isPage = result instanceof Page;
  const answered = await asShown(isPage ? result.rows : [result ?? null]);
  const whole = answered.map(present);
  const shown = shaping ? await shaping(whole as Record<string, unknown>[]) : whole;
  const answer = json(operation.status, { success: true, data: isPage ? shown : shown[0], meta: isPage ? result.meta : {} });
  const { version, links } = ((isPage ? {} : whole[0]) ?? {}) as { version?: number; links?: Record<string, string> };
  const isRecord = operation.kind === "record";
  const headers: Record<string, string> = {};
  const told = isPage ? steady(answer.body, result.meta) : answer.body;
  if (isRecord || operation.method === "GET") headers.etag = etagOf(told, isRecord ? version : undefined);
  if (operation.status === 201 && links?.self !== undefined) headers.location = links.self;
  if (operation.keeps !== undefined)
    Object.assign(headers, { "cache-control": `private, max-age=${operation.keeps}`, vary: "authorization" });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** What a page says without what is another at each request: who has the same rows, up to an earlier moment, has the page. */
const steady = (body: string, meta: PageMeta): string =>
  body.slice(0, body.lastIndexOf('"meta":')) +
  JSON.stringify({ ...meta, as_of: null, next_cursor: meta.next_cursor === null ? null : "" });

/** A document that is read as it is has an ETag too; pages are made for whom they are opened by. */
const tagged = ({ kind, method }: Operation, answer: APIGatewayProxyStructuredResultV2) =>
  kind === "raw" && method === "GET" && answer.statusCode === 200 && answer.body !== undefined && !answer.isBase64Encoded
    ? { ...answer, headers: { etag: etagOf(answer.body), ...answer.headers } }
    : answer;

async function failed(
  error: unknown,
  ports: Ports,
  request: Request,
  operation: Operation | undefined,
): Promise<APIGatewayProxyStructuredResultV2> {
  const failure =
    error instanceof Failure ? error : new Failure("INTERNAL", "Something went wrong on our side", { cause: error });
  if (failure.code === "INTERNAL") {
    ports.log.write("error", "A request failed", {
      request_id: request.id,
      error: error instanceof Error ? (error.stack ?? error.message) : "unknown",
    });
  }
  const { code, retryAfter } = failure;
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) Object.assign(headers, { "retry-after": String(retryAfter), "ratelimit-remaining": "0" });
  if (code === "UNAUTHENTICATED") headers["www-authenticate"] = "Bearer";
  if (failure instanceof MethodNotAllowed) headers.allow = failure.allowed.join(", ");
  if (operation?.refusal) {
    const page = raw(statusOf[code], await operation.refusal(failure, request));
    return { ...page, headers: { ...page.headers, ...headers } };
  }
  return json(statusOf[code], { success: false, error: { ...refusalOf(failure), request_id: request.id } }, headers);
}

const raw = (usual: number, { contentType, body, headers, status }: Raw): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status ?? usual,
  headers: { "content-type": contentType, ...headers },
  ...(typeof body === "string" ? { body } : { body: Buffer.from(body).toString("base64"), isBase64Encoded: true }),
});

const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}) => ({
  statusCode,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});
