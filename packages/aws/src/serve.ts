import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { withCors } from "./cors.ts";
import { environment } from "./environment.ts";
import { aroundOf, logged, withPorts } from "./middleware.ts";
import type { Parts } from "./ports.ts";

/** The Lambda handler of a function that answers requests, and what happens around it. */

/** Milliseconds before Lambda would end the function in which a request that takes too long is answered. */
const LEFT = 500;

export function serve(name: string, operations: readonly Operation[], parts: Parts) {
  let handler: Handler | undefined;
  let id = "";
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: LEFT,
    timeoutEarlyResponse: () => tooLate(id),
  })
    .use(withPorts(parts))
    .use(logged(name, { quiet: true }))
    .handler((event, context) => {
      // One request at a time: Lambda gives the next to another process meanwhile.
      id = event.requestContext.requestId;
      handler ??= httpHandler(operations, aroundOf(context).ports);
      const answer = handler;
      // The forms of the public say themselves which pages may send them.
      return name === "public"
        ? answer(event)
        : withCors(event, environment("CRM_ALLOW_ORIGINS").split(" "), () => answer(event));
    });
}

/** Where the gateway alone would answer, without the envelope. */
function tooLate(request_id: string): APIGatewayProxyStructuredResultV2 {
  const error = { code: "INTERNAL", message: "This took too long; it may have been done all the same", details: [], request_id };
  return {
    statusCode: 500,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", "x-request-id": request_id },
    body: JSON.stringify({ success: false, error }),
  };
}
