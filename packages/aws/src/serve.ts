import { openToPages } from "@crm/functions/http/cors.ts";
import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { throughEdge } from "./edge.ts";
import { environment } from "./environment.ts";
import { aroundOf, logged, withPorts } from "./middleware.ts";
import { edge } from "./ports/edge.ts";
import type { Parts } from "./ports.ts";
import { refusal } from "./refusal.ts";

/** The Lambda handler of a function that answers requests, and what happens around it. */

/** Milliseconds before Lambda would end the function in which a request that takes too long is answered. */
const LEFT = 500;

export function serve(name: string, operations: readonly Operation[], parts: Parts, values = edge()) {
  let handler: Handler | undefined;
  let id = "";
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: LEFT,
    // Where the gateway alone would answer, without the envelope.
    timeoutEarlyResponse: () => refusal("INTERNAL", "This took too long; it may have been done all the same", id),
  })
    .use(withPorts(parts))
    .use(logged(name, { quiet: true }))
    .use(throughEdge(values))
    .handler((event, context) => {
      // One request at a time: Lambda gives the next to another process meanwhile.
      id = event.requestContext.requestId;
      handler ??= openToPages(
        name,
        environment("CRM_ALLOW_ORIGINS").split(" "),
        httpHandler(operations, aroundOf(context).ports),
      );
      return handler(event);
    });
}
