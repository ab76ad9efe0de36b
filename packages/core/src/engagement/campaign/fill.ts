import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn, toErrorDetails } from "../../kernel/fn.ts";
import { readReference } from "../../kernel/read-reference.ts";
import { IdInput, toStoredFields } from "../../kernel/schema.ts";
import { omitPaging } from "../../platform/export/start-input.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { Job } from "../../storage/write/job.ts";
import { limitOpenJobs } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { FilterRevisions } from "../audience/filter-revisions.ts";
import { ContactList } from "../contact-list/contact-list.ts";
import { Segment } from "../segment/segment.ts";
import { type FillRecord, Fills, fields, isOpen, Stored } from "./fill.entity.ts";
import { Membership } from "./membership.ts";

/** The operations on fills for users. The worker is in fill-worker.ts. */

export const Info = Stored.omit({ attention_at: true, turn: true, filter_revisions: true });

export const start = fn(z.strictObject({ ...IdInput.shape, ...fields }), async ({ id: campaignId, ...input }) => {
  const campaign = await Membership.requireOpen(campaignId);
  const audience = toStoredFields(fields, input);
  const named = Object.entries(audience).flatMap(([field, value]) => (value === null ? [] : [field]));
  if (named.length !== 1)
    throw invalid(named[1] ?? "segment_id", "Name exactly one of segment_id, contact_list_id and lead_filter");
  const { segment_id, contact_list_id, lead_filter } = audience;
  if (segment_id) await readReference("segment_id", Segment.get({ id: segment_id }), "No such segment");
  if (contact_list_id) await readReference("contact_list_id", ContactList.get({ id: contact_list_id }), "No such contact list");
  const filter = lead_filter === null ? null : requireLeadFilter(lead_filter);
  const filter_revisions = await FilterRevisions.read([segment_id, contact_list_id]);
  return retryOnConflict(async () => {
    const fill = Records.init(Fills, {
      filter_revisions,
      ...{ segment_id, contact_list_id, lead_filter: filter },
      ...{ campaign_id: campaign.id, owner_id: useActorId(), status: "queued", as_of: Clock.now() },
      ...{ found: 0, added: 0, skipped: 0, error: null, started_at: null, finished_at: null },
      ...Job.requestWorker(),
    });
    const tx = transaction().create(Fills, fill);
    await limitOpenJobs(tx, fill, { collection: Fills, isOpen });
    return tx.commit(fill);
  });
});

/** Refuses a filter that the list of leads would refuse. Returns it in its stored form. */
function requireLeadFilter(filter: object): NonNullable<FillRecord["lead_filter"]> {
  const schema = omitPaging(Lead.listDefinition.query, () => "A fill does not support order and paging");
  const { data, error } = schema.safeParse(filter);
  if (error) throw invalidAll(toErrorDetails(error, ["lead_filter"]));
  if ((data as { deleted?: boolean }).deleted)
    throw invalid("lead_filter.deleted", "Deleted leads cannot be added: select live leads");
  return WhereClauses.toStoredQuery(data) as NonNullable<FillRecord["lead_filter"]>;
}

/** Returns a fill, with its current progress while it runs. */
export const get = fn(IdInput, async ({ id: fillId }) => {
  const fill = await Records.read(Fills, fillId);
  const now = isOpen(fill) ? await Job.readProgress<Pick<FillRecord, "found" | "added" | "skipped">>(fillId) : undefined;
  const { found, added, skipped } = now ?? fill;
  return { ...fill, found, added, skipped };
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
export * as CampaignFill from "./fill.ts";
