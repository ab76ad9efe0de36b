import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActor, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, Failure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import type { Role } from "../../kernel/permission.ts";
import { date, IdInput, id, master, money, name, text } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { Activity } from "../../people/activity/activity.ts";
import { Consent } from "../../people/person/consent.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { ActiveRule } from "../../platform/rule/rule-kind.ts";
import { User } from "../../platform/user/user.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { baseShape } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { Contact } from "../contact/contact.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { Customer } from "../customer/customer.ts";
import { CONVERSION } from "./conversion.kind.ts";
import { ConversionRule, type Definition, listMandatoryGaps, listWaivableGaps } from "./conversion.rules.ts";
import { type ConversionRecord, Conversions, Stored } from "./conversion.ts";
import {
  isBusiness,
  loadNamed,
  type NamedRecords,
  onceFor,
  type Party,
  type PreparedRecords,
  preparedFor,
  resolveContact,
  resolveCustomer,
  updateCustomer,
} from "./parties.ts";

/**
 * Converts a lead into a customer, a contact and an opportunity: once, and all or nothing.
 * One transaction writes the lead, the three records, the follow-up activity and the conversion. A concurrent conversion of the same lead
 * finds it converted. The records of the lead are then moved in slices (repoint.ts).
 */

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;

export const Convert = z.strictObject({
  id: text(64),
  override_reason: name(500)
    .nullish()
    .describe(
      "Why the lead is converted although its score is too low or budget, authority, need or timeline is missing. For administrators and directors only",
    ),
  customer_id: id(CUSTOMER)
    .nullish()
    .describe("If empty, the customer of the person, or the one with the same company name, or a new one"),
  contact_id: id(CONTACT).nullish().describe("A contact of that customer. If empty, that of the person, or a new one"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An open opportunity of that customer. If empty, a new one"),
  opportunity: z
    .strictObject({
      name: name(255).nullish().describe("Defaults to the company, or else the full name"),
      amount: money().nullish().describe("Defaults to the lead's budget, or 0"),
      close_date: date().nullish().describe("Defaults to 90 days from today"),
      stage_id: master(OPPORTUNITY_STAGES).nullish().describe("If empty, the first open stage"),
    })
    .nullish()
    .describe("Fields of a new opportunity"),
});

type Input = z.output<typeof Convert>;

/** The roles that may waive requirements of a conversion. */
export const overrideRoles = ["ADMIN", "DIRECTOR"] as const satisfies readonly Role[];

export const ConversionView = Stored;

export const Info = z.object({
  lead: z.object({ ...baseShape, ...Lead.Info.shape }),
  customer: z.object({ ...baseShape, ...Customer.Info.shape }),
  contact: z.object({ ...baseShape, ...Contact.Info.shape }),
  opportunity: z.object({ ...baseShape, ...Opportunity.Info.shape }),
  follow_up: z.object({ ...baseShape, ...Activity.Info.shape }),
  conversion: z.object({ ...baseShape, ...Stored.shape }),
});

export const convert = fn(Convert, async (input) => {
  let prepared: PreparedRecords | undefined;
  const { override_reason } = input;
  if (override_reason && !hasRole(...overrideRoles))
    throw new Failure("FORBIDDEN", "Your role cannot waive requirements of a conversion", {
      details: [{ field: "override_reason", message: `Only allowed for ${overrideRoles.join(" and ")}` }],
    });
  const [rule, presentLead] = await Promise.all([loadActiveRule(ConversionRule), Lead.loadPresenter()]);
  return retryOnConflict(async () => {
    const lead = await Lead.read(input.id);
    requireUnconverted(lead);
    Records.requireVersion(lead, {});
    prepared = preparedFor(lead, prepared);
    return convertLead(lead, input, { rule, namedRecords: await loadNamed(input), prepared, presentLead });
  });
});

interface ConversionContext {
  rule: ActiveRule<Definition>;
  namedRecords: NamedRecords;
  prepared: PreparedRecords;
  presentLead: Awaited<ReturnType<typeof Lead.loadPresenter>>;
}

async function convertLead(lead: LeadRecord, input: Input, { rule, namedRecords, prepared, presentLead }: ConversionContext) {
  const judged = judgeLead(lead, input, rule);
  // A caller who sees the lead may convert it even if the lead does not show them the person, so the person is read without a visibility
  // check.
  const person = await Identity.resolveMerged(lead.personal_key_id);
  if (!person || person.deleted_at) throw notFound();
  const persons = Identity.listIds(person);
  const tx = transaction();
  const customer = namedRecords.customer
    ? { record: await updateCustomer(tx, namedRecords.customer, lead), isNew: false }
    : await resolveCustomer(tx, lead, person, prepared);
  const contact = namedRecords.contact
    ? { record: namedRecords.contact, isNew: false }
    : await resolveContact(tx, lead, persons, customer, prepared);
  if (namedRecords.contact) tx.requireUnchanged(namedRecords.contact);
  const opportunity = await resolveOpportunity(tx, lead, { customer, contact }, input, {
    rule,
    namedRecords: namedRecords,
    prepared,
  });
  const follow_up = await addFollowUp(tx, lead, opportunity.record, rule.definition);
  const conversion = buildConversion(
    lead,
    { customer, contact, opportunity },
    { ...judged, rule, follow_up: follow_up.id, input },
  );
  tx.create(Conversions, conversion, convertedRejection);
  Customer.linkLead(tx, customer.record.id, lead.id);
  const converted = Lead.convert(tx, lead, {
    converted_date: Clock.now(),
    converted_customer_id: customer.record.id,
    converted_contact_id: contact.record.id,
    converted_opportunity_id: opportunity.record.id,
  });
  return tx.commit({
    lead: presentLead(await Consent.present(converted, person)),
    customer: customer.record,
    contact: await Contact.presentWritten(contact.record),
    opportunity: opportunity.record,
    follow_up,
    conversion,
  });
}

const convertedRejection = () => conflict("The lead is already converted");

export function requireUnconverted(lead: LeadRecord): void {
  if (lead.is_converted) throw convertedRejection();
}

interface Judgement {
  min_score: number;
  passed_over: string[];
}

/** Returns the minimum score: that of the rule, or else that of the settings. */
export const readMinScore = ({ min_score }: Definition): number => min_score ?? useSettings().conversion_min_score;

/** Refuses the lead with all its gaps at once. A reason waives the gaps that may be waived. */
function judgeLead(lead: LeadRecord, { override_reason }: Input, { definition }: ActiveRule<Definition>): Judgement {
  const min_score = readMinScore(definition);
  const lacking = listWaivableGaps(lead, definition, min_score);
  const details = [...listMandatoryGaps(lead), ...(override_reason ? [] : lacking)];
  if (details.length > 0) throw ruleViolation("The lead does not meet the requirements of a conversion", details);
  return { min_score, passed_over: lacking.map(({ field }) => field) };
}

interface Parties {
  customer: Party<Awaited<ReturnType<typeof Customer.read>>>;
  contact: Party<Awaited<ReturnType<typeof Contact.read>>>;
}

type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

/** Returns the fields of a new opportunity that the caller does not choose. */
export const buildOpportunityDefaults = (lead: LeadRecord, { close_days }: Definition) => ({
  name: isBusiness(lead) ? (lead.company as string).trim() : (lead.display_name ?? lead.lead_number),
  amount: lead.budget ?? "0.00",
  close_date: addDays(today(), close_days),
});

async function resolveOpportunity(
  tx: Transaction,
  lead: LeadRecord,
  { customer, contact }: Parties,
  { opportunity }: Input,
  { rule, namedRecords, prepared }: Pick<ConversionContext, "rule" | "namedRecords" | "prepared">,
): Promise<Party<OpportunityRecord>> {
  const [customer_id, contact_id] = [customer.record.id, contact.record.id];
  const existingOpportunity = namedRecords.opportunity ?? (opportunity ? undefined : await Opportunity.findOpenByLead(lead.id));
  if (existingOpportunity)
    return {
      record: Opportunity.attach(tx, existingOpportunity, {
        lead_id: lead.id,
        lead_created_day: lead.created_day,
        customer_id,
        contact: contact.record,
      }),
      isNew: false,
    };
  const custom_fields = await CustomFields.carryOver("lead", lead.custom_fields, "opportunity");
  const defaults = buildOpportunityDefaults(lead, rule.definition);
  const record = await onceFor(prepared.opportunity, `${customer_id} ${contact_id}`).get(() =>
    Opportunity.prepare(
      {
        customer_id,
        contact_id,
        name: opportunity?.name ?? defaults.name,
        amount: opportunity?.amount ?? defaults.amount,
        close_date: opportunity?.close_date ?? defaults.close_date,
        currency: lead.currency,
        territory_id: lead.territory_id,
        source_campaign_id: lead.source_campaign_id,
        custom_fields,
        ...(opportunity?.stage_id ? { stage_id: opportunity.stage_id } : {}),
        ...(customer.isNew ? { type: "NEW_BUSINESS" as const } : {}),
      },
      { lead_id: lead.id, lead_created_day: lead.created_day, owner_id: lead.owner_id, limited: isLimited(lead) },
    ),
  );
  Opportunity.add(tx, record);
  return { record, isNew: true };
}

/** Returns the fields of the first task of an opportunity that depend on it. */
export async function buildFollowUp(
  { name: title, owner_id }: Pick<OpportunityRecord, "name" | "owner_id">,
  { subject, days }: Definition["follow_up"],
) {
  const actor = useActor();
  return {
    subject: toSingleLine(`${subject}${title}`, 255),
    due_date: addDays(today(), days),
    assigned_to_id: await User.findFirstOwner([owner_id, actor.type === "user" ? actor.id : null]),
  };
}

/** Adds the first task of the opportunity, for the owner of the opportunity, or else for the user who converts. */
async function addFollowUp(tx: Transaction, lead: LeadRecord, opportunity: OpportunityRecord, { follow_up }: Definition) {
  const { assigned_to_id, ...fields } = await buildFollowUp(opportunity, follow_up);
  const activity = await Activity.prepare(
    {
      ...fields,
      activity_type_id: follow_up.activity_type,
      status: "NOT_STARTED",
      ...(assigned_to_id ? { assigned_to_id } : {}),
    },
    { type: "opportunity", id: opportunity.id, owner: lead.personal_key_id },
  );
  Activity.add(tx, activity);
  return activity;
}

function buildConversion(
  lead: LeadRecord,
  { customer, contact, opportunity }: Parties & { opportunity: Party<OpportunityRecord> },
  {
    min_score,
    passed_over,
    rule,
    follow_up,
    input,
  }: Judgement & { rule: ActiveRule<Definition>; follow_up: string; input: Input },
): ConversionRecord {
  return Records.init(
    Conversions,
    {
      lead_id: lead.id,
      personal_key_id: lead.personal_key_id,
      customer_id: customer.record.id,
      contact_id: contact.record.id,
      opportunity_id: opportunity.record.id,
      follow_up_activity_id: follow_up,
      customer_is_new: customer.isNew,
      contact_is_new: contact.isNew,
      opportunity_is_new: opportunity.isNew,
      lead_score: lead.lead_score,
      min_score,
      rule: { kind: rule.kind, id: rule.id, number: rule.number },
      passed_over,
      override_reason: input.override_reason ?? null,
      status: "MOVING",
      ...Job.requestWorker(),
    },
    { id: conversionId(lead) },
  );
}

/** The id of the conversion derives from the lead, because a lead is converted once. */
export const conversionId = ({ id: lead, personal_key_id }: Pick<LeadRecord, "id" | "personal_key_id">): string =>
  derivedId(CONVERSION, idTime(lead), lead, personal_key_id);

export const get = fn(IdInput, async ({ id: lead }) => Records.read(Conversions, conversionId(await Lead.read(lead))));

export * as Conversion from "./lead-conversion.ts";
