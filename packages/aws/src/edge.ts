import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { buildErrorResponse } from "./error-response.ts";

/** By which CloudFront shows that a request came through it; what a viewer says there, it overwrites. */
export const EDGE_HEADER = "x-crm-edge";

/** The values of the header that are valid now; undefined where there is no edge, and the gateway is what clients reach. */
export type EdgeSecretSource = () => Promise<readonly string[] | undefined>;

/**
 * Lets in what came through the edge, of which the firewall is a part, and nothing else, health checks included. The gateway hears CloudFront alone, so
 * the address that a request comes from is whom CloudFront heard: its word is taken because of the header, nobody else's is.
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

/** Takes as long whichever value it is, and however much of one is right. */
function isValidSecret(valid: readonly string[], given = ""): boolean {
  const wanted = hashValue(given);
  return valid.map((each) => timingSafeEqual(hashValue(each), wanted)).includes(true);
}

/** Each hop adds whom it heard at the end: CloudFront the viewer, then the gateway CloudFront. What stands before is anybody's word. */
function readViewerAddress({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const { sourceIp } = requestContext.http;
  const hops = (headers["x-forwarded-for"] ?? "").split(",").map((hop) => hop.trim());
  if (hops.at(-1) === sourceIp) hops.pop();
  const viewer = hops.at(-1) ?? "";
  return isIP(viewer) ? viewer : sourceIp;
}

/** How long a process goes by what it has read: who changes a value waits for longer before it is sent. */
const CACHE_MS = 15 * 60 * 1000;
/** Characters of the shortest value: an empty one would let in whoever sends none. */
const MIN_SECRET_CHARACTERS = 32;

/** Reads the values of secrets by their ids, when the first request comes and then each quarter of an hour. */
export function cachedEdgeSecrets(
  ids: readonly string[],
  reader: () => Promise<(id: string) => Promise<string>>,
): EdgeSecretSource {
  if (ids.length === 0) return async () => undefined;
  let known: readonly string[] | undefined;
  let reading: Promise<readonly string[]> | undefined;
  let until = 0;
  const readAll = async (): Promise<readonly string[]> => {
    try {
      const values = await Promise.all(ids.map(await reader()));
      if (values.some(({ length }) => length < MIN_SECRET_CHARACTERS))
        throw new Error(`A secret of the edge needs ${MIN_SECRET_CHARACTERS} characters`);
      known = values;
    } catch (error) {
      // The next request tries again; what was valid a moment ago is better than nobody.
      until = 0;
      if (!known) throw error;
    }
    return known;
  };
  return () => {
    if (!reading || until <= Clock.ms()) {
      until = Clock.ms() + CACHE_MS;
      reading = readAll();
    }
    return reading;
  };
}
