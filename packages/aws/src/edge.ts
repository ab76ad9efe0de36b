import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { buildErrorResponse } from "./error-response.ts";
import { refreshedValue } from "./refreshed-value.ts";

/** The header that proves that a request came through CloudFront. CloudFront overwrites the value that a viewer sends. */
export const EDGE_HEADER = "x-crm-edge";

/**
 * A source of the currently valid header values. It returns undefined where there is no edge and clients call the gateway
 * directly.
 */
export type EdgeSecretSource = () => Promise<readonly string[] | undefined>;

/**
 * Refuses requests that did not come through the edge and its firewall, including health checks; does nothing where there is no
 * edge. The gateway sees CloudFront as the caller. So the middleware replaces the source address by the viewer's address that
 * CloudFront reports, and trusts it only because of the header.
 */
export const requireEdge = (
  values: EdgeSecretSource,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error> => ({
  async before(request) {
    const valid = await values();
    if (!valid) return undefined;
    const { headers, requestContext } = request.event;
    if (!isValidSecret(valid, headers[EDGE_HEADER]))
      return buildErrorResponse("FORBIDDEN", "Send requests to the public address of this system", requestContext.requestId);
    const http = { ...requestContext.http, sourceIp: readViewerAddress(request.event) };
    request.event = { ...request.event, requestContext: { ...requestContext, http } };
    return undefined;
  },
});

const hashValue = (value: string): Buffer => createHash("sha256").update(value).digest();

/** Compares in constant time: the duration does not tell which value matched, nor how many characters were right. */
function isValidSecret(valid: readonly string[], secret = ""): boolean {
  const secretHash = hashValue(secret);
  return valid.map((validSecret) => timingSafeEqual(hashValue(validSecret), secretHash)).includes(true);
}

/**
 * Each hop appends the address of its caller to `x-forwarded-for`: CloudFront the viewer, then the gateway CloudFront. A viewer
 * can forge any entry before those.
 */
function readViewerAddress({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const { sourceIp } = requestContext.http;
  const hops = (headers["x-forwarded-for"] ?? "").split(",").map((hop) => hop.trim());
  if (hops.at(-1) === sourceIp) hops.pop();
  const viewer = hops.at(-1) ?? "";
  return isIP(viewer) ? viewer : sourceIp;
}

/** Minimum characters of a secret. An empty secret would admit every request without the header. */
const MIN_SECRET_CHARACTERS = 32;

/**
 * Returns a source that reads the secrets by their ids, at the first request and then every 15 minutes. After an administrator changes a value,
 * CloudFront must not send it earlier than this.
 */
export function cachedEdgeSecrets(
  ids: readonly string[],
  reader: () => Promise<(id: string) => Promise<string>>,
): EdgeSecretSource {
  if (ids.length === 0) return async () => undefined;
  return refreshedValue(async () => {
    const values = await Promise.all(ids.map(await reader()));
    if (values.some(({ length }) => length < MIN_SECRET_CHARACTERS))
      throw new Error(`An edge secret must have at least ${MIN_SECRET_CHARACTERS} characters`);
    return values;
  });
}
