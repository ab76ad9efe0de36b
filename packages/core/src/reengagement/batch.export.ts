import { declared } from "../jobs/export/exportable.ts";
import { Batch } from "./reengaged-batch.ts";
import { reengagementGrants } from "./reengagement.domain.ts";

export const batches = declared(Batch.listed, {
  entity: "batches",
  read: reengagementGrants.read,
  shown: (records) => Batch.shown(records),
});
