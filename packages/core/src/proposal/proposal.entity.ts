import * as z from "zod";
import { ATTACHMENT } from "../attachment/attachment.domain.ts";
import { CONTACT } from "../contact/contact.domain.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { date, id, instant, name, oneOf, storedOf, tags, text } from "../kernel/schema.ts";
import { wordsOf, wordsOfNumber } from "../kernel/text.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { Approval as QuoteApproval } from "../quote/beside.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import { expires, quoteStatuses } from "../quote/status.rules.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/table/collection.ts";
import { became, changed } from "../storage/table/turn.ts";
import { USER } from "../user/user.domain.ts";
import { PROPOSAL, PROPOSAL_ISSUE, PROPOSAL_SECTION, PROPOSAL_TEMPLATE } from "./proposal.domain.ts";
import { sectionTypes } from "./section.rules.ts";

/** What people write of a section (seed 001, proposal_sections). */
export const sectionFields = {
  section_type: oneOf(sectionTypes).default("TEXT"),
  heading: name(255).nullish().describe("May have merge fields, such as {{customer.name}}"),
  text: text(20_000).nullish().describe("Of a TEXT; may have merge fields"),
  attachment_id: id(ATTACHMENT).nullish().describe("Of a PICTURE: a PNG or JPEG that is attached to the proposal"),
  alt_text: name(500).nullish().describe("Of a PICTURE: what it shows, for who does not see it"),
  page_break: z.boolean().default(false).describe("Begins on a new page"),
};

/** What people write of a proposal (seed 001, proposals, whose columns it leaves open). */
export const fields = {
  name: name(255).nullish().describe("That of the opportunity unless told otherwise"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("Of the customer"),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("Of the customer"),
  quote_id: id(QUOTE).nullish().describe("Of the customer: its lines can stand in the proposal, and it is accepted with it"),
  proposal_date: date().nullish().describe("Today unless told otherwise"),
  expiration_date: date()
    .nullish()
    .describe("The last day; that of the quote, or 30 days after proposal_date, unless told otherwise"),
  requires_signature: z.boolean().default(false),
  notes: text(10_000).nullish().describe("Not for the customer"),
  tags: tags().default([]),
};

export const Section = z.object({ ...storedOf(sectionFields), id: id(PROPOSAL_SECTION), created_at: instant() });

export type SectionRecord = z.output<typeof Section>;

/** What was found when it was submitted. */
export const Approval = QuoteApproval.omit({ highest_line_percent: true, whole_percent: true });

export const Stored = z.object({
  proposal_number: z.string(),
  ...storedOf(fields),
  name: z.string(),
  custom_fields: CustomFields.stored(),
  owner_id: id(USER).nullable().describe("null: waits to be taken"),
  status: oneOf(quoteStatuses),
  status_changed_at: instant(),
  proposal_date: date(),
  expiration_date: date(),
  expires_at: instant().describe("The end of expiration_date in the tenant's time zone, as that was when it was written"),
  sections: z.array(Section),
  template_id: id(PROPOSAL_TEMPLATE).nullable(),
  template_revision: z.number().int().nullable(),
  version_number: z.number().int(),
  is_primary: z.boolean().describe("The latest version"),
  previous_version_id: id(PROPOSAL).nullable(),
  series_id: id(PROPOSAL).describe("The first version: all versions have it"),
  versions_made: z.number().int(),
  approval: Approval.nullable(),
  approval_round: z.number().int(),
  issue_id: id(PROPOSAL_ISSUE).nullable(),
  sent_at: instant().nullable().describe("To the customer, last"),
  viewed_at: instant().nullable().describe("By the customer, first"),
  presented_at: instant().nullable(),
  accepted_date: date().nullable(),
  rejected_date: date().nullable(),
  rejection_reason: text(2000).nullable(),
  signed_by: z.string().nullable(),
  signed_date: instant().nullable(),
  quote_accepted: oneOf(["WITH_IT", "BEFORE"])
    .nullable()
    .describe("Of an accepted one with a quote: whether that was accepted with it, or by itself before"),
  last_activity_date: instant().nullable(),
});

export type ProposalRecord = z.output<typeof Stored> & BaseRecord;

export const Proposals = new Collection<ProposalRecord>({
  kind: PROPOSAL,
  schema: Stored,
  row: [
    "proposal_number",
    "name",
    "customer_id",
    "opportunity_id",
    "contact_id",
    "quote_id",
    "owner_id",
    "status",
    "status_changed_at",
    "proposal_date",
    "expiration_date",
    "accepted_date",
    "version_number",
    "is_primary",
    "series_id",
    "previous_version_id",
    "template_id",
    "last_activity_date",
    "tags",
  ],
  indexes: {
    by_time: by(),
    by_owner: by("owner_id"),
    by_status: by("status"),
    by_related: by("customer_id"),
    by_class: by("opportunity_id", { sparse: true }),
    by_outcome: by("series_id"),
    by_rank: by("quote_id", { sparse: true }),
    by_date: orderedBy(({ expiration_date }) => expiration_date),
  },
  owner: "owner_id",
  needs: ["customer_id", "quote_id"],
  holds: ({ sections }) => sections.flatMap(({ attachment_id }) => attachment_id ?? []),
  filters: {
    customer: { index: "by_related", field: "customer_id", separate: true },
    opportunity: { index: "by_class", field: "opportunity_id", separate: true },
    quote: { index: "by_rank", field: "quote_id", separate: true },
    series: { index: "by_outcome", field: "series_id", separate: true },
    status: { index: "by_status", field: "status" },
  },
  sorts: { expiration_date: "by_date" },
  internal: ["versions_made", "approval_round", "issue_id"],
  declares: [CustomFields.declarations],
  own: CustomFields.own,
  series: "series_id",
  words: (proposal) => [...wordsOf(proposal.name), ...wordsOfNumber(proposal.proposal_number)],
  clocks: { expiry: ({ status, expires_at }) => (expires(status) ? expires_at : null) },
  events: {
    status_changed: changed("status"),
    assigned: changed("owner_id"),
    approval_requested: became("status", "PENDING_APPROVAL"),
    // What was asked for is decided, or nobody waits for it any more.
    approval_over: (after, before) => before?.status === "PENDING_APPROVAL" && after.status !== "PENDING_APPROVAL",
    sent: became("status", "SENT"),
    viewed: became("status", "VIEWED"),
    accepted: became("status", "ACCEPTED"),
    rejected: became("status", "REJECTED"),
    expired: became("status", "EXPIRED"),
  },
  sensitivity: "confidential",
});
