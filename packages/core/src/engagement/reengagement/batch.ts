import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import {
  amount,
  IdInput,
  id,
  oneOf,
  patchSchema,
  type StoredFields,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { Counter } from "../../storage/read/counter.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Edit, Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Batches, type BatchRecord, fields, Stored } from "./batch.entity.ts";
import { type BatchStatus, batchStatuses, isOver, isTransitionAllowed, transitions } from "./batch.rules.ts";
import { REENGAGEMENT_MEMBER, reengagementGrants } from "./reengagement.kind.ts";
import { findRevisions, resolveSequence } from "./sequence.ts";
import { batchScope, computeRate, computeRates, parseNumbers } from "./stats.rules.ts";

/** Batches: campaigns that win back customers who have become inactive. */

const share = () => z.string().nullable();

const numberFields = {
  member_count: z.number().int(),
  contacted_count: z.number().int(),
  response_count: z.number().int(),
  conversion_count: z.number().int(),
  reactivated_revenue: amount(),
  response_rate: share().describe("Responses ÷ contacted × 100; null if there were no contacts"),
  conversion_rate: share().describe("Conversions ÷ responses × 100; null if there were no responses"),
  avg_revenue_per_conversion: amount().nullable(),
  progress: z
    .object({ size: share(), revenue: share(), response_rate: share() })
    .describe("Percent reached: contacted of target_size, revenue of target_revenue, response_rate of target_response_rate"),
};

export const Info = Stored.omit({ walk_at: true, template_revisions: true }).extend(numberFields);
export const Row = rowSchema(Info, [...Batches.definition.row, ...Object.keys(numberFields)]);

type PresentedBatch<R> = R & { [K in keyof typeof numberFields]: z.output<(typeof numberFields)[K]> };
type BatchTargets = Pick<BatchRecord, "id" | "currency" | "target_size" | "target_revenue" | "target_response_rate">;

function withNumbers<R extends BatchTargets>(batch: R, counter: Item): PresentedBatch<R> {
  const numbers = parseNumbers(counter, batch.currency);
  const rates = computeRates(numbers);
  const computeProgress = (part: string | number | null, target: string | number | null): string | null =>
    part === null || target === null ? null : computeRate(part, target);
  return {
    ...batch,
    member_count: Number(counter[Counter.LIVE] ?? 0),
    contacted_count: numbers.contacted,
    response_count: numbers.responses,
    conversion_count: numbers.conversions,
    reactivated_revenue: numbers.revenue,
    ...rates,
    progress: {
      size: computeProgress(numbers.contacted, batch.target_size),
      revenue: computeProgress(numbers.revenue, batch.target_revenue),
      response_rate: computeProgress(rates.response_rate, batch.target_response_rate),
    },
  };
}

/** Adds the member counts to batches, from one batch read of the counters. The counters lag behind a write by moments. */
export async function presentBatches<R extends BatchTargets>(batches: readonly R[]): Promise<PresentedBatch<R>[]> {
  const counters = await readCounters(batches.map((batch) => batch.id));
  return batches.map((batch) => withNumbers(batch, counters.get(batchScope(batch.id)) ?? {}));
}

const readCounters = async (batches: readonly string[]) =>
  (await Counter.read(REENGAGEMENT_MEMBER.name, batches.map(batchScope))).scopes;

export const get = fn(IdInput, async (input) => (await presentBatches([omitInternal(await Records.read(Batches, input.id))]))[0]);

/** Returns a batch that the caller can see and that accepts new members. */
export async function requireOpen(batchId: string): Promise<BatchRecord> {
  const batch = await Records.read(Batches, batchId);
  if (isOver(batch.status)) throw ruleViolation(`A batch that is ${batch.status} accepts no new members`);
  return batch;
}

const Query = listSchema(Batches, {
  status: oneOf(batchStatuses).optional(),
});

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(Batches, input);

export const list = fn(Query, async (input) => {
  const { rows, meta } = await listRecords(Batches, await listQuery(input));
  return new Page(await presentBatches(rows), meta);
});

const ownerField = {
  assigned_to: id(USER).nullish().describe("null: unassigned, and visible to all users").meta(createHelp("Default: the caller")),
};

/** The list definition that the export uses. */
export const listDefinition = {
  collection: Batches,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerField },
  present: (batches: readonly BatchRecord[]) => presentBatches(batches),
};

export const Create = z.strictObject({ ...fields, ...ownerField });

const ASSIGN = [reengagementGrants.assign, "batches", "assigned_to"] as const;

export const create = fn(Create, async ({ assigned_to, ...input }) => {
  const sequence = await resolveSequence(input.sequence);
  const batch = Records.init(Batches, {
    ...validateBatch(toStoredFields(fields, { ...input, sequence })),
    assigned_to: await User.resolveNewOwner(assigned_to, ...ASSIGN),
    status: "DRAFT",
    walk_at: null,
    created_date: today(),
    activated_at: null,
    ended_at: null,
    started_by: null,
    template_revisions: [],
  });
  return transaction()
    .create(Batches, batch)
    .commit(withNumbers(omitInternal(batch), {}));
});

const omitInternal = ({ walk_at: _, template_revisions: _revisions, ...batch }: BatchRecord) => batch;

/** Converts input to stored fields: fills in the currency, checks the dates and sets the precision of the target revenue. */
function validateBatch<B extends StoredFields<typeof fields>>(batch: B) {
  const currency = batch.currency ?? useSettings().currency;
  const { start_date, end_date } = batch;
  if (start_date && end_date && end_date < start_date) throw invalid("end_date", "Must not be before start_date");
  return { ...batch, currency, target_revenue: Amount.toCurrencyPrecision("target_revenue", batch.target_revenue, currency) };
}

export const replace = fn(Create.extend(IdInput.shape), ({ id: batchId, ...input }) =>
  edit(batchId, { ...toStoredFields(fields, input), assigned_to: input.assigned_to }),
);

export const update = fn(
  patchSchema({ ...fields, ...ownerField }).extend(IdInput.shape),
  ({ id: batchId, assigned_to, ...patch }) => edit(batchId, { ...toStoredPatch(fields, patch), assigned_to }),
);

type Changes = Partial<StoredFields<typeof fields>> & { assigned_to?: string | null | undefined };

/** Changes a batch. The counters are read first, because the stored answer of an idempotent request contains them. */
async function changeBatch(
  batchId: string,
  change: Edit<BatchRecord>,
  options: { deleted?: boolean } = {},
): Promise<PresentedBatch<ReturnType<typeof omitInternal>>> {
  const counter = (await readCounters([batchId])).get(batchScope(batchId)) ?? {};
  return Records.change(Batches, batchId, change, { ...options, answer: (batch) => withNumbers(omitInternal(batch), counter) });
}

const edit = (batchId: string, { assigned_to, ...changes }: Changes) =>
  changeBatch(batchId, async (current, tx) => {
    const next = validateBatch({ ...current, ...changes, currency: changes.currency ?? current.currency });
    if (next.currency !== current.currency)
      throw invalid("currency", "Cannot be changed: the purchases of members are counted in this currency");
    if (current.status !== "DRAFT" && next.window_days !== current.window_days)
      throw invalid("window_days", "Cannot be changed after the batch has begun");
    if (!isDeepStrictEqual(next.sequence, current.sequence)) {
      if (current.status !== "DRAFT" && current.status !== "PAUSED")
        throw ruleViolation(`The sequence of a batch that is ${current.status} cannot be changed`, [
          { field: "sequence", message: "Can be changed only while the batch is DRAFT or PAUSED" },
        ]);
      next.sequence = await resolveSequence(next.sequence);
    }
    const owner =
      assigned_to === undefined
        ? current.assigned_to
        : await User.resolveChangedOwner(current.assigned_to, assigned_to, ...ASSIGN);
    const changed = { ...next, assigned_to: owner };
    const { sequence, batch_name } = current;
    if (!isDeepStrictEqual([changed.sequence, changed.batch_name], [sequence, batch_name]))
      await addSequenceWorkflow(tx, changed);
    return changed;
  });

/** Requests that only read load none of the code of workflows. */
const addSequenceWorkflow = async (tx: Transaction, batch: BatchRecord, refreshes = false): Promise<void> =>
  (await import("./sequence-workflow.ts")).addSequenceWorkflow(tx, batch, refreshes);

/** What is sent from now on is what the user who activates the batch has approved, with the rights of this user. */
const approveSequence = async ({ sequence }: BatchRecord): Promise<Pick<BatchRecord, "started_by" | "template_revisions">> => ({
  started_by: useActorId(),
  template_revisions: await findRevisions(sequence),
});

/** Defines an operation that moves a batch to a status. A repeated request changes nothing. */
const defineTransition = (to: BatchStatus) =>
  fn(IdInput, ({ id: batchId }) =>
    changeBatch(batchId, async (current, tx) => {
      if (current.status === to) return current;
      if (!isTransitionAllowed(current.status, to)) throw transitionRejection(current.status, to);
      const next = {
        ...current,
        walk_at: null,
        status: to,
        activated_at: current.activated_at ?? (to === "ACTIVE" ? Clock.now() : null),
        ended_at: isOver(to) ? Clock.now() : null,
        ...(to === "ACTIVE" ? await approveSequence(current) : {}),
      };
      await addSequenceWorkflow(tx, next, to === "ACTIVE");
      return next;
    }),
  );

function transitionRejection(from: BatchStatus, to: BatchStatus): Error {
  const allowed = transitions[from].join(", ");
  return ruleViolation(`A batch that is ${from} cannot become ${to}`, [
    {
      field: "status",
      message: allowed ? `A batch that is ${from} can only become ${allowed}` : `${from} is a final status: create another batch`,
    },
  ]);
}

export const activate = defineTransition("ACTIVE");
export const pause = defineTransition("PAUSED");
export const complete = defineTransition("COMPLETED");
export const cancel = defineTransition("CANCELLED");

/** An active or paused batch cannot be deleted, because it holds persons. */
export const remove = fn(IdInput, ({ id: batchId }) =>
  changeBatch(batchId, (current) => {
    if (current.status === "ACTIVE" || current.status === "PAUSED")
      throw ruleViolation(`A batch that is ${current.status} cannot be deleted: complete or cancel it first`);
    return { ...current, deleted_at: Clock.now() };
  }),
);

export const restore = fn(IdInput, ({ id: batchId }) =>
  changeBatch(batchId, (current) => ({ ...current, deleted_at: null }), { deleted: true }),
);

export { Batches, type BatchRecord } from "./batch.entity.ts";
export * as Batch from "./batch.ts";
