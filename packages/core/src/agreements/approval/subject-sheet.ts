import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { withFullVisibility } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { titleRecord } from "../../kernel/record-title.ts";
import { anyId, IdInput } from "../../kernel/schema.ts";
import { buildEntries } from "../../platform/profile/record-entry.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import { isOpenedToActor } from "../../storage/read/visibility.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { type DecidedRecord, loadApprovable } from "./approvable.ts";
import { type ApprovalRecord, Approvals } from "./approval.entity.ts";
import { Round } from "./round.ts";

/**
 * What an approver decides (docs/agreements/approvals.md, What the approver sees): the fields of the record that matter for the decision, and the
 * name of its customer. The approver may read them as long as the decision is theirs, also of a record that is hidden from them.
 */

export const SubjectSheet = z.object({
  record_id: anyId(),
  record_kind: z.string().describe("Kind of the record; for an approval of a workflow, that of the enrolled record"),
  title: z.string(),
  is_visible: z.boolean().describe("Whether the caller sees the record itself"),
  customer: z
    .object({ id: anyId(), name: z.string() })
    .nullable()
    .describe("null: it has no customer, or the caller is not asked to decide and does not see the customer"),
  record: z
    .record(z.string(), z.unknown())
    .describe("Fields of the record that lists show, and those that matter for the decision"),
});

export const readSubject = fn(IdInput, async ({ id }): Promise<z.output<typeof SubjectSheet>> => {
  const approval = await Records.read(Approvals, id);
  const isAsked = isOpenedToActor(Approvals, approval);
  const decided = await findDecided(approval, isAsked);
  if (!decided) throw conflict("The record no longer waits for this approval: it was changed, withdrawn or decided");
  const is_visible = await Records.canSee(decided.collection, decided.record);
  const sheet = await (await loadApprovable(approval.subject_type)).loadSheet?.(decided.record);
  const record = await buildSheet(decided, sheet);
  const findCustomer = () => readCustomer(decided.record);
  const visibleCustomer = await findCustomer();
  return {
    record_id: decided.record.id,
    record_kind: decided.collection.name,
    title: titleRecord(decided.collection.kind, decided.collection.row, record) || approval.title,
    is_visible,
    customer: isAsked && !visibleCustomer ? await withFullVisibility(findCustomer) : visibleCustomer,
    record,
  };
});

/** Returns the record as it waits for the decision; for other callers also as it is now, if they see it. */
async function findDecided(approval: ApprovalRecord, isAsked: boolean): Promise<DecidedRecord | undefined> {
  const subject = (await Round.loadSubject(approval)) ?? (isAsked ? undefined : await findVisibleSubject(approval));
  if (!subject) return undefined;
  const { loadDecided } = await loadApprovable(approval.subject_type);
  return loadDecided ? loadDecided(subject.record) : subject;
}

async function findVisibleSubject({ subject_id }: ApprovalRecord): Promise<DecidedRecord | undefined> {
  const kind = findKindById(subject_id);
  const collection = kind && (await loadCollection(kind));
  const record = collection && (await Records.find(collection, subject_id));
  return record && { collection, record };
}

/** Returns the fields that the sheet shows, without internal ones. */
const buildSheet = async (
  { collection, record }: DecidedRecord,
  sheet: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> => presentAnswer({ ...collection.toRow(record), ...sheet });

/** Returns the customer that a record names, with its name, if the caller of this work sees it. */
async function readCustomer(record: BaseRecord): Promise<z.output<typeof SubjectSheet>["customer"]> {
  const { customer_id } = record as BaseRecord & { customer_id?: unknown };
  if (typeof customer_id !== "string" || !isId(customer_id, CUSTOMER)) return null;
  const collection = await loadCollection(CUSTOMER);
  const customer = await Records.find(collection, customer_id);
  const [entry] = customer ? await buildEntries([customer]) : [];
  return entry ? { id: entry.id, name: entry.title } : null;
}
