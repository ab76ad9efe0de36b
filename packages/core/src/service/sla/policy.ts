import * as z from "zod";
import { collectDetails, type ErrorDetail, invalidAll, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, patchSchema, query, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { parseSearchTerms, textSearchWords, textSortKey } from "../../kernel/text.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES, TICKET_CATEGORIES, URGENCY_LEVELS } from "../../platform/master-data/shared.masters.ts";
import { InMemoryList } from "../../storage/read/in-memory-list.ts";
import { listSchema } from "../../storage/read/list.ts";
import { matchesTerms } from "../../storage/read/search.ts";
import { pad } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { alwaysOpenCalendar, SupportCalendar } from "./calendar.ts";
import type { Terms } from "./clock.rules.ts";
import { fields, POLICY_COLLECTION_ID, Policies, type PolicyRecord, Stored } from "./policy.entity.ts";
import { type Choice, computeTargets, policyFor, type TicketAttributes, urgencyHours } from "./policy.rules.ts";
import { bumpCalendarLock, clearCacheAfter, ensureStored, listPolicies, readPolicies } from "./policy-store.ts";
import { SLA_POLICY } from "./sla.kind.ts";

/** SLA policies: how soon tickets are answered and resolved. */

export const Info = Stored;

/** Maximum number of policies of a tenant, including deleted ones. */
export const MAX_POLICIES = 200;

const orders = {
  sequence: ({ sequence, id }: PolicyRecord) => `${pad(sequence, 6)} ${id}`,
  name: ({ name }: PolicyRecord) => textSortKey(name),
  created_at: ({ created_at }: PolicyRecord) => created_at,
};

export const Query = listSchema(
  Policies,
  {
    search: text(200).optional().describe("Each of these words must begin a word of the name"),
    is_active: query.boolean().optional(),
  },
  { isWhole: true },
).extend({
  sort: InMemoryList.buildSortSchema(Policies, orders).optional().describe("Default: the order in which the policies are tried"),
});

/** Returns a page of policies. `nameOf` gives another name of a policy by which it is also found. */
export const listNamed = (
  { page, limit, sort, order: requestedOrder, cursor, ...query }: z.output<typeof Query>,
  nameOf: (policy: PolicyRecord) => string = () => "",
) => {
  const { search, is_active, deleted = false, ...more } = query;
  const { order, readSortKey, passes } = InMemoryList.resolveQuery(Policies, { ...more, sort, order: requestedOrder }, orders);
  const terms = search === undefined || search.trim() === "" ? undefined : parseSearchTerms(search);
  const isMatch = (policy: PolicyRecord): boolean =>
    Boolean(policy.deleted_at) === deleted &&
    passes(policy) &&
    (is_active === undefined || policy.is_active === is_active) &&
    (terms === undefined || (terms.length > 0 && matchesTerms([policy.name, nameOf(policy)].flatMap(textSearchWords), terms)));
  return InMemoryList.paginate(
    { page, limit, order, cursor },
    {
      fingerprint: JSON.stringify(["sla_policy", sort, order, Object.entries(query).sort()]),
      values: async () => (await listPolicies()).filter(isMatch),
      sortKey: readSortKey,
    },
  );
};

export const list = fn(Query, (input) => listNamed(input));

export const get = fn(IdInput, async ({ id }) => {
  const storedPolicy = (await readPolicies()).find((policy) => policy.id === id);
  if (!storedPolicy || storedPolicy.deleted_at) throw notFound();
  return storedPolicy;
});

export const create = fn(z.strictObject(fields), async (input) => {
  if ((await readPolicies()).length >= MAX_POLICIES)
    throw ruleViolation(`A tenant can have at most ${MAX_POLICIES} policies, including deleted ones`);
  const id = newId(SLA_POLICY, { owner: POLICY_COLLECTION_ID });
  const creation = retryOnConflict(async () => {
    const tx = transaction();
    const policy = Records.init(Policies, await validatePolicy(toStoredFields(fields, input), tx), { id });
    return tx.create(Policies, policy).commit(policy);
  });
  return clearCacheAfter(creation);
});

export const replace = fn(z.strictObject({ ...fields, ...IdInput.shape }), ({ id, ...input }) =>
  edit(id, toStoredFields(fields, input)),
);

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) => edit(id, toStoredPatch(fields, patch)));

async function edit(id: string, changes: Partial<StoredFields<typeof fields>>): Promise<PolicyRecord> {
  await ensureStored(id);
  return clearCacheAfter(Records.change(Policies, id, (current, tx) => validatePolicy({ ...current, ...changes }, tx, current)));
}

/** Deletes a policy. Its tickets then follow the next policy that applies to them. */
export const remove = fn(IdInput, async ({ id }) => {
  await ensureStored(id);
  return clearCacheAfter(Records.remove(Policies, id));
});

export const restore = fn(IdInput, ({ id }) =>
  clearCacheAfter(
    Records.restore(Policies, id, (current, tx) => {
      if (current.calendar_id) bumpCalendarLock(tx, current.calendar_id);
      return current;
    }),
  ),
);

/** Checks and resolves a policy, and reports all errors at once. A newly named calendar must exist when the policy is written. */
async function validatePolicy<T extends StoredFields<typeof fields>>(
  policy: T,
  tx: Transaction,
  before?: PolicyRecord,
): Promise<T> {
  const details: ErrorDetail[] = [];
  const resolved = await collectDetails(details, Master.resolveAll(fields, policy, before), policy);
  const { escalations } = policy;
  for (const [index, { percent }] of escalations.entries())
    if (index > 0 && percent <= (escalations[index - 1]?.percent ?? 0))
      details.push({ field: `escalations[${index}].percent`, message: "Must be higher than in the previous level" });
  if (details.length > 0) throw invalidAll(details);
  const { calendar_id } = policy;
  if (calendar_id && calendar_id !== before?.calendar_id) {
    tx.requireLive(calendar_id, () => new WriteConflict("The calendar was deleted"));
    bumpCalendarLock(tx, calendar_id);
  }
  return resolved;
}

/** The attributes of a ticket that decide its policy. `category_id` also stands for the ancestors of the category. */
export type PolicyCriteria = Omit<TicketAttributes, "category_ids"> & { category_id: string | null };

export interface ChosenPolicy extends Omit<Terms, "from"> {
  choice: Choice<PolicyRecord>;
}

/**
 * Returns the policy that applies to a ticket now, with its targets and calendar; undefined if none applies. Policies and master data are cached
 * for a minute; the calendar takes one read.
 */
export async function findForTicket({ category_id, ...ticket }: PolicyCriteria): Promise<ChosenPolicy | undefined> {
  const live = (await listPolicies()).filter(({ deleted_at }) => !deleted_at);
  const choice = policyFor({ ...ticket, category_ids: await listCategoryPath(category_id) }, live);
  if (!choice) return undefined;
  const { calendar_id, id, escalations } = choice.policy;
  const [levels, priority, calendars] = await Promise.all([
    Master.listOrdered(URGENCY_LEVELS, () => true),
    Master.find(PRIORITIES, ticket.priority_id),
    calendar_id === null ? undefined : SupportCalendar.load([calendar_id]),
  ]);
  const hours = urgencyHours(
    levels.map((level) => ({ id: level.id, sla_hours: level.sla_hours ?? null })),
    ticket.urgency_level_id,
    priority?.level ?? null,
  );
  const calendar = (calendar_id && calendars?.get(calendar_id)) || alwaysOpenCalendar;
  return { choice, policy_id: id, targets: computeTargets(choice.policy, hours), escalations, calendar };
}

/** Returns the ids of a category and its ancestors. */
async function listCategoryPath(category: string | null): Promise<string[]> {
  const path: string[] = [];
  for (let id = category; id && !path.includes(id); id = (await Master.find(TICKET_CATEGORIES, id))?.parent_id ?? null)
    path.push(id);
  return path;
}

export * as SlaPolicy from "./policy.ts";
export { isNamedByDefault } from "./policy-store.ts";
