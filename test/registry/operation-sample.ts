import type { Operation } from "@crm/functions/http/operation.ts";
import { sampled } from "../sample.ts";
import { actsOn } from "./world.ts";

/** Operations that are answered in the same way can stand for each other. */
export const kindOfOperation = (operation: Operation): string => {
  const { method, kind, access, keyed, takesFile, onlyReads } = operation;
  const who = typeof access === "string" ? access : "permitted";
  return JSON.stringify([method, kind, who, keyed, takesFile, onlyReads, actsOn(operation)]);
};

export const sampledOperations = (operations: readonly Operation[]): Operation[] =>
  sampled(operations, { name: ({ name }) => name, kind: kindOfOperation });
