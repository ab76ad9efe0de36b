import * as z from "zod";
import { CONTRACT_TEMPLATE } from "../contract-template/contract-template.domain.ts";
import { ContractTemplate } from "../contract-template/template.ts";
import { askedOf } from "../custom-field/asked.ts";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { inCurrency } from "../kernel/amount.ts";
import { useActorId, useSettings } from "../kernel/context.ts";
import { happened, today } from "../kernel/day.ts";
import { conflict, type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { language } from "../kernel/language.ts";
import { Money } from "../kernel/money.ts";
import type { Page } from "../kernel/page.ts";
import { anyOf, type Filled, filled, id, master, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { startOfDay } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { CONTRACT_TYPES } from "../masters/shared.masters.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { partiesOf, requireParties } from "../opportunity/party.ts";
import type { QuoteRecord } from "../quote/beside.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import { Among } from "../storage/read/among.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema } from "../storage/read/list.ts";
import { Visible } from "../storage/read/visibility.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching } from "../storage/write/upsert.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { unchanged } from "./amendment/kept.ts";
import { agreed, isBeforeNotice, lasting, ofRenewal } from "./change.rules.ts";
import { contractGrants } from "./contract.domain.ts";
import {
  type ContractRecord,
  Contracts,
  type DeliverableRecord,
  deliverableFields,
  fields,
  MOST_DELIVERABLES,
  Stored,
} from "./contract.entity.ts";
import { type Draft, settled } from "./deliverables.ts";
import { withNotice } from "./renewal/standing.ts";
import { saidBy, sourceOf, take } from "./source.ts";
import { type ContractStatus, contractStatuses, isEnd, isOpen, mayBecome } from "./status.rules.ts";
import { overAt } from "./term.rules.ts";
import { generated, reworded } from "./wording.ts";

/** Contracts: what was agreed with a customer, for how long and for how much (seed 001, contracts; seed 003, contracts). */

export { Deliverable } from "./contract.entity.ts";

const inside = { approval_round: true, written_by: true, text_id: true, letter: true, amendment_ids: true } as const;

export const Info = Stored.omit(inside).extend({
  custom_fields: CustomFields.shown("contract"),
});
export const Row = rowOf(Stored, Contracts.definition.row);

const owned = { owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls") };
const deliverables = z.array(z.strictObject(deliverableFields)).max(MOST_DELIVERABLES).optional();

/** Where nothing is said of these, the template says it. */
const { billing_frequency, auto_renew, renewal_notice_days, requires_signature } = fields;
const templated = { billing_frequency, auto_renew, renewal_notice_days, requires_signature };

export const Create = z
  .strictObject({
    ...fields,
    ...patchOf(templated).shape,
    template_id: id(CONTRACT_TEMPLATE).nullish().describe("Its terms and whatever it says of a contract, unless told otherwise"),
    language: language().nullish().describe("Of the terms: the first of the template's unless told otherwise"),
    customer_id: fields.customer_id.optional().describe("That of the quote or the opportunity unless told otherwise"),
    ...owned,
    quote_id: id(QUOTE).nullish().describe("An accepted one, which becomes one contract and no more"),
    deliverables: deliverables.describe("The lines of the quote unless told otherwise"),
    custom_fields: CustomFields.given("contract", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id", "quote_id"]));

export type Input = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const decided = await decide(input);
    return retryOnConflict(async () => {
      const tx = transaction();
      const { contract } = await bornOf(tx, input, decided);
      return tx.create(Contracts, contract).commit(contract);
    });
  },
  async ({ customer_id, opportunity_id, quote_id }) => {
    if (!customer_id && !opportunity_id && !quote_id) throw invalid("customer_id", "Required, or an opportunity_id or quote_id");
  },
);

type Decided = Pick<ContractRecord, "owner_id" | "contract_number">;

/** What is decided once, however often the writing is tried. */
export async function decide(input: Pick<Input, "owner_id">): Promise<Decided> {
  const owner_id = await User.ownerOfNew(input.owner_id, ...ASSIGN);
  const [contract_number = ""] = await Numbers.lease("CT");
  return { owner_id, contract_number };
}

interface Born {
  contract: ContractRecord;
  /** As it is once it has become the contract. */
  quote: QuoteRecord | undefined;
}

/** A new contract; joins to its transaction what it is made from. */
export async function bornOf(tx: Transaction, given: Input, decided: Decided): Promise<Born> {
  const { owner_id: _owner, quote_id, template_id, language: spoken, deliverables: listed, custom_fields, ...asked } = given;
  const details: Detail[] = [];
  const template = template_id ? await gathered(details, ContractTemplate.inUse(template_id), undefined) : undefined;
  const said: Asked = { ...(template && beginningOf(template, asked)), ...named(asked) };
  const quote = quote_id ? await gathered(details, sourceOf(quote_id), undefined) : undefined;
  const from = quote && (await saidBy(quote, said));
  const { deliverables: lines = [], ...input } = { ...said, ...from };
  const parties = await gathered(details, partiesOf(tx, input), undefined);
  const { opportunity, customer_id } = parties ?? {};
  const currency = input.currency ?? opportunity?.currency ?? useSettings().currency;
  const term = lasting(input, undefined, today(), details);
  const worth = input.contract_value ?? (opportunity?.currency === currency ? opportunity.amount : null);
  const contract_value = worth ?? byMonth(input.monthly_fee ?? null, currency, term.duration_months);
  if (contract_value === null && quote)
    details.push({ field: "contract_value", message: `Required: the quote is in ${quote.currency}` });
  const whole = {
    ...filled(fields, { ...input, customer_id: customer_id ?? "" } as z.output<z.ZodObject<typeof fields>>),
    ...term,
    title: input.title ?? opportunity?.name ?? decided.contract_number,
    currency,
    contract_value: contract_value ?? "0",
  };
  const stored = await gathered(details, CustomFields.beside("contract", custom_fields, {}, checked(whole)), undefined);
  const drafts: Draft[] = (listed ?? lines).map((each) => ({ said: each }));
  const list = await gathered(details, settled(drafts, whole.currency), []);
  if (details.length > 0 || !stored) throw invalidAll(details);
  const contract = Records.born(Contracts, {
    ...stored,
    ...decided,
    ...unsigned,
    ...instantsOf(stored),
    ...firstTermOf(stored),
    status: "DRAFT",
    status_changed_at: happened(),
    quote_id: quote?.id ?? null,
    template_id: null,
    template_revision: null,
    text_id: null,
    letter: null,
    signature_request_id: null,
    deliverables: list,
    approval: null,
    approval_round: 0,
    written_by: [useActorId()],
    activated_at: null,
    expired_at: null,
    terminated_at: null,
    termination: null,
    has_amendments: false,
    amendment_count: 0,
    ...unchanged,
    last_activity_date: null,
  });
  const saying = template && (await generated(tx, contract, { template_id: template.id, language: spoken }));
  return { contract: saying?.contract ?? contract, quote: quote && take(tx, quote, contract.id) };
}

/** What a template says of the contracts that are made from it. */
const beginningOf = (template: Awaited<ReturnType<typeof ContractTemplate.inUse>>, { end_date }: Asked) => ({
  contract_type_id: template.contract_type_id,
  billing_frequency: template.billing_frequency ?? undefined,
  payment_terms: template.payment_terms,
  renewal_notice_days: template.renewal_notice_days,
  auto_renew: template.auto_renew,
  renewal_terms: template.renewal_terms,
  governing_law: template.governing_law,
  jurisdiction: template.jurisdiction,
  requires_signature: template.requires_signature,
  duration_months: end_date ? undefined : template.duration_months,
});

type Asked = Omit<Input, "owner_id" | "quote_id" | "template_id" | "language" | "deliverables" | "custom_fields">;

/** What is said of something: fields that were named. */
const named = <T extends object>(input: T): T =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;

/** What a fee comes to over whole months. */
const byMonth = (fee: string | null, currency: string, months: number | null): string | null =>
  fee === null || months === null ? null : Money.multiply(inCurrency("monthly_fee", fee, currency), months);

export const unsigned = {
  customer_signed: false,
  customer_signed_by: null,
  customer_signed_date: null,
  customer_signed_file_id: null,
  company_signed: false,
  company_signed_by: null,
  company_signed_date: null,
  company_signed_file_id: null,
} as const satisfies Partial<ContractRecord>;

/** When its days begin and end, in the tenant's time zone. */
export const instantsOf = ({ start_date, end_date }: Pick<ContractRecord, "start_date" | "end_date">) => {
  const { timezone } = useSettings();
  return { starts_at: startOfDay(timezone, start_date), ends_at: overAt(timezone, end_date) };
};

type Noticed = Pick<ContractRecord, "start_date" | "end_date" | "renewal_notice_days" | "auto_renew" | "auto_renew_agreed">;

/** In its first term, before anything was settled of its end. */
export function firstTermOf(contract: Noticed) {
  const first = { term_number: 1, term_start_date: contract.start_date, renewal: null };
  const { notice_date, notice_at } = withNotice(
    { ...contract, ...first, status: "DRAFT", termination: null, notice_at: null },
    useSettings().timezone,
  );
  return { ...first, notice_date, notice_at };
}

type Whole = Filled<typeof fields> & Pick<ContractRecord, "contract_value" | "currency" | "start_date" | "end_date">;

/** What a schema cannot see of the fields; all that is wrong is said at once. */
async function checked<T extends Whole>(next: T, current?: ContractRecord): Promise<T> {
  const details: Detail[] = [];
  const own = ["customer_id", "opportunity_id", "contact_id"];
  const resolved = await gathered(details, Master.resolveAll(fields, next, current, { own }), next);
  const amounts = (["contract_value", "monthly_fee", "renewal_value"] as const).map(async (field) => {
    return [field, await gathered(details, (async () => inCurrency(field, next[field], next.currency))(), next[field])] as const;
  });
  const exact = Object.fromEntries(await Promise.all(amounts));
  if (next.renewal_value !== null && next.renewal_uplift_percent !== null)
    details.push({ field: "renewal_value", message: "Either renewal_value or renewal_uplift_percent" });
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, ...exact };
}

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<ContractRecord> => Records.read(Contracts, wanted);

/** Something happened with the contract at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, contract: ContractRecord, at: string): void => Records.touch(tx, Contracts, contract, at);

const filters = {
  customer: id(CUSTOMER).optional(),
  opportunity: id(OPPORTUNITY).optional(),
  contract_type: master(CONTRACT_TYPES).optional(),
  status: oneOf(contractStatuses).optional(),
  owner: text(64).optional().describe("Id of the owner, or `none` for those that wait to be taken"),
  paths: pathParameters(),
};

export const Query = listSchema(Contracts, filters);

export const list = fn(Query, async (input): Promise<Page<ContractRecord>> => listRecords(Contracts, await asked(input)));

/** What a list of contracts is asked for. */
export const asked = askedOf(Contracts, Query);

/** What an export has to know of the list. */
export const listed = { collection: Contracts, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

/** So many of a customer are looked at. */
const MOST_READ = 1000;

/** The newest `most` contracts of a customer that have not ended and that the caller sees, as lists show them. */
export async function openOf(customer: string, most: number): Promise<ContractRecord[]> {
  const partitions = [{ index: "by_related" as const, facets: { customer_id: customer } }];
  const { records } = await Among.rowsOf(Contracts, partitions, MOST_READ);
  const open = records.filter(({ status }) => !isEnd(status));
  return (await Visible.among(Contracts, open)).slice(0, most);
}

export const replace = fn(
  z.strictObject({
    ...fields,
    ...owned,
    custom_fields: CustomFields.given("contract", "whole"),
    ...One.shape,
  }),
  ({ id: wanted, owner_id, custom_fields, ...input }) => edit(wanted, filled(fields, input), { owner_id, custom_fields }, {}),
);

export const update = fn(
  patchOf({ ...fields, ...owned }).extend({
    custom_fields: CustomFields.given("contract", "patch"),
    ...One.shape,
  }),
  ({ id: wanted, owner_id, custom_fields, ...patch }) =>
    edit(wanted, patched(fields, patch), { owner_id, custom_fields }, { patch: true }),
);

/** What is said of a contract beside its fields. */
interface Said {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.Given;
}

const edit = (
  wanted: string,
  input: Partial<Filled<typeof fields>>,
  said: Said,
  how: CustomFields.How,
): Promise<ContractRecord> =>
  Records.change(Contracts, wanted, async (current, tx) => {
    const details: Detail[] = [];
    const named = { ...current, ...input };
    const term = lasting(input, current, today(), details);
    if (details.length > 0) throw invalidAll(details);
    // What a contract always has stays where it is cleared.
    const next = {
      ...named,
      ...term,
      title: named.title ?? current.title,
      currency: named.currency ?? current.currency,
      contract_value: named.contract_value ?? current.contract_value,
    };
    await requireParties(tx, next, current);
    const own = { ...how, current: current.custom_fields };
    const whole = await CustomFields.beside("contract", said.custom_fields, own, checked(next, current));
    const owner =
      said.owner_id === undefined ? current.owner_id : await User.ownerOfChange(current.owner_id, said.owner_id, ...ASSIGN);
    const written = { ...whole, owner_id: owner };
    if (!isOpen(current.status) || isHalfSigned(current)) return follow(current, written);
    const { contract, isOther } = await reworded(tx, current, written);
    const after = follow(current, contract);
    return isOther && after.status !== "DRAFT" ? reopened(after) : after;
  });

/**
 * A contract with what follows from a change. What was submitted is a DRAFT again where anything changes that both sides agree on; once
 * somebody has signed it, it stays as it is.
 */
export function follow(current: ContractRecord, next: ContractRecord): ContractRecord {
  const changed = changedFields(said(current), said(next));
  const about = (all: readonly string[]): string[] => changed.filter((field) => all.includes(field));
  const renewal = about(ofRenewal);
  if (renewal.length > 0 && !isBeforeNotice(current, today())) throw settledAlready(current, renewal);
  const terms = about(agreed);
  if (terms.length === 0) return renewal.length === 0 ? next : withNotice(next, useSettings().timezone);
  if (!isOpen(current.status) || isHalfSigned(current)) throw settledAlready(current, terms);
  const written_by = [...new Set([...current.written_by, useActorId()])];
  const after = { ...next, written_by, ...instantsOf(next), ...firstTermOf(next) };
  return current.status === "DRAFT" ? after : reopened(after);
}

/** What is said of deliverables; how far they are is no part of what was agreed. */
const said = (contract: ContractRecord): object => ({ ...contract, deliverables: contract.deliverables.map(saidOf) });
const saidOf = ({
  status: _s,
  delivered_at: _d,
  accepted_at: _a,
  told_at: _t,
  due_at: _at,
  created_at: _c,
  ...rest
}: DeliverableRecord) => rest;

/** Somebody has signed it. */
export const isHalfSigned = ({ customer_signed, company_signed }: ContractRecord): boolean => customer_signed || company_signed;

/** A draft again: nobody is asked any more, and what was signed counts no more. */
export const reopened = (contract: ContractRecord): ContractRecord => ({
  ...moved(contract, "DRAFT"),
  ...unsigned,
  approval: null,
  termination: null,
  letter: null,
  signature_request_id: null,
});

/** The only way from one status to another. */
export function moved(contract: ContractRecord, status: ContractStatus): ContractRecord {
  if (!mayBecome(contract.status, status))
    throw conflict(`The contract is ${contract.status}: it does not become ${status}`, [
      { field: "status", message: `Not from ${contract.status} to ${status}` },
    ]);
  return { ...contract, status, status_changed_at: happened() };
}

function settledAlready(contract: ContractRecord, changed: readonly string[]): Error {
  const { status } = contract;
  const why = isOpen(status) ? "Signed already" : `It is ${status}`;
  const what = isOpen(status) ? "The contract is signed by one side: withdraw it first" : `The contract is ${status}: amend it`;
  return conflict(
    what,
    changed.map((field) => ({ field, message: why })),
  );
}

/** What is or was in force stays. */
export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(Contracts, wanted, (current) => {
    if (!isOpen(current.status) || isHalfSigned(current))
      throw conflict(isOpen(current.status) ? "It is signed: withdraw it first" : `It is ${current.status}: it stays`, [
        { field: "status", message: current.status },
      ]);
    return current;
  }),
);

/** Nobody was asked any more while it was deleted. */
export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(Contracts, wanted, (current) => (current.status === "DRAFT" ? current : reopened(current))),
);

export const ASSIGN = [contractGrants.assign, "contracts"] as const;

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: { contract_number: byNumber(Contracts, "contract_number"), ...(await ownMatches(Contracts)) },
});

export * as Contract from "./contract.ts";
