import * as z from "zod";
import { type Detail, gathered, invalidAll, notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { type Filled, filled, patched, patchOf, query, text } from "../kernel/schema.ts";
import { sortKeyOf, termsOf, wordsOf } from "../kernel/text.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES, TICKET_CATEGORIES, URGENCY_LEVELS } from "../masters/shared.masters.ts";
import { InMemory } from "../storage/read/in-memory.ts";
import { listSchema } from "../storage/read/list.ts";
import { matches } from "../storage/read/search.ts";
import { pad } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { aroundTheClock, SupportCalendar } from "./calendar.ts";
import type { Terms } from "./clock.rules.ts";
import { all, raiseFence, readNow, remembered, requireStored } from "./policies.ts";
import { fields, POLICIES, Policies, type PolicyRecord, Stored } from "./policy.entity.ts";
import { type Choice, policyFor, type Selected, targetsOf, urgencyHours } from "./policy.rules.ts";
import { SLA_POLICY } from "./sla.domain.ts";

/** SLA policies (seed 001, `sla_policies`): how soon tickets are answered and resolved. */

export const Info = Stored;

/** Of a tenant, with those that were deleted. */
export const MOST = 200;

const One = z.strictObject({ id: text(64) });

const orders = {
  sequence: ({ sequence, id }: PolicyRecord) => `${pad(sequence, 6)} ${id}`,
  name: ({ name }: PolicyRecord) => sortKeyOf(name),
  created_at: ({ created_at }: PolicyRecord) => created_at,
};

export const list = fn(
  listSchema(
    Policies,
    {
      search: text(200).optional().describe("Each of these must begin a word of the name"),
      is_active: query.boolean().optional(),
    },
    { whole: true },
  ).extend({
    sort: InMemory.sortsOf(Policies, orders).optional().describe("The order in which they hold unless told otherwise"),
  }),
  ({ page, limit, sort, order: given, cursor, ...asked }) => {
    const { search, is_active, deleted = false, ...more } = asked;
    const { order, keyOf, passes } = InMemory.asked(Policies, { ...more, sort, order: given }, orders);
    const terms = search === undefined || search.trim() === "" ? undefined : termsOf(search);
    const wanted = (policy: PolicyRecord): boolean =>
      Boolean(policy.deleted_at) === deleted &&
      passes(policy) &&
      (is_active === undefined || policy.is_active === is_active) &&
      (terms === undefined || (terms.length > 0 && matches(wordsOf(policy.name), terms)));
    return InMemory.pageOf(
      { page, limit, order, cursor },
      {
        fingerprint: JSON.stringify(["sla_policy", sort, order, Object.entries(asked).sort()]),
        values: async () => (await all()).filter(wanted),
        keyOf,
      },
    );
  },
);

export const get = fn(One, async ({ id }) => {
  const found = (await readNow()).find((policy) => policy.id === id);
  if (!found || found.deleted_at) throw notFound();
  return found;
});

export const create = fn(z.strictObject(fields), async (input) => {
  if ((await readNow()).length >= MOST)
    throw ruleViolation(`A tenant has at most ${MOST} policies, with those that were deleted`);
  const id = newId(SLA_POLICY, { owner: POLICIES });
  const made = retryOnConflict(async () => {
    const tx = transaction();
    const policy = Records.born(Policies, await checked(filled(fields, input), tx), { id });
    return tx.create(Policies, policy).commit(policy);
  });
  return remembered(made);
});

export const replace = fn(z.strictObject({ ...fields, ...One.shape }), ({ id, ...input }) => edit(id, filled(fields, input)));

export const update = fn(patchOf(fields).extend(One.shape), ({ id, ...patch }) => edit(id, patched(fields, patch)));

async function edit(id: string, changes: Partial<Filled<typeof fields>>): Promise<PolicyRecord> {
  await requireStored(id);
  return remembered(Records.change(Policies, id, (current, tx) => checked({ ...current, ...changes }, tx, current)));
}

/** Tickets that follow it go by the next one that is for them. */
export const remove = fn(One, async ({ id }) => {
  await requireStored(id);
  return remembered(Records.remove(Policies, id));
});

export const restore = fn(One, ({ id }) =>
  remembered(
    Records.restore(Policies, id, (current, tx) => {
      if (current.calendar_id) raiseFence(tx, current.calendar_id);
      return current;
    }),
  ),
);

/** By ids; all that is wrong is said at once. A calendar that is named anew is there when the policy is written. */
async function checked<T extends Filled<typeof fields>>(policy: T, tx: Transaction, before?: PolicyRecord): Promise<T> {
  const details: Detail[] = [];
  const resolved = await gathered(details, Master.resolveAll(fields, policy, before), policy);
  const { escalations } = policy;
  for (const [at, { percent }] of escalations.entries())
    if (at > 0 && percent <= (escalations[at - 1]?.percent ?? 0))
      details.push({ field: `escalations[${at}].percent`, message: "Not behind the level before" });
  if (details.length > 0) throw invalidAll(details);
  const { calendar_id } = policy;
  if (calendar_id && calendar_id !== before?.calendar_id) {
    tx.alive(calendar_id, () => new Moved("The calendar was deleted meanwhile"));
    raiseFence(tx, calendar_id);
  }
  return resolved;
}

/** What of a ticket decides which policy it follows; `category_id` stands for those above it too. */
export type Asking = Omit<Selected, "category_ids"> & { category_id: string | null };

export interface Followed extends Omit<Terms, "from"> {
  choice: Choice<PolicyRecord>;
}

/**
 * The policy that a ticket follows now, with its targets and its calendar; undefined where none is for it. Policies and master data are
 * in memory for a minute; a calendar is one read.
 */
export async function forTicket({ category_id, ...ticket }: Asking): Promise<Followed | undefined> {
  const live = (await all()).filter(({ deleted_at }) => !deleted_at);
  const choice = policyFor({ ...ticket, category_ids: await withAbove(category_id) }, live);
  if (!choice) return undefined;
  const { calendar_id, id, escalations } = choice.policy;
  const [levels, priority, calendars] = await Promise.all([
    Master.inOrder(URGENCY_LEVELS, () => true),
    Master.find(PRIORITIES, ticket.priority_id),
    calendar_id === null ? undefined : SupportCalendar.load([calendar_id]),
  ]);
  const hours = urgencyHours(
    levels.map((level) => ({ id: level.id, sla_hours: level.sla_hours ?? null })),
    ticket.urgency_level_id,
    priority?.level ?? null,
  );
  const calendar = (calendar_id && calendars?.get(calendar_id)) || aroundTheClock;
  return { choice, policy_id: id, targets: targetsOf(choice.policy, hours), escalations, calendar };
}

/** A category and those above it. */
async function withAbove(category: string | null): Promise<string[]> {
  const path: string[] = [];
  for (let id = category; id && !path.includes(id); id = (await Master.find(TICKET_CATEGORIES, id))?.parent_id ?? null)
    path.push(id);
  return path;
}

export * as SlaPolicy from "./policy.ts";
