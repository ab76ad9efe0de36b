import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { readReference } from "../../kernel/read-reference.ts";
import { IdInput, toStoredFields } from "../../kernel/schema.ts";
import { Job } from "../../storage/write/job.ts";
import { limitOpenJobs } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { FilterRevisions } from "../audience/filter-revisions.ts";
import { ContactList } from "../contact-list/contact-list.ts";
import { Segment } from "../segment/segment.ts";
import { Batch } from "./batch.ts";
import { type FillRecord, Fills, fields, isOpen, Stored } from "./fill.entity.ts";

/** The operations on batch fills for users. The worker is in fill-worker.ts. */

export const Info = Stored.omit({ attention_at: true, turn: true, filter_revisions: true });

export const start = fn(z.strictObject({ ...IdInput.shape, ...fields }), async ({ id: batchId, ...input }) => {
  const batch = await Batch.requireOpen(batchId);
  const criteria = toStoredFields(fields, input);
  const { contact_list_id, ...otherCriteria } = criteria;
  const [otherField] = Object.entries(otherCriteria).flatMap(([field, value]) => (value === null ? [] : [field]));
  if (contact_list_id && otherField) throw invalid(otherField, "Cannot be combined with contact_list_id");
  if (!contact_list_id && !otherField)
    throw invalid("contact_list_id", `Required if there is none of ${Object.keys(otherCriteria).join(", ")}`);
  if (contact_list_id) await readReference("contact_list_id", ContactList.get({ id: contact_list_id }), "No such contact list");
  if (criteria.segment_id) await readReference("segment_id", Segment.get({ id: criteria.segment_id }), "No such segment");
  const filter_revisions = await FilterRevisions.read([criteria.segment_id, contact_list_id]);
  return retryOnConflict(async () => {
    const fill = Records.init(Fills, {
      filter_revisions,
      ...criteria,
      ...{ batch_id: batch.id, owner_id: useActorId(), status: "queued", as_of: Clock.now(), found: 0, added: 0 },
      ...{ error: null, started_at: null, finished_at: null },
      ...Job.requestWorker(),
    });
    const tx = transaction().create(Fills, fill);
    await limitOpenJobs(tx, fill, { collection: Fills, isOpen });
    return tx.commit(fill);
  });
});

/** Returns a fill, with its current progress while it runs. */
export const get = fn(IdInput, async ({ id: fillId }) => {
  const fill = await Records.read(Fills, fillId);
  const now = isOpen(fill) ? await Job.readProgress<Pick<FillRecord, "found" | "added">>(fillId) : undefined;
  return { ...fill, found: now?.found ?? fill.found, added: now?.added ?? fill.added };
});

/** Stops a fill. Members that it has added stay. */
export const cancel = fn(IdInput, ({ id: fillId }) =>
  Records.change(Fills, fillId, (current) => {
    if (current.status === "cancelled") return current;
    if (!isOpen(current)) throw ruleViolation(`A fill that is ${current.status} cannot be cancelled`);
    return { ...current, status: "cancelled" as const, ...Job.buildEndFields() };
  }),
);

export { type FillRecord, Fills, isOpen } from "./fill.entity.ts";
export * as BatchFill from "./fill.ts";
