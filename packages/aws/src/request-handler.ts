import { withCors } from "@crm/functions/http/cors.ts";
import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { requireEdge } from "./edge.ts";
import { readVariable } from "./environment.ts";
import { buildErrorResponse } from "./error-response.ts";
import { requireInvocation, withLogging, withPorts } from "./middleware.ts";
import { edge } from "./ports/edge.ts";
import type { PortFactories } from "./ports.ts";

/** The Lambda handler of a function that answers requests, and the middleware around it. */

/** A request that takes too long is answered this many milliseconds before Lambda would end the function. */
const RESPONSE_MARGIN_MS = 500;

export function createRequestHandler(name: string, operations: readonly Operation[], parts: PortFactories, values = edge()) {
  let handler: Handler | undefined;
  let id = "";
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: RESPONSE_MARGIN_MS,
    // Without this the gateway would answer, without the error envelope.
    timeoutEarlyResponse: () => buildErrorResponse("INTERNAL", "The request took too long; it may still have been executed", id),
  })
    .use(withPorts(parts))
    .use(withLogging(name, { quiet: true }))
    .use(requireEdge(values))
    .handler((event, context) => {
      // A process serves one request at a time: Lambda gives the next one to another process meanwhile.
      id = event.requestContext.requestId;
      handler ??= withCors(
        name,
        readVariable("CRM_ALLOW_ORIGINS").split(" "),
        httpHandler(operations, requireInvocation(context).ports),
      );
      return handler(event);
    });
}
