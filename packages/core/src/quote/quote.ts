import * as z from "zod";
import { askedOf } from "../custom-field/asked.ts";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { useActorId, useSettings } from "../kernel/context.ts";
import { happened, today } from "../kernel/day.ts";
import { conflict, type Detail, gathered, invalid, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { Lines } from "../kernel/line.rules.ts";
import type { Page } from "../kernel/page.ts";
import { anyOf, type Filled, filled, id, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { dayAfter, startOfDay } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { partiesOf, requireParties, requireParty } from "../opportunity/party.ts";
import { PROPOSAL } from "../proposal/proposal.domain.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import { References } from "../storage/write/references.ts";
import { Series } from "../storage/write/series.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching } from "../storage/write/upsert.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { type At, type Draft, drafted, type GivenLine, inForm, inItems, settled, standing } from "./lines.ts";
import { QUOTE, QUOTE_TEMPLATE, quoteGrants } from "./quote.domain.ts";
import { fields, type LineRecord, lineFields, MOST_LINES, type QuoteRecord, Quotes, Stored } from "./quote.entity.ts";
import { isOpen, quoteStatuses } from "./status.rules.ts";
import { QuoteTemplate } from "./template.ts";

/** Quotes: what is offered to a customer, for how much and until when (seed 001, Quotes & Proposals). */

export { Line } from "./quote.entity.ts";

export const Info = Stored.omit({ versions_made: true, approval_round: true, priced_by: true, letter: true }).extend({
  custom_fields: CustomFields.shown("quote"),
});
export const Row = rowOf(Stored, Quotes.definition.row);

const owned = { owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls") };
const line_items = z.array(z.strictObject(lineFields)).max(MOST_LINES).optional();

/** How long a quote is valid where nobody says. */
const VALID_DAYS = 30;

export const Create = z
  .strictObject({
    ...fields,
    customer_id: fields.customer_id.optional().describe("That of the opportunity unless told otherwise"),
    discount_percent: fields.discount_percent.unwrap().optional().describe("Off the whole"),
    requires_signature: fields.requires_signature.unwrap().optional(),
    ...owned,
    template_id: id(QUOTE_TEMPLATE).nullish().describe("Lines, terms and discount are those of it unless told otherwise"),
    line_items: line_items.describe("Those of the template unless told otherwise"),
    custom_fields: CustomFields.given("quote", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id"]));

type Input = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const owner_id = await User.ownerOfNew(input.owner_id, ...ASSIGN);
    const [quote_number = ""] = await Numbers.lease("Q");
    return retryOnConflict(async () => {
      const tx = transaction();
      const quote = await bornOf(tx, input, { owner_id, quote_number });
      return tx.create(Quotes, quote).commit(quote);
    });
  },
  requireParty,
);

async function bornOf(
  tx: Transaction,
  { template_id, line_items: given, custom_fields, owner_id: _owner, ...input }: Input,
  decided: Pick<QuoteRecord, "owner_id" | "quote_number">,
): Promise<QuoteRecord> {
  const details: Detail[] = [];
  const template = template_id ? await gathered(details, QuoteTemplate.inUse(template_id), undefined) : undefined;
  const parties = await gathered(details, partiesOf(tx, input), undefined);
  const quote_date = input.quote_date ?? today();
  const { opportunity, customer_id } = parties ?? {};
  const whole = {
    ...filled(fields, {
      ...input,
      description: input.description ?? template?.quote_description,
      payment_terms: input.payment_terms ?? template?.payment_terms,
      delivery_terms: input.delivery_terms ?? template?.delivery_terms,
      requires_signature: input.requires_signature ?? template?.requires_signature ?? false,
      discount_percent: input.discount_percent ?? (input.fixed_discount ? "0" : (template?.discount_percent ?? "0")),
      customer_id: customer_id ?? "",
    }),
    name: input.name ?? opportunity?.name ?? template?.name ?? decided.quote_number,
    currency: input.currency ?? opportunity?.currency ?? useSettings().currency,
    quote_date,
    expiration_date: input.expiration_date ?? dayAfter(quote_date, template?.valid_days ?? VALID_DAYS),
  };
  const stored = await gathered(details, CustomFields.beside("quote", custom_fields, {}, checked(whole)), undefined);
  if (details.length > 0 || !stored) throw invalidAll(details);
  const lines = (given ?? template?.line_items ?? []).map(drafted);
  const at = happened();
  const own = newId(QUOTE, { at: Date.parse(at) });
  return Records.born(
    Quotes,
    {
      ...stored,
      ...decided,
      ...(await settled(lines, stored)),
      ...inForm(stored),
      ...unanswered,
      expires_at: endOf(stored.expiration_date),
      status_changed_at: at,
      template_id: template?.id ?? null,
      template_revision: template?.revision ?? null,
      series_id: own,
      priced_by: [useActorId()],
    },
    { id: own },
  );
}

/** What a quote, or a new version of one, begins with. */
export const unanswered = {
  status: "DRAFT",
  version_number: 1,
  is_primary: true,
  previous_version_id: null,
  versions_made: 1,
  approval: null,
  approval_round: 0,
  letter: null,
  sent_at: null,
  viewed_at: null,
  presented_at: null,
  accepted_date: null,
  rejected_date: null,
  rejection_reason: null,
  signature_url: null,
  signed_by: null,
  signed_date: null,
  deal_id: null,
  is_converted_to_order: false,
  order_id: null,
  is_converted_to_contract: false,
  contract_id: null,
  last_activity_date: null,
} as const satisfies Partial<QuoteRecord>;

/** When the last day is over, in the tenant's time zone. */
export const endOf = (day: string): string => startOfDay(useSettings().timezone, dayAfter(day, 1));

interface Days {
  quote_date: string;
  expiration_date: string;
}

/** What a schema cannot see of the fields; all that is wrong is said at once. */
async function checked<T extends Filled<typeof fields> & Days>(next: T, current?: QuoteRecord): Promise<T> {
  const details: Detail[] = [];
  if (next.expiration_date < next.quote_date) details.push({ field: "expiration_date", message: "Before quote_date" });
  const own = ["customer_id", "opportunity_id", "contact_id", "price_book_id"];
  const resolved = await gathered(details, Master.resolveAll(fields, next, current, { own }), next);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<QuoteRecord> => Records.read(Quotes, wanted);

/** Something happened with the quote at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, quote: QuoteRecord, at: string): void => Records.touch(tx, Quotes, quote, at);

const filters = {
  customer: id(CUSTOMER).optional(),
  opportunity: id(OPPORTUNITY).optional(),
  series: id(QUOTE).optional().describe("All versions, by the first"),
  status: oneOf(quoteStatuses).optional(),
  owner: text(64).optional().describe("Id of the owner, or `none` for those that wait to be taken"),
  paths: pathParameters(),
};

export const Query = listSchema(Quotes, filters);

export const list = fn(Query, async (input): Promise<Page<QuoteRecord>> => listRecords(Quotes, await asked(input)));

/** What a list of quotes is asked for. */
export const asked = askedOf(Quotes, Query);

/** What an export has to know of the list. */
export const listed = { collection: Quotes, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

export const replace = fn(
  z.strictObject({
    ...fields,
    ...owned,
    line_items: line_items.describe("Left out, they stay"),
    custom_fields: CustomFields.given("quote", "whole"),
    ...One.shape,
  }),
  ({ id: wanted, owner_id, custom_fields, line_items: lines, ...input }) =>
    edit(wanted, filled(fields, input), { owner_id, custom_fields, lines }, {}),
);

export const update = fn(
  patchOf({ ...fields, ...owned }).extend({
    line_items: line_items.describe("All of them anew"),
    custom_fields: CustomFields.given("quote", "patch"),
    ...One.shape,
  }),
  ({ id: wanted, owner_id, custom_fields, line_items: lines, ...patch }) =>
    edit(wanted, patched(fields, patch), { owner_id, custom_fields, lines }, { patch: true }),
);

/** What is said of a quote beside its fields. */
interface Said {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.Given;
  lines?: readonly GivenLine[] | undefined;
}

const edit = (wanted: string, input: Partial<Filled<typeof fields>>, said: Said, how: CustomFields.How): Promise<QuoteRecord> =>
  Records.change(Quotes, wanted, async (current, tx) => {
    const named = { ...current, ...input };
    // What a quote always has stays where it is cleared.
    const next = {
      ...named,
      name: named.name ?? current.name,
      currency: named.currency ?? current.currency,
      quote_date: named.quote_date ?? current.quote_date,
      expiration_date: named.expiration_date ?? current.expiration_date,
    };
    await requireParties(tx, next, current);
    const own = { ...how, current: current.custom_fields };
    const whole = await CustomFields.beside("quote", said.custom_fields, own, checked(next, current));
    const owner =
      said.owner_id === undefined ? current.owner_id : await User.ownerOfChange(current.owner_id, said.owner_id, ...ASSIGN);
    const drafts = said.lines ? said.lines.map(drafted) : current.line_items.map(standing);
    return follow(current, { ...whole, owner_id: owner }, said.lines || isPricing(current, whole) ? { drafts } : {});
  });

const pricing = [
  "customer_id",
  "currency",
  "price_book_id",
  "quote_date",
  "discount_percent",
  "fixed_discount",
  "shipping_amount",
] as const;

const isPricing = (current: QuoteRecord, next: QuoteRecord): boolean => {
  const changed = changedFields(current, next);
  return pricing.some((field) => changed.includes(field));
};

/** What the customer is told, and what is approved. */
const offered = [...pricing, "name", "description", "opportunity_id", "contact_id", "expiration_date", "payment_terms"];
export const agreed = [...offered, "delivery_terms", "requires_signature", "line_items"];

/** What who changes it does not approve. */
const pricesOf: readonly string[] = [...pricing, "line_items"];

interface Relined {
  /** The lines where they, or what their prices go by, are new. */
  drafts?: readonly Draft[];
  at?: At;
  /** What products cost is asked for anew, of every line. */
  isAfresh?: boolean;
}

/**
 * A quote with what follows from a change. What was submitted goes back to DRAFT where anything changes that the customer is
 * told; what the customer has, and what has ended, stays as it is.
 */
async function follow(current: QuoteRecord, next: QuoteRecord, { drafts, at, isAfresh }: Relined): Promise<QuoteRecord> {
  const before = isAfresh ? undefined : current;
  const priced = drafts ? { ...next, ...(await settled(drafts, next, { before, at: at ?? inItems })), ...inForm(next) } : next;
  const changed = changedFields(current, priced).filter((field) => agreed.includes(field));
  if (changed.length === 0) return priced;
  if (!isOpen(current.status)) throw offeredAlready(current, changed);
  const isPriced = changed.some((field) => pricesOf.includes(field));
  const priced_by = isPriced ? [...new Set([...current.priced_by, useActorId()])] : current.priced_by;
  const after = { ...priced, priced_by, expires_at: endOf(priced.expiration_date) };
  if (current.status === "DRAFT") return after;
  return { ...after, status: "DRAFT", status_changed_at: happened(), approval: null };
}

const offeredAlready = ({ status }: QuoteRecord, changed: readonly string[]): Error =>
  conflict(
    `The quote is ${status}: make a new version`,
    changed.map((field) => ({ field, message: `It is ${status}` })),
  );

/** The one before it is the latest version again. No proposal goes on naming it. */
export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(Quotes, wanted, async (current, tx) => {
    if (current.status === "ACCEPTED") throw conflict("It was accepted: it stays");
    await References.requireUnnamed(QUOTE, [current.id], [PROPOSAL]);
    await Series.stepBack(Quotes, current, tx);
    return current;
  }),
);

export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(Quotes, wanted, (current, tx) => Series.comeBack(Quotes, withdrawn(current), tx)),
);

/** Nobody was asked any more while it was deleted. */
const withdrawn = (current: QuoteRecord): QuoteRecord =>
  current.status === "PENDING_APPROVAL"
    ? { ...current, status: "DRAFT", status_changed_at: happened(), approval: null }
    : current;

const LineOf = z.strictObject({ ...One.shape, line_id: text(64) });
const placed = {
  ...lineFields,
  sequence: z.number().int().min(1).max(MOST_LINES).optional().describe("Its place; the last unless told otherwise"),
};

export const lines = fn(One, async ({ id: wanted }) => (await read(wanted)).line_items);

export const addLine = fn(
  One.extend(placed),
  ({ id: wanted, sequence, ...given }) => {
    const draft = drafted(given);
    return rearrange(
      wanted,
      ({ line_items: all }) => {
        if (all.length >= MOST_LINES) throw invalid("line_items", `At most ${MOST_LINES}`);
        return inserted(all.map(standing), draft, sequence);
      },
      (quote) => quote,
      draft,
    );
  },
  requireSaid,
);

export const replaceLine = fn(
  LineOf.extend(placed),
  ({ id: wanted, line_id, sequence, ...given }) => {
    let draft: Draft | undefined;
    return rearrange(
      wanted,
      ({ line_items: all }) => {
        const had = lineIn(all, line_id);
        const next = { ...standing(had), said: given };
        draft = next;
        const others = all.filter((each) => each !== had).map(standing);
        return inserted(others, next, sequence ?? had.sequence);
      },
      ({ line_items: all }) => lineIn(all, line_id),
      () => draft,
    );
  },
  requireSaid,
);

export const removeLine = fn(LineOf, ({ id: wanted, line_id }) =>
  rearrange(
    wanted,
    ({ line_items: all }) => {
      const had = lineIn(all, line_id);
      return all.filter((each) => each !== had).map(standing);
    },
    (quote) => quote,
  ),
);

/** Prices of all lines as products, price books and pricing rules give them now; what was typed stays. */
export const reprice = fn(One, ({ id: wanted }) =>
  Records.change(Quotes, wanted, (current) =>
    follow(current, current, { drafts: current.line_items.map(standing), isAfresh: true }),
  ),
);

async function requireSaid(
  { name, ...given }: Partial<Pick<GivenLine, "product_id" | "name" | "description">>,
  unread: ReadonlySet<string>,
): Promise<void> {
  const isDescribed = given.description?.trim() || unread.has("description");
  if (!isDescribed) await Lines.requireNamed({ ...given, name: name ?? undefined }, unread);
}

function lineIn(all: readonly LineRecord[], wanted: string): LineRecord {
  const found = all.find((each) => each.id === wanted);
  if (!found) throw notFound();
  return found;
}

const inserted = (others: readonly Draft[], draft: Draft, sequence = others.length + 1): Draft[] => [
  ...others.slice(0, sequence - 1),
  draft,
  ...others.slice(sequence - 1),
];

/**
 * Changes the lines of a quote; the answer is of what is written. What is wrong with the one that was sent is named as it was
 * sent.
 */
const rearrange = <A>(
  wanted: string,
  arrange: (current: QuoteRecord) => Draft[],
  answer: (written: QuoteRecord) => A,
  sent?: Draft | (() => Draft | undefined),
): Promise<A> =>
  Records.change(
    Quotes,
    wanted,
    (current) => {
      const drafts = arrange(current);
      const own = typeof sent === "function" ? sent() : sent;
      return follow(current, current, { drafts, at: (line) => (own && drafts[line] === own ? "" : inItems(line)) });
    },
    { answer },
  );

const ASSIGN = [quoteGrants.assign, "quotes"] as const;

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: { quote_number: byNumber(Quotes, "quote_number"), ...(await ownMatches(Quotes)) },
});

export * as Quote from "./quote.ts";
