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
  "x-request-id",
].join(", ");

/**
 * Which pages may read answers. A gateway that sees to this itself takes no account of what functions answer, and the public forms
 * say for each form which origins may send it: so no gateway does, and every other function answers by this.
 */
const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers":
    "authorization, content-type, idempotency-key, if-match, if-none-match, x-change-reason, x-client-request-id, x-request-id",
  "access-control-max-age": "7200",
};
const READ_HEADERS = { "access-control-expose-headers": EXPOSED_HEADERS };

/**
 * What a browser is told, for a request of this origin: a token in a header and no cookie, so a page sends only what its user
 * gave it.
 */
function originHeaders(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  if (allowed.includes("*")) return { "access-control-allow-origin": "*" };
  const named = { vary: "origin" };
  return origin !== undefined && allowed.includes(origin) ? { ...named, "access-control-allow-origin": origin } : named;
}

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A function's handler that answers what a browser asks ahead, and adds to any other answer which of these origins' pages may read it. The
 * forms of the public say themselves which pages may send them.
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
