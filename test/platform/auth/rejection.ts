import type { ApiError } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";

/** Returns the rejection of a call; a call that succeeds fails the test. */
export const expectRejection = (call: Promise<unknown>): Promise<ApiError> =>
  call.then(
    (answer) => expect.fail(`Went through: ${JSON.stringify(answer)}`),
    (error: ApiError) => error,
  );

/** The fields that a rejection names, without duplicates. */
export const listRejectedFields = ({ details }: ApiError): string[] => [...new Set(details.map(({ field }) => field))].sort();
