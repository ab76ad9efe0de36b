import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { AuditEntry, AuditTrail } from "../storage/audit.ts";
import { rowOf } from "../storage/collection.ts";
import { list as listRecords, listSchema, paging } from "../storage/list.ts";
import { Records } from "../storage/records.ts";
import { momentsOf } from "../storage/timeline.ts";

/** The audit trail: who changed what, from where, with the values before and after. Written from the stream, never by hand. */

export const Info = AuditEntry;
export const Row = rowOf(AuditEntry, AuditTrail.definition.row);

const Query = listSchema(AuditTrail, { record_id: text(64).optional().describe("Only the history of this record") });

export const list = fn(Query, ({ record_id, ...query }) =>
  listRecords(AuditTrail, { ...paging(query), filters: {}, ranges: {}, ...(record_id ? { parent: record_id } : {}) }),
);

export const get = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.read(AuditTrail, id));

/** What a timeline shows of a change. */
export const moments = momentsOf(AuditTrail, {
  index: "by_related",
  title: ({ operation, changed }) => (operation === "UPDATE" ? `Changed: ${changed.join(", ")}` : titles[operation]),
  by: (entry) => entry.user_id,
});

const titles = { INSERT: "Created", UPDATE: "Changed", DELETE: "Deleted" };

export * as Audit from "./audit.ts";
