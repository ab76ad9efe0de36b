import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/**
 * Which pages may read answers. A gateway that sees to this itself takes no account of what functions answer, and the public forms
 * say for each form which origins may send it: so no gateway does, and every other function answers by this.
 */
const ASKED = {
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers": "authorization, content-type, idempotency-key, if-match, x-change-reason",
  "access-control-max-age": "7200",
};
const READ = { "access-control-expose-headers": "etag, retry-after, x-request-id, location" };

/**
 * What a browser is told, for a request of this origin: a token in a header and no cookie, so a page sends only what its user
 * gave it.
 */
function headersFor(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  if (allowed.includes("*")) return { "access-control-allow-origin": "*" };
  const named = { vary: "origin" };
  return origin !== undefined && allowed.includes(origin) ? { ...named, "access-control-allow-origin": origin } : named;
}

type Answer = APIGatewayProxyStructuredResultV2;

/** Answers what a browser asks ahead, and adds to any other answer who may read it. */
export async function withCors(
  event: APIGatewayProxyEventV2,
  allowed: readonly string[],
  answer: () => Promise<Answer>,
): Promise<Answer> {
  const open = headersFor(event.headers.origin, allowed);
  if (event.requestContext.http.method === "OPTIONS") return { statusCode: 204, headers: { ...open, ...ASKED } };
  const answered = await answer();
  return { ...answered, headers: { ...answered.headers, ...open, ...READ } };
}
