import { type ErrorCode, httpStatusByCode } from "@crm/core/kernel/error.ts";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** Builds an error response in the API's error envelope, for middleware that answers in place of the handler. */
export function buildErrorResponse(
  code: ErrorCode,
  message: string,
  request_id: string,
  retryAfter?: number,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: httpStatusByCode[code],
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-request-id": request_id,
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    },
    body: JSON.stringify({ success: false, error: { code, message, details: [], request_id } }),
  };
}
