import * as z from "zod";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { isFailure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, storedDate, text } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import * as Identity from "../../people/person/identity.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { ConversionRule, listMandatoryGaps, listWaivableGaps } from "./conversion.rules.ts";
import { Conversion } from "./lead-conversion.ts";
import { findContacts, findCustomer, isBusiness, loadNamed, requireVisible } from "./parties.ts";

/** Says what the conversion of a lead would create, and what is missing for it. It writes nothing. */

const Preview = z.strictObject({
  id: text(64),
  customer_id: id(CUSTOMER).optional().describe("The customer that the conversion would name. Default: the one that it finds"),
});

const party = (kind: typeof CUSTOMER | typeof CONTACT) =>
  z.object({ id: id(kind).nullable().describe("null: a new record"), name: z.string() });

export const Info = z.object({
  customer: party(CUSTOMER),
  contact: party(CONTACT),
  opportunity: z.object({
    id: id(OPPORTUNITY).nullable().describe("The open opportunity of the lead; null: a new one"),
    name: z.string(),
    amount: z.string().nullable(),
    currency: z.string(),
    close_date: storedDate().nullable(),
    stage_id: z.string().nullable(),
  }),
  follow_up: z.object({
    activity_type: z.string().describe(`Code of the type of the ${ACTIVITY.name}`),
    subject: z.string(),
    due_date: storedDate(),
    assigned_to_id: z.string().nullable(),
  }),
  gaps: z
    .array(
      z.object({
        field: z.string(),
        message: z.string(),
        can_waive: z.boolean().describe("Whether a reason of those in override_users makes up for it"),
      }),
    )
    .describe("Missing values and records that the conversion requires"),
  lead_score: z.number().int(),
  min_score: z.number().int(),
  qualified_passes: z.boolean().describe("Whether the lead needs no minimum score once it is set to qualified"),
  can_override: z.boolean().describe("Whether the caller may waive gaps with a reason"),
  override_users: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .describe("Other users who may waive gaps, at most five; directors come first"),
});

const MAX_OVERRIDE_USERS = 5;

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;
type Gap = z.output<typeof Info>["gaps"][number];

export const preview = fn(Preview, async ({ id: leadId, customer_id }): Promise<z.output<typeof Info>> => {
  const [rule, lead] = await Promise.all([loadActiveRule(ConversionRule), Lead.read(leadId)]);
  Conversion.requireUnconverted(lead);
  const { definition } = rule;
  const min_score = Conversion.readMinScore(definition);
  const [parties, { owner_id, ...opportunity }, override_users] = await Promise.all([
    findParties(lead, customer_id),
    findOpportunity(lead, definition),
    listOverrideUsers(),
  ]);
  return {
    customer: parties.customer,
    contact: parties.contact,
    opportunity,
    follow_up: {
      activity_type: definition.follow_up.activity_type,
      ...(await Conversion.buildFollowUp({ name: opportunity.name, owner_id }, definition.follow_up)),
    },
    gaps: [
      ...parties.gaps,
      ...listMandatoryGaps(lead).map((gap) => ({ ...gap, can_waive: false })),
      ...listWaivableGaps(lead, definition, min_score).map((gap) => ({ ...gap, can_waive: true })),
    ],
    lead_score: lead.lead_score,
    min_score,
    qualified_passes: definition.qualified_passes ?? false,
    can_override: hasRole(...Conversion.overrideRoles),
    override_users,
  };
});

interface Found {
  id: string | null;
  name: string;
}

/** Names the customer and the contact. A record that the caller does not see is a gap, which names the user to ask. */
async function findParties(lead: LeadRecord, customerId: string | undefined) {
  const gaps: Gap[] = [];
  const person = await Identity.resolveMerged(lead.personal_key_id);
  if (!person || person.deleted_at) throw notFound();
  const persons = Identity.listIds(person);
  const leadName = lead.display_name ?? lead.lead_number;
  const collectGap = (error: unknown): void => {
    if (!isFailure(error, "CONFLICT")) throw error;
    gaps.push({ field: error.details[0]?.field ?? "customer_id", message: error.message, can_waive: false });
  };
  const match = customerId
    ? (await loadNamed({ id: lead.id, customer_id: customerId })).customer
    : (await findCustomer(lead, persons)).customer;
  const newName = isBusiness(lead) ? (lead.company as string).trim() : leadName;
  const customer: Found = { id: match?.id ?? null, name: match?.name ?? newName };
  if (match && !customerId) await requireVisible(match).catch(collectGap);
  const { customerContact, leadContact } = await findContacts(lead, persons, match?.id ?? lead.id);
  const existing = customerContact ?? leadContact;
  if (existing) await requireVisible(existing).catch(collectGap);
  const contact: Found = { id: existing?.id ?? null, name: existing?.display_name ?? leadName };
  const isHidden = ({ id: hiddenId }: Found, field: string): boolean =>
    hiddenId !== null && gaps.some((gap) => gap.field === field);
  return {
    customer: isHidden(customer, "customer_id") ? { id: null, name: newName } : customer,
    contact: isHidden(contact, "contact_id") ? { id: null, name: leadName } : contact,
    gaps,
  };
}

async function findOpportunity(lead: LeadRecord, definition: Parameters<typeof Conversion.buildOpportunityDefaults>[1]) {
  const existing = await Opportunity.findOpenByLead(lead.id);
  if (existing) {
    const { id: opportunityId, name, amount, currency, close_date, stage_id, owner_id } = existing;
    return { id: opportunityId, name, amount, currency, close_date, stage_id, owner_id };
  }
  const stage = await Master.findFirst(OPPORTUNITY_STAGES, ({ is_closed }) => !is_closed);
  return {
    id: null,
    ...Conversion.buildOpportunityDefaults(lead, definition),
    currency: lead.currency,
    stage_id: stage?.id ?? null,
    owner_id: lead.owner_id,
  };
}

/** Lists other users who may waive requirements. */
async function listOverrideUsers(): Promise<z.output<typeof Info>["override_users"]> {
  const lists = await Promise.all((["DIRECTOR", "ADMIN"] as const).map((role) => Directory.listByRole(role)));
  const ids = [...new Set(lists.flat())].filter((userId) => userId !== useActorId()).slice(0, MAX_OVERRIDE_USERS);
  const names = await Directory.loadNames(ids);
  return ids.flatMap((userId) => {
    const name = names.get(userId);
    return name === undefined ? [] : [{ id: userId, name }];
  });
}

export * as ConversionPreview from "./preview.ts";
