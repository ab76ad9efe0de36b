import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import * as Amount from "../kernel/amount.ts";
import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { invalid, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import { amount, type Filled, filled, id, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { Counter } from "../storage/read/counter.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import type { Item } from "../storage/table/item.ts";
import { Job } from "../storage/write/job.ts";
import { type Edit, Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { Batches, type BatchRecord, fields, Stored } from "./batch.entity.ts";
import { type BatchStatus, batchStatuses, isOver, mayBecome, ways } from "./batch.rules.ts";
import { REENGAGEMENT_MEMBER, reengagementGrants } from "./reengagement.domain.ts";
import { requireSequence } from "./sequence.ts";
import { numbersIn, ofBatch, rate, rates } from "./stats.rules.ts";
import { beginning, type Walk } from "./step-clocks.rules.ts";

/** Batches in which people who went quiet are won back (seed 000, crm_reengaged_batches). */

const share = () => z.string().nullable();

const numbers = {
  member_count: z.number().int(),
  contacted_count: z.number().int(),
  response_count: z.number().int(),
  conversion_count: z.number().int(),
  reactivated_revenue: amount(),
  response_rate: share().describe("Responses ÷ contacted × 100; null where nobody was contacted"),
  conversion_rate: share().describe("Conversions ÷ responses × 100; null where nobody responded"),
  avg_revenue_per_conversion: amount().nullable(),
  progress: z
    .object({ size: share(), revenue: share(), response_rate: share() })
    .describe("In percent: contacted of target_size, revenue of target_revenue, response_rate of target_response_rate"),
};

export const Info = Stored.omit({ walk_at: true }).extend(numbers);
export const Row = rowOf(Info, [...Batches.definition.row, ...Object.keys(numbers)]);

type Shown<R> = R & { [K in keyof typeof numbers]: z.output<(typeof numbers)[K]> };
type Known = Pick<BatchRecord, "id" | "currency" | "target_size" | "target_revenue" | "target_response_rate">;

function withNumbers<R extends Known>(batch: R, counter: Item): Shown<R> {
  const said = numbersIn(counter, batch.currency);
  const told = rates(said);
  const of = (part: string | number | null, whole: string | number | null): string | null =>
    part === null || whole === null ? null : rate(part, whole);
  return {
    ...batch,
    member_count: Number(counter[Counter.LIVE] ?? 0),
    contacted_count: said.contacted,
    response_count: said.responses,
    conversion_count: said.conversions,
    reactivated_revenue: said.revenue,
    ...told,
    progress: {
      size: of(said.contacted, batch.target_size),
      revenue: of(said.revenue, batch.target_revenue),
      response_rate: of(told.response_rate, batch.target_response_rate),
    },
  };
}

/** Batches with what their members come to, of one batch of counters; these lag a write by moments. */
export async function shown<R extends Known>(batches: readonly R[]): Promise<Shown<R>[]> {
  const counters = await countersOf(batches.map((batch) => batch.id));
  return batches.map((batch) => withNumbers(batch, counters.get(ofBatch(batch.id)) ?? {}));
}

const countersOf = async (batches: readonly string[]) =>
  (await Counter.read(REENGAGEMENT_MEMBER.name, batches.map(ofBatch))).scopes;

const One = z.strictObject({ id: text(64) });

export const get = fn(One, async (input) => (await shown([inner(await Records.read(Batches, input.id))]))[0]);

/** One that the caller sees, and to which somebody may be added. */
export async function open(wanted: string): Promise<BatchRecord> {
  const batch = await Records.read(Batches, wanted);
  if (isOver(batch.status)) throw ruleViolation(`Nobody is added to a batch that is ${batch.status}`);
  return batch;
}

const Query = listSchema(Batches, {
  status: oneOf(batchStatuses).optional(),
  owner: text(64).optional().describe("Id of whom they are assigned to, or `none` for those that are nobody's"),
});

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(Batches, input);

export const list = fn(Query, async (input) => {
  const { rows, meta } = await listRecords(Batches, await asked(input));
  return new Page(await shown(rows), meta);
});

const owned = { assigned_to: id(USER).nullish().describe("Left out, it is the caller; null: nobody's, and seen by all") };

/** What an export has to know of the list. */
export const listed = { collection: Batches, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

export const Create = z.strictObject({ ...fields, ...owned });

const ASSIGN = [reengagementGrants.assign, "batches", "assigned_to"] as const;

export const create = fn(Create, async ({ assigned_to, ...input }) => {
  await requireSequence(input.sequence);
  const batch = Records.born(Batches, {
    ...checked(filled(fields, input)),
    assigned_to: await User.ownerOfNew(assigned_to, ...ASSIGN),
    status: "DRAFT",
    walk_at: null,
    created_date: today(),
    activated_at: null,
    ended_at: null,
  });
  return transaction()
    .create(Batches, batch)
    .commit(withNumbers(inner(batch), {}));
});

const inner = ({ walk_at: _, ...batch }: BatchRecord) => batch;

/** What people write, as it is stored. */
function checked<B extends Filled<typeof fields>>(batch: B) {
  const currency = batch.currency ?? useSettings().currency;
  const { start_date, end_date } = batch;
  if (start_date && end_date && end_date < start_date) throw invalid("end_date", "Before start_date");
  return { ...batch, currency, target_revenue: Amount.inCurrency("target_revenue", batch.target_revenue, currency) };
}

export const replace = fn(Create.extend(One.shape), ({ id: wanted, ...input }) =>
  edit(wanted, { ...filled(fields, input), assigned_to: input.assigned_to }),
);

export const update = fn(patchOf({ ...fields, ...owned }).extend(One.shape), ({ id: wanted, assigned_to, ...patch }) =>
  edit(wanted, { ...patched(fields, patch), assigned_to }),
);

type Changes = Partial<Filled<typeof fields>> & { assigned_to?: string | null | undefined };

/** Its numbers are read before: they go with the answer that a keyed request gets again. */
async function changing(
  wanted: string,
  change: Edit<BatchRecord>,
  options: { deleted?: boolean } = {},
): Promise<Shown<ReturnType<typeof inner>>> {
  const counter = (await countersOf([wanted])).get(ofBatch(wanted)) ?? {};
  return Records.change(Batches, wanted, change, { ...options, answer: (batch) => withNumbers(inner(batch), counter) });
}

const edit = (wanted: string, { assigned_to, ...changes }: Changes) =>
  changing(wanted, async (current) => {
    const next = checked({ ...current, ...changes, currency: changes.currency ?? current.currency });
    if (next.currency !== current.currency) throw invalid("currency", "It stays: what its members bought is counted in it");
    if (current.status !== "DRAFT" && next.window_days !== current.window_days)
      throw invalid("window_days", "It stays once the batch has begun");
    if (!isDeepStrictEqual(next.sequence, current.sequence)) {
      if (current.status !== "DRAFT" && current.status !== "PAUSED")
        throw ruleViolation(`The sequence of a batch that is ${current.status} does not change`, [
          { field: "sequence", message: "Changed while the batch is DRAFT or PAUSED" },
        ]);
      await requireSequence(next.sequence);
    }
    const owner =
      assigned_to === undefined ? current.assigned_to : await User.ownerOfChange(current.assigned_to, assigned_to, ...ASSIGN);
    return { ...next, assigned_to: owner };
  });

/** A verb by which a batch gets another status; asked for again, it changes nothing. */
const becoming = (to: BatchStatus) =>
  fn(One, ({ id: wanted }) =>
    changing(wanted, (current, tx) => {
      if (current.status === to) return current;
      if (!mayBecome(current.status, to)) throw notThat(current.status, to);
      const isWalked = to === "ACTIVE" && current.sequence.length > 0;
      // Whoever sets clocks for an earlier beginning is overtaken.
      if (isWalked) tx.put(Job.started<Walk>(wanted, beginning));
      return {
        ...current,
        walk_at: isWalked ? Clock.now() : null,
        status: to,
        activated_at: current.activated_at ?? (to === "ACTIVE" ? Clock.now() : null),
        ended_at: isOver(to) ? Clock.now() : null,
      };
    }),
  );

function notThat(from: BatchStatus, to: BatchStatus): Error {
  const allowed = ways[from].join(", ");
  return ruleViolation(`A batch that is ${from} does not become ${to}`, [
    { field: "status", message: allowed ? `From ${from} to ${allowed}` : `${from} is an end: make another batch` },
  ]);
}

export const activate = becoming("ACTIVE");
export const pause = becoming("PAUSED");
export const complete = becoming("COMPLETED");
export const cancel = becoming("CANCELLED");

/** One that goes on is not deleted: its persons are held by it. */
export const remove = fn(One, ({ id: wanted }) =>
  changing(wanted, (current) => {
    if (current.status === "ACTIVE" || current.status === "PAUSED")
      throw ruleViolation(`A batch that is ${current.status} is not deleted: complete or cancel it first`);
    return { ...current, deleted_at: Clock.now() };
  }),
);

export const restore = fn(One, ({ id: wanted }) =>
  changing(wanted, (current) => ({ ...current, deleted_at: null }), { deleted: true }),
);

export { Batches, type BatchRecord } from "./batch.entity.ts";
export * as Batch from "./reengaged-batch.ts";
