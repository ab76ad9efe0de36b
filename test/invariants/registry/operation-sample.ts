import type { Operation } from "@crm/functions/http/operation.ts";
import { selectSample } from "../../support/sample.ts";
import { takesRecordId } from "./world.ts";

/** Operations with the same properties are answered alike, so a sample of each group is enough. */
export const operationKind = (operation: Operation): string => {
  const { method, kind, access, keyed, takesFile, onlyReads } = operation;
  const who = typeof access === "string" ? access : "permitted";
  return JSON.stringify([method, kind, who, keyed, takesFile, onlyReads, takesRecordId(operation)]);
};

export const sampleOperations = (operations: readonly Operation[]): Operation[] =>
  selectSample(operations, { name: ({ name }) => name, kind: operationKind });

/** Whether an operation of signed-in callers writes what its input says. */
export const isWrite = ({ method, kind, onlyReads, access }: Operation): boolean =>
  ["POST", "PUT", "PATCH"].includes(method) && kind !== "list" && kind !== "page" && !onlyReads && access !== "public";
