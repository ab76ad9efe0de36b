import type { Refused } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";

/** The refusal that a call is answered with; a call that goes through fails the test. */
export const refusalOf = (call: Promise<unknown>): Promise<Refused> =>
  call.then(
    (answer) => expect.fail(`Went through: ${JSON.stringify(answer)}`),
    (error: Refused) => error,
  );

/** The fields that a refusal names, each once. */
export const fieldsOf = ({ details }: Refused): string[] => [...new Set(details.map(({ field }) => field))].sort();
