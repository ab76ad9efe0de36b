import type { Ports } from "@crm/core/kernel/ports.ts";
import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { requestPorts } from "./ports.ts";

/** Milliseconds before Lambda would end the function in which a request that takes too long is answered. */
const LEFT = 500;

/** The Lambda handler of a function of the registry; its ports are made at the first request. */
export function serve(operations: readonly Operation[], ports: () => Ports = requestPorts) {
  let handler: Handler | undefined;
  let id = "";
  const run = (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    // One request at a time: Lambda gives the next to another process meanwhile.
    id = event.requestContext.requestId;
    handler ??= httpHandler(operations, ports());
    return handler(event);
  };
  return middy(run, { timeoutEarlyInMillis: LEFT, timeoutEarlyResponse: () => tooLate(id) });
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
