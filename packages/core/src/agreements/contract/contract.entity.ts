import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { aboutPerson, aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, master, name, oneOf, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection, indexBy, NONE, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { CONTRACT_TEMPLATE } from "../contract-template/contract-template.kind.ts";
import { Letter } from "../letterhead/letter.schema.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { SIGNATURE_REQUEST } from "../signature/signature.kind.ts";
import { saleId } from "../versioned-offer/sale-id.rules.ts";
import { ApprovalSummary, findActiveStep } from "./approval-step.ts";
import { billingFrequencies } from "./billing-plan.rules.ts";
import { changeLogFields } from "./change-log.schema.ts";
import { CONTRACT, CONTRACT_DELIVERABLE, CONTRACT_TEXT } from "./contract.kind.ts";
import { computeValueCounters } from "./contract-value.rules.ts";
import { isSelfEnding, listCalendarEntries, noticeClock, renewalFields, storedRenewalFields } from "./renewal-fields.ts";
import {
  contractStatuses,
  deliverableStatuses,
  hasBegun,
  isAwaitingApproval,
  isTerminable,
  isUndelivered,
} from "./status.rules.ts";
import { MAX_MONTHS } from "./term.rules.ts";

export const MAX_DELIVERABLES = 300;

/** Fields of a deliverable that a caller writes. */
export const deliverableFields = {
  name: name(255),
  description: text(2000).nullish(),
  due_date: date().nullish().describe("Due date; the owner of the contract is notified"),
  product_id: id(PRODUCT).nullish(),
  quantity: LineItems.quantity().default("1"),
  amount: amount().nullish().describe("Share of contract_value, for information; nothing is computed from it"),
};

export const Deliverable = z.object({
  ...toStoredShape(deliverableFields),
  id: id(CONTRACT_DELIVERABLE),
  status: oneOf(deliverableStatuses),
  delivered_at: instant().nullable(),
  accepted_at: instant().nullable(),
  created_at: instant(),
  due_at: instant().nullable().describe("Start of due_date in the tenant's time zone at the time of writing"),
  told_at: instant().nullable().describe("When the owner was notified that the deliverable is due"),
});

export type DeliverableRecord = z.output<typeof Deliverable>;

/** Fields of a contract that a caller writes. */
export const fields = {
  title: name(255).nullish().describe("If empty, the name of the quote or the opportunity"),
  description: text(10_000).nullish(),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An opportunity of the customer"),
  contract_type_id: master(CONTRACT_TYPES).nullish(),
  contract_value: amount()
    .nullish()
    .describe("Value of the whole term. If empty, the amount of the quote or the opportunity, or else the monthly fees"),
  currency: currency().nullish().describe("If empty, the currency of the quote or the opportunity, or else of the organization"),
  billing_frequency: personalData("financial", oneOf(billingFrequencies).default("ONE_TIME")),
  monthly_fee: amount().nullish(),
  payment_terms: personalData("financial", text(255).nullish()),
  start_date: date().nullish().describe("First day. If empty, today"),
  end_date: date().nullish().describe("Last day. If empty, it follows from the duration"),
  duration_months: personalData(
    "relationship",
    z
      .number()
      .int()
      .min(1)
      .max(MAX_MONTHS)
      .nullish()
      .describe("Null if the term is not a number of whole months. Default for a new contract: 12"),
  ),
  auto_renew: personalData("relationship", z.boolean().default(false)),
  renewal_notice_days: personalData(
    "relationship",
    z.number().int().min(0).max(730).default(30).describe("The renewal is due this many days before end_date"),
  ),
  ...renewalFields,
  renewal_terms: text(10_000).nullish(),
  requires_signature: z.boolean().default(true).describe("true: the contract comes into force only after both sides have signed"),
  governing_law: personalData("none", name(100).nullish()),
  jurisdiction: personalData("none", name(100).nullish()),
  terms_and_conditions: text(50_000).nullish(),
  special_terms: text(50_000).nullish(),
  notes: text(10_000).nullish().describe("Internal; not shown to the customer"),
  project_id: personalData("none", id(PROJECT).nullish().describe("The project that the contract belongs to")),
  tags: tags().default([]),
};

/** A notice that ends the contract before its last day. */
export const Termination = z.object({
  reason: text(2000),
  effective_date: date().describe("First day on which the contract is no longer in force"),
  effective_at: instant().describe("Start of effective_date in the tenant's time zone"),
  notice_days: personalData("relationship", z.number().int().nullable()),
  given_by: personalData("staff", z.string()),
  given_at: instant(),
});
export type Termination = z.output<typeof Termination>;

const signedFileField = () => id(ATTACHMENT).nullable().describe("The signed file, attached to the contract");

export const Stored = z.object({
  contract_number: personalData("identifier", z.string()),
  ...toStoredShape(fields),
  title: z.string(),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  status: personalData("relationship", oneOf(contractStatuses)),
  status_changed_at: instant(),
  contract_value: amount(),
  currency: personalData("financial", z.string()),
  start_date: date(),
  end_date: date(),
  starts_at: instant().describe("Start of start_date in the tenant's time zone at the time of writing"),
  ends_at: instant().describe("End of end_date in the tenant's time zone at the time of writing"),
  quote_id: id(QUOTE).nullable().describe("Quote from which the contract was created"),
  quote_series_id: personalData("reference", z.string().nullable().describe("The first version of the quote")),
  order_id: id(ORDER).nullable().describe("The order that the contract became"),
  sale_id: personalData("reference", saleId().nullable()),
  template_id: personalData("none", id(CONTRACT_TEMPLATE).nullable()),
  template_revision: z.number().int().nullable(),
  letter: Letter.nullable().describe("Addresses, footer and logo for the PDF, stored at the submission"),
  signature_request_id: id(SIGNATURE_REQUEST)
    .nullable()
    .describe("The latest signature request for the present version of the contract"),
  text_id: personalData(
    "none",
    id(CONTRACT_TEXT).nullable().describe("Wording of the contract; null: only terms_and_conditions"),
  ),
  deliverables: personalData("free_text", z.array(Deliverable)),
  approval: ApprovalSummary.nullable(),
  approval_round: z.number().int(),
  written_by: personalData(
    "staff",
    z.array(z.string()).describe("Users who changed agreed fields since the last approval; they may not approve the contract"),
  ),
  customer_signed: personalData("signer:relationship", z.boolean()),
  customer_signed_by: personalData("signer:identity", z.string().nullable()),
  customer_signed_date: personalData("signer:relationship", instant().nullable()),
  customer_signed_file_id: personalData("signer:reference", signedFileField()),
  company_signed: personalData("relationship", z.boolean()),
  company_signed_by: personalData("company_signer:identity", z.string().nullable()),
  company_signed_date: instant().nullable(),
  company_signed_file_id: signedFileField(),
  activated_at: instant().nullable(),
  expired_at: instant().nullable(),
  terminated_at: instant().nullable(),
  termination: Termination.nullable().describe(
    "A notice of termination that was not withdrawn; the contract stays in force until effective_date",
  ),
  ...storedRenewalFields,
  has_amendments: personalData("relationship", z.boolean()),
  amendment_count: personalData("relationship", z.number().int()),
  ...changeLogFields,
  last_activity_date: instant().nullable(),
});

export type ContractRecord = z.output<typeof Stored> & BaseRecord;

/** Returns whether all required signatures are there. */
export const isSigned = ({ requires_signature, customer_signed, company_signed }: ContractRecord): boolean =>
  !requires_signature || (customer_signed && company_signed);

/** Returns whether a termination takes effect at or before this instant. The termination then decides, also if both clocks are late. */
const isTerminatedBy = ({ termination }: ContractRecord, time: string): boolean =>
  termination !== null && termination.effective_at <= time;

/** When the contract comes into force automatically; null if it is terminated by then. */
const startClock = (contract: ContractRecord): string | null => {
  const { status, starts_at } = contract;
  return status === "APPROVED" && isSigned(contract) && !isTerminatedBy(contract, starts_at) ? starts_at : null;
};

/** When the termination takes effect. null while the start or the notice of an earlier instant is still pending, so that they come first. */
function terminationClock(contract: ContractRecord): string | null {
  const terminationTime = isTerminable(contract.status) ? (contract.termination?.effective_at ?? null) : null;
  const isBehind = (before: string | null): boolean => terminationTime !== null && before !== null && before < terminationTime;
  if (isBehind(startClock(contract)) || isBehind(noticeClock(contract))) return null;
  return nullIfAmendedBefore(contract, terminationTime);
}

/** Due instants of open deliverables for which the owner was not notified. */
const listUntold = ({ deliverables }: ContractRecord): string[] =>
  deliverables.flatMap(({ status, due_at, told_at }) =>
    isUndelivered(status) && due_at !== null && told_at === null ? [due_at] : [],
  );

/** Whether the current step has no approvers yet. */
const isAwaitingApprovers = (contract: ContractRecord): boolean =>
  isAwaitingApproval(contract.status) && findActiveStep(contract)?.approvals.length === 0;

/** Returns null while an agreed amendment of an earlier instant has not taken effect, because it may move the last day. */
const nullIfAmendedBefore = ({ amendments_ahead }: ContractRecord, time: string | null): string | null =>
  time === null || amendments_ahead.some(({ effective_at }) => effective_at < time) ? null : time;

export const Contracts = new Collection<ContractRecord>({
  kind: CONTRACT,
  schema: Stored,
  personalData: {
    purpose: "Fulfil agreements with customers.",
    subject: aboutPerson(reach("contact_id", CONTACT), reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
    others: { signer: aboutPerson(reach("contact_id", CONTACT)), company_signer: aboutUser() },
    recipients: ["link", "mail", "signature", "webhook"],
  },
  row: [
    "contract_number",
    "title",
    "customer_id",
    "contact_id",
    "opportunity_id",
    "quote_id",
    "contract_type_id",
    "owner_id",
    "status",
    "status_changed_at",
    "contract_value",
    "currency",
    "billing_frequency",
    "monthly_fee",
    "start_date",
    "end_date",
    "duration_months",
    "auto_renew",
    "renewal_notice_days",
    "term_number",
    "term_start_date",
    "notice_date",
    "requires_signature",
    "customer_signed",
    "company_signed",
    "has_amendments",
    "amendment_count",
    "template_id",
    "last_activity_date",
    "tags",
    "project_id",
  ],
  links: {
    below: ["deliverables", "plan", "renewals", "text", "amendments", "activities"],
    except: ["template_id", "signature_request_id", "customer_signed_file_id", "company_signed_file_id"],
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("customer_id"),
    by_class: indexBy("opportunity_id", { sparse: true }),
    by_outcome: indexBy("contract_type_id", { sparse: true }),
    by_rank: sortedIndexBy(({ contract_value }) => toSortKey("money", contract_value)),
    by_date: sortedIndexBy(({ end_date }) => end_date),
  },
  owner: "owner_id",
  requiredReferences: ["customer_id"],
  attachmentIds: ({ customer_signed_file_id, company_signed_file_id }) =>
    [customer_signed_file_id, company_signed_file_id].filter((attachmentId) => attachmentId !== null),
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    opportunity: { index: "by_class", field: "opportunity_id", hasOwnCounters: true },
    contract_type: { index: "by_outcome", field: "contract_type_id" },
    status: { index: "by_status", field: "status" },
    project: { extraIndex: "project", field: "project_id", hasOwnCounters: true },
  },
  sorts: { contract_value: "by_rank", end_date: "by_date" },
  extraIndex: {
    of: (contract) => [
      ...listCalendarEntries(contract, NONE),
      ...(contract.project_id ? [{ partition: ["project", contract.project_id] }] : []),
    ],
    since: 1,
  },
  // Contracts of this shape had no project.
  migrations: [(stored) => stored],
  sums: computeValueCounters,
  internal: ["approval_round", "written_by", "text_id", "letter", "amendment_ids", "quote_series_id", "approved_renewal"],
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (contract) => [...textSearchWords(contract.title), ...numberSearchWords(contract.contract_number)],
  clocks: {
    start: startClock,
    // The renewal of the term is decided first, also if both clocks are late.
    expiry: (contract) =>
      contract.status === "ACTIVE" && !isTerminatedBy(contract, contract.ends_at) && isSelfEnding(contract)
        ? nullIfAmendedBefore(contract, contract.ends_at)
        : null,
    notice: (contract) => nullIfAmendedBefore(contract, noticeClock(contract)),
    termination: terminationClock,
    deliverable: (contract) => (hasBegun(contract.status) ? (listUntold(contract).sort()[0] ?? null) : null),
  },
  events: {
    status_changed: fieldChanged("status"),
    assigned: fieldChanged("owner_id"),
    approval_requested: (after, before) =>
      isAwaitingApproval(after.status) && before !== undefined && !isAwaitingApproval(before.status),
    approval_wanted: (after, before) =>
      isAwaitingApprovers(after) && !(before && isAwaitingApprovers(before) && before.approval_round === after.approval_round),
    // The approvers have decided, or the contract no longer waits for them.
    approval_over: (after, before) => before !== undefined && isAwaitingApproval(before.status) && after.status !== before.status,
    approved: changedTo("status", "APPROVED"),
    signed: (after, before) =>
      after.customer_signed && after.company_signed && before !== undefined && !(before.customer_signed && before.company_signed),
    activated: changedTo("status", "ACTIVE"),
    expired: changedTo("status", "EXPIRED"),
    renewal_told: (after, before) =>
      after.renewal?.told_on != null && before !== undefined && before.renewal?.told_for !== after.renewal.told_for,
    termination_planned: (after, before) =>
      after.status !== "TERMINATED" && after.termination !== null && before?.termination?.given_at !== after.termination.given_at,
    termination_withdrawn: (after, before) => after.termination === null && before?.termination != null,
    terminated: changedTo("status", "TERMINATED"),
    deliverables_told: (after, before) =>
      before !== undefined &&
      after.deliverables.some(({ id: deliverableId, told_at }) => {
        const previousDeliverable = before.deliverables.find((deliverable) => deliverable.id === deliverableId);
        return told_at !== null && previousDeliverable?.told_at !== told_at;
      }),
  },
  sensitivity: "confidential",
});
