import * as z from "zod";
import { askedOf } from "../custom-field/asked.ts";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { may, useRequest, useSettings, useTenant } from "../kernel/context.ts";
import { happened, today } from "../kernel/day.ts";
import { conflict, type Detail, Failure, gathered, invalid, invalidAll, notFound } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { Lines } from "../kernel/line.rules.ts";
import type { Page } from "../kernel/page.ts";
import { anyOf, date, type Filled, filled, id, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { startOfDay } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { customerIn, notLost, type OpportunityRecord, requireAlive, requireParty } from "../opportunity/party.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { collectionOf } from "../storage/table/collections.ts";
import { tenantKey } from "../storage/table/key.ts";
import { Numbers } from "../storage/table/number.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching } from "../storage/write/upsert.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { DEAL_ITEM, dealGrants } from "./deal.domain.ts";
import { type DealRecord, Deals, fields, itemFields, Stored } from "./deal.entity.ts";
import {
  beginnings,
  type DealStatus,
  dealStatuses,
  isEnd,
  moves,
  type SaidOfAmount,
  stampsAfter,
  unstamped,
  worthOf,
} from "./deal.rules.ts";
import { move } from "./holders.ts";
import { type ItemRecord, itemsOf } from "./items.ts";

/** Deals: what was agreed with a customer, from its draft to its end (seed 003, deals). */

export { Item } from "./deal.entity.ts";

export const Info = Stored.omit({ has_end: true }).extend({ custom_fields: CustomFields.shown("deal") });
export const Row = rowOf(
  Info,
  Deals.definition.row.filter((field) => field !== "has_end"),
);

const MOST_ITEMS = 100;

const owned = { owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls") };
const another = z.boolean().optional().describe("Beside another live deal of the opportunity");
const written = { ...fields, customer_id: id(CUSTOMER).optional().describe("That of the opportunity unless told otherwise") };

export const Create = z
  .strictObject({
    ...written,
    ...owned,
    items: z
      .array(z.strictObject(itemFields))
      .max(MOST_ITEMS)
      .optional()
      .describe("The products of the opportunity unless told otherwise"),
    another,
    custom_fields: CustomFields.given("deal", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id"]));

type Input = z.output<typeof Create>;

/** Of an opportunity it has the customer, the name, the amount and the products, unless it is told otherwise. */
export const create = fn(
  Create,
  async (input) => {
    const decided = await decide(input);
    return retryOnConflict(async () => {
      const tx = transaction();
      const parties = await partiesOf(tx, input);
      const deal = await bornOf(input, decided, parties, {});
      return (await add(tx, deal)).commit(deal);
    });
  },
  requireParty,
);

/** What whoever prepares a deal knows of it. */
export interface Known {
  /** In place of the one in the input: whom it goes to, whatever the caller may do. */
  owner_id?: string | null;
  /** As it will be, where the same transaction writes it. */
  opportunity?: OpportunityRecord;
  /** What was sold, as it stands: not asked for anew. */
  items?: readonly Omit<ItemRecord, "id" | "total_price">[];
  /** What it is made of: no other deal has it. */
  order_reference?: string;
}

/**
 * A new deal, not yet written, for work that writes more beside it, such as the acceptance of a quote: its customer and its opportunity are
 * the caller's to have read, or to write in the same transaction. Call it once: it takes a number.
 */
export async function prepare(given: z.input<typeof Create>, known: Known = {}): Promise<DealRecord> {
  const input = parse(Create, given);
  const decided = await decide(input, known);
  // Whoever prepares one for other work asks nobody for what is required.
  return bornOf(
    input,
    decided,
    { opportunity: known.opportunity, customer_id: customerIn(input, known.opportunity) },
    { lenient: true },
    known,
  );
}

/** The deal, and its place among those of its opportunity: run the reading, the decision and the write together under `retryOnConflict`. */
export async function add(tx: Transaction, deal: DealRecord): Promise<Transaction> {
  await move(tx, null, deal);
  if (deal.order_reference !== null) takeReference(tx, deal.order_reference, deal.id);
  return tx.create(Deals, deal);
}

/** Of one deal for good, deleted or not: what it was made of makes no second one. */
function takeReference(tx: Transaction, order_reference: string, deal_id: string): void {
  const key = { pk: tenantKey(useTenant(), "UNIQUE", "order_reference"), sk: order_reference };
  tx.put(
    { ...key, deal_id },
    {
      condition: "attribute_not_exists(pk)",
      refused: () => conflict("A deal was made of it already", [{ field: "order_reference", message: "Taken" }]),
    },
  );
}

type Decided = Pick<DealRecord, "deal_number" | "owner_id">;

/** What is decided once, however often the writing is tried. */
async function decide({ owner_id }: Input, known: Known = {}): Promise<Decided> {
  const owner = known.owner_id === undefined ? await User.ownerOfNew(owner_id, ...ASSIGN) : known.owner_id;
  const [deal_number = ""] = await Numbers.lease("D");
  return { deal_number, owner_id: owner };
}

interface Parties {
  customer_id: string;
  opportunity: OpportunityRecord | undefined;
}

async function bornOf(
  { owner_id: _given, custom_fields, items, another: isAnother = false, ...input }: Input,
  decided: Decided,
  { customer_id, opportunity }: Parties,
  how: CustomFields.How,
  known: Known = {},
): Promise<DealRecord> {
  const deal_status = input.deal_status ?? "DRAFT";
  const isHistory = useRequest().at !== undefined;
  const details: Detail[] = [];
  if (!beginnings.includes(deal_status) && !isHistory)
    details.push({ field: "deal_status", message: `A deal begins as ${beginnings.join(", ")}` });
  const whole = {
    ...filled(written, { ...input, deal_status }),
    customer_id,
    name: input.name ?? opportunity?.name ?? null,
    currency: input.currency ?? opportunity?.currency ?? useSettings().currency,
    final_amount: input.final_amount ?? null,
  };
  const given = await gathered(details, itemsOf(items ?? [], { currency: whole.currency, at: (item) => `items[${item}].` }), []);
  const stored = await gathered(details, CustomFields.beside("deal", custom_fields, how, checked(whole)), undefined);
  if (details.length > 0 || !stored) throw invalidAll(details);
  // Amounts of another currency say nothing here.
  const sold = items === undefined && opportunity?.currency === whole.currency ? opportunity : undefined;
  const agreed = known.items ? copies(known.items) : items === undefined ? copies(sold?.products) : given;
  const amount = whole.final_amount ?? amountOf(sold);
  const at = happened();
  return Records.born(Deals, {
    ...stored,
    ...decided,
    ...worthOf(agreed, amount, whole.currency, { asked: amount }),
    deal_status,
    status_changed_at: at,
    ...stampsAfter(unstamped, deal_status, at),
    is_additional: isAnother,
    order_reference: known.order_reference ?? null,
    last_activity_date: null,
    has_end: stored.end_date !== null,
  });
}

const copies = (items: readonly Omit<ItemRecord, "id" | "total_price">[] = []): ItemRecord[] =>
  items.map((item) => ({ ...item, id: newId(DEAL_ITEM), total_price: null }));

/** An amount that follows the products of the opportunity follows the items of the deal. */
const amountOf = (opportunity: OpportunityRecord | undefined): string | null =>
  !opportunity || (opportunity.products.some(isPriced) && !opportunity.amount_is_manual) ? null : opportunity.amount;

const isPriced = ({ unit_price }: { unit_price: string | null }): boolean => unit_price !== null;

/** Customer and opportunity as the caller sees them: the one there at the write, the other as it was read. */
async function partiesOf(tx: Transaction, input: Pick<Input, "customer_id" | "opportunity_id">): Promise<Parties> {
  const details: Detail[] = [];
  const found = input.opportunity_id ? await gathered(details, notLost(input.opportunity_id), undefined) : undefined;
  if (details.length > 0) throw invalidAll(details);
  const customer_id = customerIn(input, found);
  await requireAlive(tx, CUSTOMER, customer_id);
  if (found) tx.unchanged(found);
  return { customer_id, opportunity: found };
}

/** The one that a deal names already, whoever may see it. */
const standing = async (wanted: string): Promise<OpportunityRecord | undefined> =>
  (await Records.load(await collectionOf(OPPORTUNITY), wanted, { live: true })) as OpportunityRecord | undefined;

type Checked = Filled<typeof fields>;

/** What a schema cannot see of the fields; only of what is new, and all that is wrong is said at once. */
async function checked<T extends Omit<Checked, "deal_status">>(next: T, current?: DealRecord): Promise<T> {
  const details: Detail[] = [];
  const { start_date, end_date, campaign_manager_id } = next;
  if (start_date && end_date && end_date < start_date) details.push({ field: "end_date", message: "Before start_date" });
  const isNew = campaign_manager_id && campaign_manager_id !== current?.campaign_manager_id;
  const own = ["customer_id", "opportunity_id", "campaign_manager_id"];
  const [resolved] = await Promise.all([
    gathered(details, Master.resolveAll(fields, next, current, { own }), next),
    isNew ? gathered(details, User.requireOwner(campaign_manager_id, "campaign_manager_id"), undefined) : undefined,
  ]);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<DealRecord> => Records.read(Deals, wanted);

/** Something happened with the deal at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, deal: DealRecord, at: string): void => Records.touch(tx, Deals, deal, at);

const filters = {
  customer: id(CUSTOMER).optional(),
  opportunity: id(OPPORTUNITY).optional(),
  campaign_manager: id(USER).optional(),
  status: oneOf(dealStatuses).optional(),
  owner: text(64).optional().describe("Id of the owner, or `none` for those that wait to be taken"),
  paths: pathParameters(),
};

export const Query = listSchema(Deals, filters);

export const list = fn(Query, async (input): Promise<Page<DealRecord>> => listRecords(Deals, await asked(input)));

/** What a list of deals is asked for. */
export const asked = askedOf(Deals, Query);

/** What an export has to know of the list. */
export const listed = { collection: Deals, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

const One = z.strictObject({ id: text(64) });

const { items: _items, another: _another, ...replaced } = Create.shape;

export const replace = fn(
  z.strictObject({ ...replaced, customer_id: id(CUSTOMER), another, ...One.shape }),
  ({ id: wanted, owner_id, custom_fields, another: isAnother, ...input }) => {
    const { deal_status, ...whole } = filled(fields, input);
    // A status that is left out stays: only its moves change it.
    const said = { owner_id, custom_fields, another: isAnother, deal_status: deal_status ?? undefined };
    return edit(wanted, whole, { ...said, reason: input.status_reason, asked: input.final_amount }, {});
  },
);

const Patch = patchOf({ ...fields, ...owned }).extend({
  another,
  custom_fields: CustomFields.given("deal", "patch"),
  ...One.shape,
});

export const update = fn(Patch, ({ id: wanted, owner_id, custom_fields, another: isAnother, deal_status, ...patch }) => {
  const said = { owner_id, custom_fields, another: isAnother, deal_status: deal_status ?? undefined };
  return edit(
    wanted,
    patched(fields, patch),
    { ...said, reason: patch.status_reason, asked: patch.final_amount },
    { patch: true },
  );
});

export const setStatus = fn(
  z.strictObject({
    ...One.shape,
    deal_status: oneOf(dealStatuses),
    reason: text(2000).nullish().describe("Required to cancel or reopen it"),
    date: date().optional().describe("The day on which it happened, where that is not today"),
    another,
  }),
  ({ id: wanted, deal_status, reason, date: day, another: isAnother }) =>
    edit(wanted, {}, { deal_status, reason, day, another: isAnother, field: "reason" }, { patch: true }),
);

/** What is said of a deal beside its fields. */
interface Said {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.Given;
  deal_status?: DealStatus | undefined;
  reason?: string | null | undefined;
  day?: string | undefined;
  another?: boolean | undefined;
  /** Of the amount, as it was typed. */
  asked?: string | null | undefined;
  /** What the request calls the reason. */
  field?: string;
}

type Edited = Partial<Omit<Checked, "deal_status">>;

const edit = (wanted: string, input: Edited, said: Said, how: CustomFields.How): Promise<DealRecord> =>
  Records.change(Deals, wanted, async (current, tx) => {
    const moved = movedBy(current, said);
    const next = { ...current, ...input, ...moved };
    if (isEnd(current.deal_status) && isEnd(next.deal_status)) requireUnchanged(current, next);
    await requireParties(tx, next, current);
    const own = { ...how, current: current.custom_fields };
    const whole = await CustomFields.beside("deal", said.custom_fields, own, checked(next, current));
    const currency = whole.currency ?? useSettings().currency;
    const owner =
      said.owner_id === undefined ? current.owner_id : await User.ownerOfChange(current.owner_id, said.owner_id, ...ASSIGN);
    const after = {
      ...whole,
      currency,
      ...worthOf(whole.items, whole.final_amount, currency, { asked: said.asked, before: current }),
      owner_id: owner,
      is_additional: said.another === true || current.is_additional,
    };
    await move(tx, current, after);
    return after;
  });

type Outcome = Pick<DealRecord, "deal_status" | "status_changed_at" | "status_reason"> & ReturnType<typeof stampsAfter>;

/** What comes of the status that is asked for: a move that there is, by whom it may be made, with the reason that it takes. */
function movedBy(current: DealRecord, { deal_status: to, reason, day, field = "status_reason" }: Said): Partial<Outcome> {
  const from = current.deal_status;
  if (to === undefined || to === from) {
    if (isEnd(from) && reason !== undefined && !reason?.trim() && from === "CANCELLED")
      throw invalid(field, "Required: why it was cancelled");
    return {};
  }
  if (!moves[from].includes(to))
    throw conflict(`A deal that is ${from} becomes ${moves[from].join(" or ")}`, [
      { field: "deal_status", message: `Not from ${from} to ${to}` },
    ]);
  if (isEnd(from) && !may(dealGrants.reopen))
    throw new Failure("FORBIDDEN", "Your role may not reopen a deal", {
      details: [{ field: "deal_status", message: `${from} is its end` }],
    });
  if ((to === "CANCELLED" || isEnd(from)) && !reason?.trim())
    throw invalid(field, to === "CANCELLED" ? "Required: why it is cancelled" : "Required: why it is reopened");
  if (day !== undefined && day > today()) throw invalid("date", "Not before it has happened");
  const at = day === undefined || day === today() ? Clock.now() : startOfDay(useSettings().timezone, day);
  return {
    deal_status: to,
    status_changed_at: Clock.now(),
    status_reason: reason ?? null,
    ...stampsAfter(current, to, at),
  };
}

/** What was agreed is no more changed once a deal has ended. */
const agreed = ["customer_id", "opportunity_id", "final_amount", "currency", "start_date", "end_date", "items"];

function requireUnchanged(current: DealRecord, next: object): void {
  const changed = changedFields(current, { ...current, ...next }).filter((field) => agreed.includes(field));
  if (changed.length === 0) return;
  const details = changed.map((field) => ({ field, message: `It is ${current.deal_status}` }));
  throw conflict(`What was agreed stays as it was: the deal is ${current.deal_status}`, details);
}

/** Customer and opportunity where one of them is new. */
async function requireParties(tx: Transaction, next: Checked, current: DealRecord): Promise<void> {
  const isSameCustomer = next.customer_id === current.customer_id;
  const isSame = next.opportunity_id === current.opportunity_id;
  if (isSameCustomer && isSame) return;
  if (!isSameCustomer) await requireAlive(tx, CUSTOMER, next.customer_id);
  if (!next.opportunity_id) return;
  const found = isSame ? await standing(next.opportunity_id) : await notLost(next.opportunity_id);
  customerIn(next, found);
  if (found) tx.unchanged(found);
}

export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(Deals, wanted, async (current, tx) => {
    await move(tx, current, null);
    return current;
  }),
);

export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(Deals, wanted, async (current, tx) => {
    await move(tx, null, current);
    return current;
  }),
);

const ItemOf = z.strictObject({ ...One.shape, item_id: text(64) });

export const items = fn(One, async ({ id: wanted }) => (await read(wanted)).items);

export const addItem = fn(
  One.extend(itemFields),
  async ({ id: wanted, ...given }) =>
    rearrange(
      wanted,
      async ({ items: all, currency }) => {
        if (all.length >= MOST_ITEMS) throw invalid("items", `At most ${MOST_ITEMS}`);
        return [...all, ...(await itemsOf([given], { currency, at: () => "" }))];
      },
      (deal) => deal,
    ),
  Lines.requireNamed,
);

export const replaceItem = fn(
  ItemOf.extend(itemFields),
  async ({ id: wanted, item_id, ...given }) =>
    rearrange(
      wanted,
      async ({ items: all, currency }) => {
        const had = all.find((each) => each.id === item_id)?.product_id ?? null;
        const [item] = await itemsOf([given], { currency, at: () => "", had });
        return replacedIn(all, item_id, item ? [{ ...item, id: item_id }] : []);
      },
      (deal) => itemIn(deal, item_id),
    ),
  Lines.requireNamed,
);

export const removeItem = fn(ItemOf, ({ id: wanted, item_id }) =>
  rearrange(
    wanted,
    async ({ items: all }) => replacedIn(all, item_id, []),
    (deal) => deal,
  ),
);

const itemIn = ({ items: all }: DealRecord, wanted: string): ItemRecord => all.find((each) => each.id === wanted) as ItemRecord;

function replacedIn(all: readonly ItemRecord[], wanted: string, by: readonly ItemRecord[]): ItemRecord[] {
  if (!all.some((each) => each.id === wanted)) throw notFound();
  return all.flatMap((each) => (each.id === wanted ? by : [each]));
}

/** Changes the items of a deal; the answer is of what is written. */
const rearrange = <A>(
  wanted: string,
  arrange: (current: DealRecord) => Promise<ItemRecord[]>,
  answer: (written: DealRecord) => A,
): Promise<A> =>
  Records.change(
    Deals,
    wanted,
    async (current) => {
      const next = await arrange(current);
      if (isEnd(current.deal_status)) requireUnchanged(current, { items: next });
      return { ...current, ...followed(current, next) };
    },
    { answer },
  );

/** An amount that nobody set by hand goes with the last of the items that it was the sum of. */
function followed(current: DealRecord, next: readonly ItemRecord[]) {
  const said: SaidOfAmount = { before: current };
  const amount = current.final_amount_is_manual ? current.final_amount : null;
  return worthOf(next, amount, current.currency, said);
}

const ASSIGN = [dealGrants.assign, "deals"] as const;

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: { deal_number: byNumber(Deals, "deal_number"), ...(await ownMatches(Deals)) },
});

export * as Deal from "./deal.ts";
