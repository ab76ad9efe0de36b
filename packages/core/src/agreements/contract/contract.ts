import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { requireParties, resolveParties } from "../../accounts/party/party.ts";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { Money } from "../../kernel/money.ts";
import type { Page } from "../../kernel/page.ts";
import {
  anyOf,
  IdInput,
  id,
  master,
  oneOf,
  patchSchema,
  type StoredFields,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { mergeChanges, type OwnedEdit, resolveOwnedEdit } from "../../platform/custom-field/owned-edit.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import { User } from "../../platform/user/user.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import { MergedList } from "../../storage/read/merged-list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { CONTRACT_TEMPLATE } from "../contract-template/contract-template.kind.ts";
import { ContractTemplate } from "../contract-template/template.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import { buildSaleId, withSaleId } from "../versioned-offer/sale-id.rules.ts";
import { emptyChangeLog } from "./change-log.schema.ts";
import {
  type ContractRecord,
  Contracts,
  type DeliverableRecord,
  deliverableFields,
  fields,
  MAX_DELIVERABLES,
  Stored,
} from "./contract.entity.ts";
import { contractGrants } from "./contract.kind.ts";
import { buildDeliverables, type DeliverableDraft } from "./deliverable-records.ts";
import { agreedFields, isBeforeNotice, renewalFieldNames, resolveTerm } from "./editable-fields.rules.ts";
import { pickRenewalTerms } from "./renewal-approval.rules.ts";
import { RenewalApproval } from "./renewal-approval.ts";
import { withNotice } from "./renewal-fields.ts";
import { loadSourceQuote, markConverted, readQuoteDefaults } from "./source-quote.ts";
import { type ContractStatus, contractStatuses, isEnd, isOpen, mayBecome } from "./status.rules.ts";
import { dayEndInstant } from "./term.rules.ts";
import { generateWording, updateWording } from "./wording.ts";

/** The contract domain: what is agreed with a customer, for how long and for how much. */

export { Deliverable } from "./contract.entity.ts";

const internalFields = {
  approval_round: true,
  written_by: true,
  text_id: true,
  letter: true,
  amendment_ids: true,
  quote_series_id: true,
  approved_renewal: true,
} as const;

export const Info = Stored.omit(internalFields).extend({
  custom_fields: CustomFields.outputSchema("contract"),
});
export const Row = rowSchema(Stored, Contracts.definition.row).extend(CustomFields.rowShape("contract"));

const ownerField = { owner_id: User.newOwner() };
const deliverablesField = z.array(z.strictObject(deliverableFields)).max(MAX_DELIVERABLES).optional();

/** The template supplies these fields if the caller leaves them out. */
const { billing_frequency, auto_renew, renewal_notice_days, requires_signature } = fields;
const templateFields = { billing_frequency, auto_renew, renewal_notice_days, requires_signature };

export const Create = z
  .strictObject({
    ...fields,
    ...patchSchema(templateFields).shape,
    template_id: id(CONTRACT_TEMPLATE).nullish().describe("Supplies the terms and the defaults of other fields"),
    language: language().nullish().describe("Language of the terms. Default: the first language of the template"),
    customer_id: fields.customer_id.optional().describe("If empty, the customer of the quote or the opportunity"),
    ...ownerField,
    quote_id: id(QUOTE).nullish().describe("An accepted quote; each quote can become only one contract"),
    deliverables: deliverablesField.describe("Default: the lines of the quote"),
    custom_fields: CustomFields.inputSchema("contract", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id", "quote_id"]));

export type CreateInput = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const decided = await assignNumberAndOwner(input);
    return retryOnConflict(async () => {
      const tx = transaction();
      const { contract } = await buildContract(tx, input, decided);
      return tx.create(Contracts, contract).commit(contract);
    });
  },
  async ({ customer_id, opportunity_id, quote_id }) => {
    if (!customer_id && !opportunity_id && !quote_id)
      throw invalid("customer_id", "Required if there is no opportunity_id or quote_id");
  },
);

type AssignedFields = Pick<ContractRecord, "owner_id" | "contract_number">;

/** Determines owner and number once, before the retried transaction. */
export async function assignNumberAndOwner(input: Pick<CreateInput, "owner_id">): Promise<AssignedFields> {
  const owner_id = await User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
  const [contract_number = ""] = await RecordNumbers.lease("CT");
  return { owner_id, contract_number };
}

interface BuiltContract {
  contract: ContractRecord;
  /** The source quote, marked as converted. */
  quote: QuoteRecord | undefined;
}

/** Builds a new contract and adds the records that it is made from to the transaction. */
export async function buildContract(tx: Transaction, createInput: CreateInput, decided: AssignedFields): Promise<BuiltContract> {
  const {
    owner_id: _owner,
    quote_id,
    template_id,
    language: requestedLanguage,
    deliverables,
    custom_fields,
    ...inputFields
  } = createInput;
  const details: ErrorDetail[] = [];
  const template = template_id
    ? await collectDetails(details, ContractTemplate.loadActiveTemplate(template_id), undefined)
    : undefined;
  const baseInput: ContractInput = {
    ...(template && readTemplateDefaults(template, inputFields)),
    ...omitUndefined(inputFields),
  };
  const quote = quote_id ? await collectDetails(details, loadSourceQuote(quote_id), undefined) : undefined;
  const from = quote && (await readQuoteDefaults(quote, baseInput));
  const { deliverables: lines = [], ...input } = { ...baseInput, ...from };
  const parties = await collectDetails(details, resolveParties(tx, input), undefined);
  const { opportunity, customer_id } = parties ?? {};
  const currency = input.currency ?? opportunity?.currency ?? useSettings().currency;
  const term = resolveTerm(input, undefined, today(), details);
  const baseValue = input.contract_value ?? (opportunity?.currency === currency ? opportunity.amount : null);
  const contract_value = baseValue ?? multiplyMonthlyFee(input.monthly_fee ?? null, currency, term.duration_months);
  if (contract_value === null && quote)
    details.push({ field: "contract_value", message: `Required, because the quote is in ${quote.currency}` });
  const fieldValues = {
    ...toStoredFields(fields, { ...input, customer_id: customer_id ?? "" } as z.output<z.ZodObject<typeof fields>>),
    ...term,
    title: input.title ?? opportunity?.name ?? decided.contract_number,
    currency,
    contract_value: contract_value ?? "0",
  };
  const stored = await collectDetails(
    details,
    CustomFields.resolveTogether("contract", custom_fields, {}, validateFields(fieldValues)),
    undefined,
  );
  const drafts: DeliverableDraft[] = (deliverables ?? lines).map((deliverable) => ({ input: deliverable }));
  const list = await collectDetails(details, buildDeliverables(drafts, fieldValues.currency), []);
  if (details.length > 0 || !stored) throw invalidAll(details);
  const built = Records.init(Contracts, {
    ...stored,
    ...decided,
    ...emptySignatures,
    ...computeInstants(stored),
    ...buildFirstTerm(stored),
    status: "DRAFT",
    status_changed_at: requestTime(),
    quote_id: quote?.id ?? null,
    quote_series_id: quote?.series_id ?? null,
    order_id: null,
    sale_id: null,
    template_id: null,
    template_revision: null,
    text_id: null,
    letter: null,
    signature_request_id: null,
    deliverables: list,
    approval: null,
    approval_round: 0,
    approved_renewal: null,
    written_by: [useActorId()],
    activated_at: null,
    expired_at: null,
    terminated_at: null,
    termination: null,
    has_amendments: false,
    amendment_count: 0,
    ...emptyChangeLog,
    last_activity_date: null,
  });
  const contract = { ...built, sale_id: buildSaleId(built) };
  const saying = template && (await generateWording(tx, contract, { template_id: template.id, language: requestedLanguage }));
  return { contract: saying?.contract ?? contract, quote: quote && markConverted(tx, quote, contract.id) };
}

/** Returns the defaults that a template sets for its contracts. */
const readTemplateDefaults = (
  template: Awaited<ReturnType<typeof ContractTemplate.loadActiveTemplate>>,
  { end_date }: ContractInput,
) => ({
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

type ContractInput = Omit<CreateInput, "owner_id" | "quote_id" | "template_id" | "language" | "deliverables" | "custom_fields">;

/** Removes the fields that were left out. */
const omitUndefined = <T extends object>(input: T): T =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;

/** Returns the monthly fee times the months, or null if either is missing. */
const multiplyMonthlyFee = (fee: string | null, currency: string, months: number | null): string | null =>
  fee === null || months === null ? null : Money.multiply(toCurrencyPrecision("monthly_fee", fee, currency), months);

export const emptySignatures = {
  customer_signed: false,
  customer_signed_by: null,
  customer_signed_date: null,
  customer_signed_file_id: null,
  company_signed: false,
  company_signed_by: null,
  company_signed_date: null,
  company_signed_file_id: null,
} as const satisfies Partial<ContractRecord>;

/** Returns the instants at which the contract starts and ends, in the tenant's time zone. */
export const computeInstants = ({ start_date, end_date }: Pick<ContractRecord, "start_date" | "end_date">) => {
  const { timezone } = useSettings();
  return { starts_at: startOfDay(timezone, start_date), ends_at: dayEndInstant(timezone, end_date) };
};

type NoticeFields = Pick<ContractRecord, "start_date" | "end_date" | "renewal_notice_days" | "auto_renew" | "auto_renew_agreed">;

/** Returns the fields of the first term, before any renewal decision. */
export function buildFirstTerm(contract: NoticeFields) {
  const first = { term_number: 1, term_start_date: contract.start_date, renewal: null };
  const { notice_date, notice_at } = withNotice(
    { ...contract, ...first, status: "DRAFT", termination: null, notice_at: null },
    useSettings().timezone,
  );
  return { ...first, notice_date, notice_at };
}

type CompleteFields = StoredFields<typeof fields> &
  Pick<ContractRecord, "contract_value" | "currency" | "start_date" | "end_date">;

/** Checks what a schema cannot, such as master data and the decimals of amounts. Throws one error with all faults. */
async function validateFields<T extends CompleteFields>(next: T, current?: ContractRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const referenceFields = ["customer_id", "opportunity_id", "contact_id"];
  const resolved = await collectDetails(
    details,
    Master.resolveAll(fields, next, current, { checkedFields: referenceFields }),
    next,
  );
  const amounts = (["contract_value", "monthly_fee", "renewal_value"] as const).map(async (field) => {
    return [
      field,
      await collectDetails(details, (async () => toCurrencyPrecision(field, next[field], next.currency))(), next[field]),
    ] as const;
  });
  const exact = Object.fromEntries(await Promise.all(amounts));
  if (next.renewal_value !== null && next.renewal_uplift_percent !== null)
    details.push({ field: "renewal_value", message: "Set either renewal_value or renewal_uplift_percent, not both" });
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, ...exact };
}

export const get = fn(IdInput, ({ id: contractId }) => read(contractId));

/** Reads the stored record, for callers that change it. */
export const read = (contractId: string): Promise<ContractRecord> => Records.read(Contracts, contractId);

const filters = {
  customer: id(CUSTOMER).optional(),
  opportunity: id(OPPORTUNITY).optional(),
  contract_type: master(CONTRACT_TYPES).optional(),
  status: oneOf(contractStatuses).optional(),
  project: id(PROJECT).optional(),
  paths: pathParameters(),
};

export const Query = listSchema(Contracts, filters);

export const list = fn(Query, async (input): Promise<Page<ContractRecord>> => listRecords(Contracts, await listQuery(input)));

/** Builds the query for a list of contracts. */
export const listQuery = listQueryFor(Contracts, Query);

/** The definition of the list, for exports. */
export const listDefinition = {
  collection: Contracts,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerField },
};

/** Upper bound on the contracts of a customer that are read. */
const MAX_READ = 1000;

/** Returns the newest `limit` contracts of a customer that have not ended and that the caller sees, as list rows. */
export async function listOpenFor(customer: string, limit: number): Promise<ContractRecord[]> {
  const partitions = [{ index: "by_related" as const, facets: { customer_id: customer } }];
  const { records } = await MergedList.readMerged(Contracts, partitions, MAX_READ);
  const open = records.filter(({ status }) => !isEnd(status));
  return (await Visibility.filterVisible(Contracts, open)).slice(0, limit);
}

export const replace = fn(
  z.strictObject({
    ...fields,
    ...ownerField,
    custom_fields: CustomFields.inputSchema("contract", "whole"),
    ...IdInput.shape,
  }),
  ({ id: contractId, owner_id, custom_fields, ...input }) =>
    edit(contractId, toStoredFields(fields, input), { owner_id, custom_fields }, {}),
);

export const update = fn(
  patchSchema({ ...fields, ...ownerField }).extend({
    custom_fields: CustomFields.inputSchema("contract", "patch"),
    ...IdInput.shape,
  }),
  ({ id: contractId, owner_id, custom_fields, ...patch }) =>
    edit(contractId, toStoredPatch(fields, patch), { owner_id, custom_fields }, { patch: true }),
);

const edit = (
  contractId: string,
  input: Partial<StoredFields<typeof fields>>,
  editOptions: OwnedEdit,
  options: CustomFields.WriteOptions,
): Promise<ContractRecord> =>
  Records.change(Contracts, contractId, async (current, tx) => {
    const details: ErrorDetail[] = [];
    const term = resolveTerm(input, current, today(), details);
    if (details.length > 0) throw invalidAll(details);
    const next = mergeChanges(current, { ...input, ...term }, ["title", "currency", "contract_value"]);
    await requireParties(tx, next, current);
    const resolvedFields = await resolveOwnedEdit(
      "contract",
      current,
      { ...editOptions, options, ownerCheck: OWNER_CHECK },
      validateFields(next, current),
    );
    const nextContract = withSaleId(resolvedFields, current);
    if (!isOpen(current.status) || isPartlySigned(current))
      return requireRenewalApproval(current, applyEdit(current, nextContract));
    const { contract, isOther } = await updateWording(tx, current, nextContract);
    const after = await requireRenewalApproval(current, applyEdit(current, contract));
    return isOther && after.status !== "DRAFT" ? reopen(after) : after;
  });

/**
 * Applies a change to a contract. If an agreed field of a submitted contract changes, the contract becomes a DRAFT again. After a signature a change
 * of agreed fields is a conflict.
 */
export function applyEdit(current: ContractRecord, next: ContractRecord): ContractRecord {
  const changedFieldNames = changedFields(toComparable(current), toComparable(next));
  const pickChanged = (all: readonly string[]): string[] => changedFieldNames.filter((field) => all.includes(field));
  const renewal = pickChanged(renewalFieldNames);
  if (renewal.length > 0 && !isBeforeNotice(current, today())) throw fixedRejection(current, renewal);
  const terms = pickChanged(agreedFields);
  if (terms.length === 0) return renewal.length === 0 ? next : withNotice(next, useSettings().timezone);
  if (!isOpen(current.status) || isPartlySigned(current)) throw fixedRejection(current, terms);
  const written_by = [...new Set([...current.written_by, useActorId()])];
  const after = { ...next, written_by, ...computeInstants(next), ...buildFirstTerm(next) };
  return current.status === "DRAFT" ? after : reopen(after);
}

/**
 * Checks changed renewal terms that the approval of the contract does not cover. If the rule asks for an approval of the next term, a contract that
 * no party has signed becomes a DRAFT again, and for any other the change is refused.
 */
async function requireRenewalApproval(current: ContractRecord, next: ContractRecord): Promise<ContractRecord> {
  const missing = next.status === "DRAFT" ? undefined : await RenewalApproval.findChangeApproval(current, next);
  if (missing === undefined) return next;
  if (missing === null) return { ...next, approved_renewal: pickRenewalTerms(next) };
  if (isOpen(next.status) && !isPartlySigned(next)) return reopen(next);
  throw RenewalApproval.unapprovedRejection(missing, changedFields(pickRenewalTerms(current), pickRenewalTerms(next)));
}

/** Returns the contract without the progress of its deliverables, which is not an agreed field. */
const toComparable = (contract: ContractRecord): object => ({
  ...contract,
  deliverables: contract.deliverables.map(omitDeliverableProgress),
});
const omitDeliverableProgress = ({
  status: _s,
  delivered_at: _d,
  accepted_at: _a,
  told_at: _t,
  due_at: _at,
  created_at: _c,
  ...rest
}: DeliverableRecord) => rest;

/** Returns whether at least one side has signed. */
export const isPartlySigned = ({ customer_signed, company_signed }: ContractRecord): boolean => customer_signed || company_signed;

/** Returns the contract as a DRAFT again: approvals, signatures, termination and signature request are removed. */
export const reopen = (contract: ContractRecord): ContractRecord => ({
  ...applyStatus(contract, "DRAFT"),
  ...emptySignatures,
  approval: null,
  approved_renewal: null,
  termination: null,
  letter: null,
  signature_request_id: null,
});

/** Changes the status. All status changes go through this function. Throws a conflict if the transition does not exist. */
export function applyStatus(contract: ContractRecord, status: ContractStatus): ContractRecord {
  if (!mayBecome(contract.status, status))
    throw conflict(`The contract is ${contract.status} and cannot become ${status}`, [
      { field: "status", message: `Cannot change from ${contract.status} to ${status}` },
    ]);
  return { ...contract, status, status_changed_at: requestTime() };
}

function fixedRejection(contract: ContractRecord, changedNames: readonly string[]): Error {
  const { status } = contract;
  const why = isOpen(status) ? "One side has already signed" : `The contract is ${status}`;
  const message = isOpen(status)
    ? "One side has signed the contract: withdraw it first"
    : `The contract is ${status}: change it with an amendment`;
  return conflict(
    message,
    changedNames.map((field) => ({ field, message: why })),
  );
}

/** Deletes a contract that is not signed and was never in force. */
export const remove = fn(IdInput, ({ id: contractId }) =>
  Records.remove(Contracts, contractId, (current) => {
    if (!isOpen(current.status) || isPartlySigned(current))
      throw conflict(
        isOpen(current.status)
          ? "The contract is signed: withdraw it first"
          : `The contract is ${current.status} and cannot be deleted`,
        [{ field: "status", message: current.status }],
      );
    return current;
  }),
);

/** Restores a contract. Approvals were cancelled by the deletion, so a submitted contract becomes a DRAFT. */
export const restore = fn(IdInput, ({ id: contractId }) =>
  Records.restore(Contracts, contractId, (current) => (current.status === "DRAFT" ? current : reopen(current))),
);

export const OWNER_CHECK = [contractGrants.assign, "contracts"] as const;

/** How an upsert matches existing contracts. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { contract_number: matchByNumber(Contracts, "contract_number"), ...(await buildUniqueMatches(Contracts)) },
});

export * as Contract from "./contract.ts";
