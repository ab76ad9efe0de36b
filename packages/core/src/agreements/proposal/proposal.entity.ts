import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { date, id, instant, name, oneOf, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { ApprovalSummary } from "../approval/approval-summary.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { answerFields, offerClocks, offerEvents, seriesFields } from "../versioned-offer/offer-fields.ts";
import { offerStatuses } from "../versioned-offer/status.rules.ts";
import { PROPOSAL, PROPOSAL_ISSUE, PROPOSAL_SECTION, PROPOSAL_TEMPLATE } from "./proposal.kind.ts";
import { sectionTypes } from "./section.rules.ts";

/** Fields of a section that a caller writes. */
export const sectionFields = {
  section_type: oneOf(sectionTypes).default("TEXT"),
  heading: name(255).nullish().describe("Can contain merge fields such as {{customer.name}}"),
  text: text(20_000).nullish().describe("Only for TEXT; can contain merge fields"),
  attachment_id: id(ATTACHMENT).nullish().describe("Only for PICTURE: a PNG or JPEG that is attached to the proposal"),
  alt_text: name(500).nullish().describe("Only for PICTURE: description for readers who cannot see it"),
  page_break: z.boolean().default(false).describe("Starts on a new page"),
};

/** Fields of a proposal that a caller writes. */
export const fields = {
  name: name(255).nullish().describe("If empty, the name of the opportunity"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An opportunity of the customer"),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  quote_id: id(QUOTE)
    .nullish()
    .describe("A quote of the customer. The proposal can show its lines, and both are accepted together"),
  proposal_date: date().nullish().meta(createHelp("Default: today")),
  expiration_date: date().nullish().describe("Last day. If empty, that of the quote, or 30 days after the date of the proposal"),
  requires_signature: z.boolean().default(false),
  notes: text(10_000).nullish().describe("Internal; not shown to the customer"),
  tags: tags().default([]),
};

export const Section = z.object({ ...toStoredShape(sectionFields), id: id(PROPOSAL_SECTION), created_at: instant() });

export type SectionRecord = z.output<typeof Section>;

export const Stored = z.object({
  proposal_number: personalData("identifier", z.string()),
  ...toStoredShape(fields),
  name: z.string(),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  status: personalData("relationship", oneOf(offerStatuses)),
  status_changed_at: instant(),
  proposal_date: date(),
  expiration_date: date(),
  expires_at: instant().describe("End of expiration_date in the tenant's time zone at the time of writing"),
  sections: personalData("free_text", z.array(Section)),
  template_id: personalData("none", id(PROPOSAL_TEMPLATE).nullable()),
  template_revision: z.number().int().nullable(),
  ...seriesFields(PROPOSAL),
  approval: ApprovalSummary.nullable(),
  approval_round: z.number().int(),
  issue_id: id(PROPOSAL_ISSUE).nullable(),
  ...answerFields,
  signed_by: personalData("signer:identity", z.string().nullable()),
  signed_date: personalData("signer:relationship", instant().nullable()),
  quote_accepted: personalData(
    "relationship",
    oneOf(["WITH_IT", "BEFORE"])
      .nullable()
      .describe("WITH_IT: the quote was accepted with the proposal; BEFORE: it was accepted separately before"),
  ),
  last_activity_date: instant().nullable(),
});

export type ProposalRecord = z.output<typeof Stored> & BaseRecord;

export const Proposals = new Collection<ProposalRecord>({
  kind: PROPOSAL,
  schema: Stored,
  personalData: {
    purpose: "Offer solutions to customers.",
    subject: aboutPerson(reach("contact_id", CONTACT), reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
    others: { signer: aboutPerson(reach("contact_id", CONTACT)) },
    recipients: ["link", "mail", "signature", "webhook"],
  },
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
  links: {
    below: ["sections", "pdf", "activities"],
    except: ["series_id"],
    more: { versions: "/proposals?series={series_id}" },
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("customer_id"),
    by_class: indexBy("opportunity_id", { sparse: true }),
    by_outcome: indexBy("series_id"),
    by_rank: indexBy("quote_id", { sparse: true }),
    by_date: sortedIndexBy(({ expiration_date }) => expiration_date),
  },
  owner: "owner_id",
  requiredReferences: ["customer_id", "quote_id"],
  attachmentIds: ({ sections }) => sections.flatMap(({ attachment_id }) => attachment_id ?? []),
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    opportunity: { index: "by_class", field: "opportunity_id", hasOwnCounters: true },
    quote: { index: "by_rank", field: "quote_id", hasOwnCounters: true },
    series: { index: "by_outcome", field: "series_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
  },
  sorts: { expiration_date: "by_date" },
  internal: ["versions_made", "approval_round", "issue_id"],
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  seriesField: "series_id",
  searchWords: (proposal) => [...textSearchWords(proposal.name), ...numberSearchWords(proposal.proposal_number)],
  clocks: offerClocks,
  events: offerEvents,
  sensitivity: "confidential",
});
