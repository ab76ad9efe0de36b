import { declareExport } from "../../platform/export/exportable.ts";
import { Batch } from "./batch.ts";
import { reengagementGrants } from "./reengagement.kind.ts";

export const batches = declareExport(Batch.listDefinition, {
  entity: "batches",
  read: reengagementGrants.read,
  present: (records) => Batch.presentBatches(records),
});
