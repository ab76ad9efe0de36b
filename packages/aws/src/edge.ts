import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { Unavailable } from "@crm/core/kernel/error.ts";
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { buildErrorResponse } from "./error-response.ts";

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
    const { headers, requestContext } = request.event;
    let valid: readonly string[] | undefined;
    try {
      valid = await values();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return buildErrorResponse("UNAVAILABLE", error.message, requestContext.requestId, error.retryAfter);
    }
    if (!valid) return undefined;
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
