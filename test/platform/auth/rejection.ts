import type { ApiError } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";

/** The refusal that a call is answered with; a call that goes through fails the test. */
export const expectRejection = (call: Promise<unknown>): Promise<ApiError> =>
  call.then(
    (answer) => expect.fail(`Went through: ${JSON.stringify(answer)}`),
    (error: ApiError) => error,
  );

/** The fields that a refusal names, each once. */
export const listRejectedFields = ({ details }: ApiError): string[] => [...new Set(details.map(({ field }) => field))].sort();
