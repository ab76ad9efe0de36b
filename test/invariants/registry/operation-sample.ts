import type { Operation } from "@crm/functions/http/operation.ts";
import { selectSample } from "../../support/sample.ts";
import { takesRecordId } from "./world.ts";

/** Operations that are answered in the same way can stand for each other. */
export const operationKind = (operation: Operation): string => {
  const { method, kind, access, keyed, takesFile, onlyReads } = operation;
  const who = typeof access === "string" ? access : "permitted";
  return JSON.stringify([method, kind, who, keyed, takesFile, onlyReads, takesRecordId(operation)]);
};

export const sampleOperations = (operations: readonly Operation[]): Operation[] =>
  selectSample(operations, { name: ({ name }) => name, kind: operationKind });
