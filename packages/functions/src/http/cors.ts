import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** The headers of answers that pages of other origins may read. */
export const EXPOSED_HEADERS = [
  "deprecation",
  "etag",
  "idempotent-replayed",
  "link",
  "location",
  "ratelimit-limit",
  "ratelimit-remaining",
  "ratelimit-reset",
  "retry-after",
  "sunset",
  "x-client-request-id",
  "x-missing-fonts",
  "x-read-after",
  "x-request-id",
].join(", ");

/**
 * CORS is done here and not by the gateway. A gateway with CORS ignores the CORS headers of functions, but each public form names
 * the origins that may send it. All other functions answer with these headers.
 */
const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers":
    "authorization, content-type, idempotency-key, if-match, if-none-match, x-change-reason, x-client-request-id, x-read-after, x-request-id, x-view-as",
  "access-control-max-age": "7200",
};
const READ_HEADERS = { "access-control-expose-headers": EXPOSED_HEADERS };

/**
 * Returns the CORS headers for a request of this origin. Callers send a token in a header and no cookie, so a page can only send
 * a token that its user gave it.
 */
function originHeaders(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  if (allowed.includes("*")) return { "access-control-allow-origin": "*" };
  const varyHeader = { vary: "origin" };
  return origin !== undefined && allowed.includes(origin) ? { ...varyHeader, "access-control-allow-origin": origin } : varyHeader;
}

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Wraps the handler of a function: it answers preflight requests, and adds the CORS headers of the allowed origins to all other
 * answers. The public forms set these headers themselves.
 */
export function withCors(name: string, allowed: readonly string[], handler: Handler): Handler {
  if (name === "public") return handler;
  return async (event) => {
    const open = originHeaders(event.headers.origin, allowed);
    if (event.requestContext.http.method === "OPTIONS") return { statusCode: 204, headers: { ...open, ...PREFLIGHT_HEADERS } };
    const { headers, ...answer } = await handler(event);
    const vary = [headers?.vary, open.vary].filter(Boolean).join(", ");
    return { ...answer, headers: { ...headers, ...open, ...READ_HEADERS, ...(vary === "" ? {} : { vary }) } };
  };
}
