import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, date, id, instant, name, oneLine, oneOf, patchSchema, text, toStoredShape } from "../../kernel/schema.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { ApprovalSummary, findActiveStep } from "../contract/approval-step.ts";
import { billingFrequencies } from "../contract/billing-plan.rules.ts";
import { deliverableFields, MAX_DELIVERABLES } from "../contract/contract.entity.ts";
import { CONTRACT, CONTRACT_AMENDMENT } from "../contract/contract.kind.ts";
import { SIGNATURE_REQUEST } from "../signature/signature.kind.ts";
import { amendedFigures, amendmentTypes } from "./changes.rules.ts";
import { amendmentStatuses, isActAllowed, isAwaitingApproval } from "./status.rules.ts";

export const MAX_CLAUSES = 100;

const boundedList = <T extends z.ZodType>(itemSchema: T) => z.array(itemSchema).max(MAX_DELIVERABLES);

const clauseKeyField = () => text(100).min(1);

/** Fields of an amendment that a caller writes. */
export const fields = {
  amendment_type: personalData("relationship", oneOf(amendmentTypes)),
  title: name(255),
  reason: text(2000).refine((reason) => reason.trim() !== "", "Must not be blank"),
  justification: text(10_000).nullish(),
  effective_date: date().describe("First day on which it is in effect, not before the contract's first day"),
  impacted_clauses: personalData(
    "none",
    z.array(clauseKeyField()).max(300).default([]).describe("Keys of the contract's terms; includes those in clauses"),
  ),
  contract_value: amount().nullish().describe("The new value of the contract"),
  value_delta: personalData(
    "financial",
    z
      .string()
      .regex(/^-?\d{1,13}(\.\d{1,4})?$/, 'Must be an amount, as a decimal string such as "-1200.00"')
      .nullish()
      .describe("Alternative to contract_value: the increase, or below 0 the decrease"),
  ),
  end_date: date().nullish().describe("The new last day of the contract"),
  monthly_fee: amount().nullish(),
  billing_frequency: personalData("financial", oneOf(billingFrequencies).nullish()),
  payment_terms: personalData("financial", text(255).nullish()),
  deliverables: z
    .strictObject({
      added: boundedList(z.strictObject(deliverableFields)).optional(),
      changed: boundedList(patchSchema(deliverableFields).extend({ id: text(64) })).optional(),
      removed: boundedList(text(64)).optional(),
    })
    .nullish(),
  clauses: z
    .array(
      z.strictObject({
        key: clauseKeyField(),
        heading: oneLine(255).nullish(),
        text: text(50_000).nullable().describe("null: the clause is removed"),
      }),
    )
    .max(MAX_CLAUSES)
    .default([]),
  requires_legal_review: z
    .boolean()
    .default(false)
    .describe("Requests a legal review; from the submission on, also true if the tenant's rule requires one"),
  requires_customer_approval: z.boolean().default(true),
  requires_signature: z
    .boolean()
    .default(true)
    .describe("Signature of both sides. The customer agrees by an approval, by a signature, or by both"),
  notes: text(10_000).nullish().describe("Not shown to the customer"),
};

const DeliverableTermsSchema = z.object({ id: z.string(), ...toStoredShape(deliverableFields) });
export type DeliverableTerms = z.output<typeof DeliverableTermsSchema>;

/** The changes of deliverables, each with the terms that were agreed before. */
export const Scope = personalData(
  "free_text",
  z.object({
    added: z.array(DeliverableTermsSchema),
    changed: z.array(
      z.object({ id: z.string(), set: DeliverableTermsSchema.omit({ id: true }).partial(), before: DeliverableTermsSchema }),
    ),
    removed: z.array(z.object({ id: z.string(), before: DeliverableTermsSchema })),
  }),
);
export type Scope = z.output<typeof Scope>;

export const Clause = z.object({
  key: z.string(),
  heading: z.string().nullable(),
  text: z.string().nullable(),
  original: z.object({ number: z.string(), heading: z.string().nullable(), text: z.string().nullable() }),
});
export type Clause = z.output<typeof Clause>;

export const Figure = z.object({ field: oneOf(amendedFigures), before: z.string().nullable(), after: z.string() });

/** How the customer's answer reached the API. */
export const answerChannels = ["RECORDED", "PAGE", "SIGNATURE"] as const;

/** The customer's answer. */
export const CustomerAnswer = z.object({
  decision: personalData("signer:relationship", oneOf(["APPROVED", "REJECTED"])),
  name: personalData(
    "signer:identity",
    z
      .string()
      .nullable()
      .describe("The person who answered for the customer; null if declined on the page, which then asks for no name"),
  ),
  date: personalData("signer:relationship", date()),
  attachment_id: personalData(
    "signer:reference",
    id(ATTACHMENT).nullable().describe("Proof of the answer, attached to the amendment"),
  ),
  comment: personalData("signer:communication", text(2000).nullable()),
  via: personalData(
    "signer:relationship",
    oneOf(answerChannels).describe(
      "RECORDED: entered by staff; PAGE: given on the page of a private link; SIGNATURE: declined instead of signed",
    ),
  ),
  recorded_by: actor(),
  recorded_at: personalData("signer:relationship", instant()),
});

const signedFileField = () => id(ATTACHMENT).nullable().describe("The signed file, attached to the amendment");

const { deliverables: _scope, clauses: _clauses, ...plainFields } = fields;

export const Stored = z.object({
  contract_id: id(CONTRACT),
  number: personalData("relationship", z.number().int().describe("Number among the amendments of the contract, from 1")),
  amendment_number: personalData("identifier", z.string()),
  ...toStoredShape(plainFields),
  deliverables: Scope.nullable(),
  clauses: personalData("free_text", z.array(Clause)),
  currency: personalData("financial", z.string().describe("Currency of the contract")),
  figures: personalData(
    "financial",
    z.array(Figure).describe("Figures that it sets, with the values before it at the time of drafting"),
  ),
  drawn_at: personalData("none", instant().describe("When it was drafted from the contract's figures")),
  status: personalData("relationship", oneOf(amendmentStatuses)),
  status_changed_at: instant(),
  effective_at: instant().describe("Beginning of effective_date in the tenant's time zone at the time of drafting"),
  owner_id: id(USER).nullable().describe("Owner of the contract"),
  approval: ApprovalSummary.nullable().describe("The latest internal legal review and approval"),
  approval_round: z.number().int(),
  written_by: personalData(
    "staff",
    z.array(z.string()).describe("Users who changed it since its approval; they cannot approve it"),
  ),
  answer_by: date().nullable().describe("Last day for the customer's answer by the link that was sent; null if none was sent"),
  customer_answer: CustomerAnswer.nullable(),
  customer_signed: personalData("signer:relationship", z.boolean()),
  customer_signed_by: personalData("signer:identity", z.string().nullable()),
  customer_signed_date: personalData("signer:relationship", instant().nullable()),
  customer_signed_file_id: personalData("signer:reference", signedFileField()),
  company_signed: personalData("relationship", z.boolean()),
  company_signed_by: personalData("company_signer:identity", z.string().nullable()),
  company_signed_date: instant().nullable(),
  company_signed_file_id: signedFileField(),
  signature_request_id: id(SIGNATURE_REQUEST).nullable().describe("The latest request for signatures of its current text"),
  submitted_at: instant().nullable(),
  signed_at: instant().nullable().describe("When all required parties had agreed"),
  took_effect_at: instant().nullable(),
  ended_because: z.string().nullable().describe("Why it was rejected, withdrawn or made void"),
});

export type AmendmentRecord = z.output<typeof Stored> & BaseRecord;

const isAwaitingApprovers = (amendment: AmendmentRecord): boolean =>
  isAwaitingApproval(amendment.status) && findActiveStep(amendment)?.approvals.length === 0;

export const Amendments = new Collection<AmendmentRecord>({
  kind: CONTRACT_AMENDMENT,
  schema: Stored,
  personalData: {
    purpose: "Change contracts as agreed with the customer.",
    subject: aboutPerson(reach("contract_id", CONTRACT)),
    others: { signer: aboutPerson(reach("contract_id", CONTRACT)), company_signer: aboutUser() },
    recipients: ["mail", "signature"],
  },
  row: [
    "contract_id",
    "number",
    "amendment_number",
    "amendment_type",
    "title",
    "status",
    "status_changed_at",
    "effective_date",
    "owner_id",
    "requires_legal_review",
    "requires_customer_approval",
    "requires_signature",
    "customer_signed",
    "company_signed",
    "signed_at",
    "took_effect_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("contract_id"),
  },
  owner: "owner_id",
  visibleWith: "contract_id",
  parent: "contract_id",
  filters: { status: { index: "by_status", field: "status" }, amendment_type: { field: "amendment_type" } },
  attachmentIds: ({ customer_signed_file_id, company_signed_file_id, customer_answer }) =>
    [customer_signed_file_id, company_signed_file_id, customer_answer?.attachment_id ?? null].filter(
      (attachmentId) => attachmentId !== null,
    ),
  internal: ["approval_round", "written_by"],
  clocks: { effect: ({ status, effective_at }) => (isActAllowed(status, "effect") ? effective_at : null) },
  events: {
    status_changed: fieldChanged("status"),
    assigned: fieldChanged("owner_id"),
    submitted: (after, before) =>
      before !== undefined && after.submitted_at !== null && before.submitted_at !== after.submitted_at,
    approval_wanted: (after, before) =>
      isAwaitingApprovers(after) && !(before && isAwaitingApprovers(before) && before.approval_round === after.approval_round),
    // The approvers have decided, or the amendment no longer waits for them.
    approval_over: (after, before) => before !== undefined && isAwaitingApproval(before.status) && after.status !== before.status,
    approved: (after, before) => before !== undefined && !isApproved(before.status) && isApproved(after.status),
    signed: (after, before) => after.signed_at !== null && before?.signed_at === null,
    effective: changedTo("status", "EFFECTIVE"),
    rejected: changedTo("status", "REJECTED"),
    withdrawn: changedTo("status", "WITHDRAWN"),
    voided: changedTo("status", "VOID"),
  },
  sensitivity: "confidential",
});

/** Whether all internal approvals are done. */
export const isApproved = (status: AmendmentRecord["status"]): boolean =>
  ["CUSTOMER_APPROVAL", "SIGNING", "SIGNED", "EFFECTIVE"].includes(status);
