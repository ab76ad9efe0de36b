import * as z from "zod";
import { Activity } from "../activity/activity.ts";
import { CONTACT } from "../contact/contact.domain.ts";
import { Contact } from "../contact/contact.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Customer } from "../customer/customer.ts";
import { Clock } from "../kernel/clock.ts";
import { hasRole, useActor, useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { conflict, Failure, notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { derivedId, timeOf } from "../kernel/id.ts";
import { date, id, master, money, name, text } from "../kernel/schema.ts";
import { dayAfter } from "../kernel/zone.ts";
import { Lead } from "../lead/lead.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { Consent } from "../person/consent.ts";
import * as Identity from "../person/identity.ts";
import { isLimited } from "../person/person-sight.ts";
import { inForce } from "../rule/in-force.ts";
import type { InForce } from "../rule/kind.ts";
import { base } from "../storage/table/collection.ts";
import { Job } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { User } from "../user/user.ts";
import { CONVERSION } from "./conversion.domain.ts";
import { ConversionRule, type Definition, lackingIn, missingIn } from "./conversion.rules.ts";
import { type ConversionRecord, Conversions, Stored } from "./conversion.ts";
import {
  contactOf,
  customerOf,
  type Given,
  given,
  isBusiness,
  onceFor,
  type Party,
  type Prepared,
  preparedFor,
  touched,
} from "./parties.ts";

/**
 * A lead becomes a customer, a contact and an opportunity, all at once or not at all, and once (contract, Leads and persons;
 * seeds 001 and 004). One transaction writes the lead, what it becomes, the follow-up and the conversion; whoever else converts
 * the lead at the same moment finds it converted. What belongs to the lead then follows in turns (move.ts).
 */

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;

export const Convert = z.strictObject({
  id: text(64),
  override_reason: name(500).nullish().describe("Lets a lead pass whose score or BANT is not enough; of ADMIN and DIRECTOR"),
  customer_id: id(CUSTOMER).nullish().describe("Else the person's, or the one of the same company name, or a new one"),
  contact_id: id(CONTACT).nullish().describe("Of that customer; else the person's, or a new one"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An open one of that customer; else a new one"),
  opportunity: z
    .strictObject({
      name: name(255).nullish().describe("The company, or else the full name, unless told otherwise"),
      amount: money().nullish().describe("The lead's budget, or 0, unless told otherwise"),
      close_date: date().nullish().describe("90 days from today unless told otherwise"),
      stage_id: master(OPPORTUNITY_STAGES).nullish().describe("The first open stage unless told otherwise"),
    })
    .nullish()
    .describe("Of a new one"),
});

type Input = z.output<typeof Convert>;

export const Shown = Stored;

export const Info = z.object({
  lead: z.object({ ...base, ...Lead.Info.shape }),
  customer: z.object({ ...base, ...Customer.Info.shape }),
  contact: z.object({ ...base, ...Contact.Info.shape }),
  opportunity: z.object({ ...base, ...Opportunity.Info.shape }),
  follow_up: z.object({ ...base, ...Activity.Info.shape }),
  conversion: z.object({ ...base, ...Stored.shape }),
});

export const convert = fn(Convert, async (input) => {
  let prepared: Prepared | undefined;
  const { override_reason } = input;
  if (override_reason && !hasRole("ADMIN", "DIRECTOR"))
    throw new Failure("FORBIDDEN", "Your role may not pass over what a lead lacks", {
      details: [{ field: "override_reason", message: "Of ADMIN and DIRECTOR" }],
    });
  const [rule, shown] = await Promise.all([inForce(ConversionRule), Lead.showing()]);
  return retryOnConflict(async () => {
    const lead = await Lead.read(input.id);
    requireUnconverted(lead);
    Records.requireVersion(lead, {});
    prepared = preparedFor(lead, prepared);
    return convertNow(lead, input, { rule, named: await given(input), prepared, shown });
  });
});

interface Decided {
  rule: InForce<Definition>;
  named: Given;
  prepared: Prepared;
  shown: Awaited<ReturnType<typeof Lead.showing>>;
}

async function convertNow(lead: LeadRecord, input: Input, { rule, named, prepared, shown }: Decided) {
  const judged = judge(lead, input, rule);
  // Whoever sees the lead may convert it, where it shows nothing of the person too.
  const person = await Identity.living(lead.personal_key_id);
  if (!person || person.deleted_at) throw notFound();
  const persons = Identity.idsOf(person);
  const tx = transaction();
  const customer = named.customer
    ? { record: await touched(tx, named.customer, lead), isNew: false }
    : await customerOf(tx, lead, person, prepared);
  const contact = named.contact
    ? { record: named.contact, isNew: false }
    : await contactOf(tx, lead, persons, customer, prepared);
  if (named.contact) tx.unchanged(named.contact);
  const opportunity = await opportunityOf(tx, lead, { customer, contact }, input, { rule, named, prepared });
  const follow_up = await followUp(tx, lead, opportunity.record, rule.definition);
  const conversion = born(lead, { customer, contact, opportunity }, { ...judged, rule, follow_up: follow_up.id, input });
  tx.create(Conversions, conversion, alreadyConverted);
  Customer.linkLead(tx, customer.record.id, lead.id);
  const converted = Lead.convert(tx, lead, {
    converted_date: Clock.now(),
    converted_customer_id: customer.record.id,
    converted_contact_id: contact.record.id,
    converted_opportunity_id: opportunity.record.id,
  });
  return tx.commit({
    lead: shown(await Consent.shown(converted, person)),
    customer: customer.record,
    contact: await Consent.shown(contact.record),
    opportunity: opportunity.record,
    follow_up,
    conversion,
  });
}

const alreadyConverted = () => conflict("The lead is converted already");

function requireUnconverted(lead: LeadRecord): void {
  if (lead.is_converted) throw alreadyConverted();
}

interface Judged {
  min_score: number;
  passed_over: string[];
}

/** What the lead lacks is said all at once; a reason lets pass what may be. */
function judge(lead: LeadRecord, { override_reason }: Input, { definition }: InForce<Definition>): Judged {
  const min_score = definition.min_score ?? useSettings().conversion_min_score;
  const lacking = lackingIn(lead, definition, min_score);
  const details = [...missingIn(lead), ...(override_reason ? [] : lacking)];
  if (details.length > 0) throw ruleViolation("The lead lacks what a conversion needs", details);
  return { min_score, passed_over: lacking.map(({ field }) => field) };
}

interface Parties {
  customer: Party<Awaited<ReturnType<typeof Customer.read>>>;
  contact: Party<Awaited<ReturnType<typeof Contact.read>>>;
}

type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

async function opportunityOf(
  tx: Transaction,
  lead: LeadRecord,
  { customer, contact }: Parties,
  { opportunity: asked }: Input,
  { rule, named, prepared }: Pick<Decided, "rule" | "named" | "prepared">,
): Promise<Party<OpportunityRecord>> {
  const [customer_id, contact_id] = [customer.record.id, contact.record.id];
  const own = named.opportunity ?? (asked ? undefined : await Opportunity.openOfLead(lead.id));
  if (own)
    return { record: Opportunity.attach(tx, own, { lead_id: lead.id, customer_id, contact: contact.record }), isNew: false };
  const custom_fields = await CustomFields.carried("lead", lead.custom_fields, "opportunity");
  const record = await onceFor(prepared.opportunity, `${customer_id} ${contact_id}`).get(() =>
    Opportunity.prepare(
      {
        customer_id,
        contact_id,
        name: asked?.name ?? (isBusiness(lead) ? (lead.company as string).trim() : (lead.display_name ?? lead.lead_number)),
        amount: asked?.amount ?? lead.budget ?? "0.00",
        close_date: asked?.close_date ?? dayAfter(today(), rule.definition.close_days),
        currency: lead.currency,
        territory_id: lead.territory_id,
        custom_fields,
        ...(asked?.stage_id ? { stage_id: asked.stage_id } : {}),
        ...(customer.isNew ? { type: "NEW_BUSINESS" as const } : {}),
      },
      { lead_id: lead.id, owner_id: lead.owner_id, limited: isLimited(lead) },
    ),
  );
  Opportunity.add(tx, record);
  return { record, isNew: true };
}

/** The first task with the opportunity, for whoever owns it, or else for who converted. */
async function followUp(tx: Transaction, lead: LeadRecord, opportunity: OpportunityRecord, { follow_up }: Definition) {
  const { activity_type, subject, days } = follow_up;
  const actor = useActor();
  const owner = await User.firstOwner([opportunity.owner_id, actor.type === "user" ? actor.id : null]);
  const activity = await Activity.prepare(
    {
      subject: `${subject}${opportunity.name}`.slice(0, 255),
      activity_type_id: activity_type,
      status: "NOT_STARTED",
      due_date: dayAfter(today(), days),
      ...(owner ? { assigned_to_id: owner } : {}),
    },
    { type: "opportunity", id: opportunity.id, owner: lead.personal_key_id },
  );
  Activity.add(tx, activity);
  return activity;
}

function born(
  lead: LeadRecord,
  { customer, contact, opportunity }: Parties & { opportunity: Party<OpportunityRecord> },
  { min_score, passed_over, rule, follow_up, input }: Judged & { rule: InForce<Definition>; follow_up: string; input: Input },
): ConversionRecord {
  return Records.born(
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
      ...Job.requested(),
    },
    { id: conversionId(lead) },
  );
}

/** A lead is converted once, so its conversion has an id that follows from it. */
export const conversionId = ({ id: lead, personal_key_id }: Pick<LeadRecord, "id" | "personal_key_id">): string =>
  derivedId(CONVERSION, timeOf(lead), lead, personal_key_id);

export const get = fn(z.strictObject({ id: text(64) }), async ({ id: lead }) =>
  Records.read(Conversions, conversionId(await Lead.read(lead))),
);

export * as Conversion from "./convert.ts";
