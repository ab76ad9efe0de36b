import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import {
  id,
  instant,
  json,
  master,
  oneLine,
  oneOf,
  reference,
  tags,
  text,
  toStoredShape,
  typedReference,
  url,
} from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import { filterCount, LIVE } from "../../storage/read/counter.ts";
import { type BaseRecord, Collection, type CounterSums, indexBy } from "../../storage/table/collection.ts";
import { ACTIVITY } from "../activity/activity.kind.ts";
import { PERSON } from "../person/person.kind.ts";
import { INTERACTION } from "./interaction.kind.ts";
import { COMMUNICATION_CHANNELS, COMMUNICATION_TYPES, INTERACTION_TYPES } from "./interaction.masters.ts";
import { directions, feedbackTypes, judgementSources, sentiments } from "./interaction.rules.ts";
import { buildInteractionSums } from "./interaction-counters.rules.ts";

export const Participant = typedReference(
  z.strictObject({
    type: personalData("participant:relationship", oneOf(["user", "contact", "person"])),
    id: personalData("participant:reference", text(64).min(1)),
    role: personalData("participant:relationship", oneLine(100).nullish()),
  }),
  { user: USER, contact: CONTACT, person: PERSON },
);

/** The fields of an interaction that users write: a contact with a person on any channel. */
export const fields = {
  interaction_type_id: personalData("behavior", master(INTERACTION_TYPES)),
  communication_type_id: personalData(
    "behavior",
    master(COMMUNICATION_TYPES)
      .nullish()
      .describe("Means of communication")
      .meta(createHelp("Default: the one with the same code as the interaction type")),
  ),
  channel: master(COMMUNICATION_CHANNELS, "code").nullish(),
  direction: personalData("communication", oneOf(directions).nullish()),
  subject: personalData("communication", oneLine(255).nullish()),
  summary: personalData("communication", text(10_000).nullish()),
  notes: personalData("communication", text(50_000).nullish()),
  interaction_date: instant().optional().describe("If empty, now. At most one day ahead. Cannot be changed later"),
  duration_minutes: personalData("behavior", z.number().int().min(0).max(100_000).nullish()),
  outcome: personalData("communication", text(500).nullish()),
  sentiment: personalData("behavior", oneOf(sentiments).nullish()),
  sentiment_score: personalData("behavior", z.number().min(-1).max(1).nullish()),
  sentiment_source: personalData(
    "behavior",
    oneOf(judgementSources).default("MANUAL").describe("Source of the sentiment judgement"),
  ),
  feedback_type: personalData("behavior", oneOf(feedbackTypes).nullish()),
  channel_preference: personalData(
    "preference",
    master(COMMUNICATION_CHANNELS, "code").nullish().describe("The channel that the person requested"),
  ),
  recording_url: personalData("communication", url(500).nullish()),
  participants: z.array(Participant).max(50).default([]),
  lead_id: id(LEAD).nullish().describe("A lead of the same person"),
  customer_id: reference(CUSTOMER)
    .nullish()
    .meta(createHelp("Default: the customer of the person, if there is exactly one that the caller can see")),
  opportunity_id: reference(OPPORTUNITY).nullish(),
  ticket_id: reference(TICKET, { wasText: true }).nullish(),
  campaign_id: personalData("none", reference(CAMPAIGN, { wasText: true }).nullish()),
  metadata: json(32_768).nullish(),
  tags: tags().default([]),
  owner_id: id(USER).nullish().describe("The responsible user").meta(createHelp("Default: the caller")),
};

export const Judgement = z.object({
  sentiment: personalData("behavior", oneOf(sentiments).nullable()),
  sentiment_score: personalData("behavior", z.number().nullable()),
  at: personalData("behavior", instant()),
  by: personalData("staff", z.string()),
  source: personalData("behavior", oneOf(judgementSources)),
});

export const Stored = z.object({
  personal_key_id: id(PERSON).nullable().describe("null: the interaction was with the customer, not with a particular person"),
  ...toStoredShape(fields),
  interaction_date: personalData("behavior", instant()),
  interaction_day: personalData(
    "behavior",
    z.string().nullable().describe("The day of interaction_date in the tenant's time zone at the time of recording"),
  ),
  channel: personalData(
    "communication",
    master(COMMUNICATION_CHANNELS, "code").nullable().describe("A code, like channel_preference"),
  ),
  recorded_by: actor().describe("The user or system that recorded it"),
  sentiment_history: z.array(Judgement).describe("All judgements, the latest last; at most 100 are stored"),
  follow_up_activity_id: id(ACTIVITY).nullable().describe("The follow-up activity; the latest if there are several"),
});

/** The counter of the interactions of a person on a day. */
export const personDayKey = (person: string, day: string): string => `${person}@${day}`;
/** The counters of the interactions with a customer on a day, and of those with a person without a customer. */
export const customerDayKey = (customer: string, day: string): string => `with@${customer}@${day}`;
export const personAloneDayKey = (person: string, day: string): string => `alone@${person}@${day}`;

/** Returns the day on which the interaction counts. */
export const interactionDay = ({ interaction_date, interaction_day }: InteractionRecord): string =>
  interaction_day ?? interaction_date.slice(0, 10);

/**
 * Returns the counters to which the interaction adds: of its customer or else of the person without a customer, and those of its day by owner, type
 * and channel.
 */
function buildSums(interaction: InteractionRecord): CounterSums {
  const { customer_id, personal_key_id, interaction_type_id } = interaction;
  const day = interactionDay(interaction);
  const scope = customer_id ? customerDayKey(customer_id, day) : personal_key_id && personAloneDayKey(personal_key_id, day);
  return joinSums(
    { scopes: scope ? [scope] : [], counts: { [LIVE]: 1, [filterCount("type", interaction_type_id)]: 1 } },
    buildInteractionSums(interaction, day),
  );
}

export type InteractionRecord = z.output<typeof Stored> & BaseRecord;

export const Interactions = new Collection<InteractionRecord>({
  kind: INTERACTION,
  schema: Stored,
  personalData: {
    purpose: "Record contacts with a person, and what the person did.",
    subject: aboutPerson(
      reach("personal_key_id", PERSON),
      reach("lead_id", LEAD),
      reach("customer_id", CUSTOMER),
      reach("opportunity_id", OPPORTUNITY),
      reach("ticket_id", TICKET),
    ),
    others: { participant: aboutPerson(reachAny("participants[].id")) },
    recipients: ["webhook"],
  },
  row: [
    "personal_key_id",
    "interaction_type_id",
    "channel",
    "direction",
    "subject",
    "interaction_date",
    // Callers who see only some records count the days of the rows that they see.
    "interaction_day",
    "duration_minutes",
    "sentiment",
    "sentiment_score",
    "feedback_type",
    "lead_id",
    "customer_id",
    "opportunity_id",
    "ticket_id",
    "campaign_id",
    "owner_id",
    "recorded_by",
    "follow_up_activity_id",
    "tags",
  ],
  links: { names: { personal_key_id: "person", follow_up_activity_id: "follow_up" } },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("lead_id", { sparse: true }),
    by_status: indexBy("interaction_type_id"),
    by_related: indexBy("customer_id", { sparse: true }),
    by_class: indexBy("channel", { sparse: true }),
    by_outcome: indexBy("campaign_id", { sparse: true }),
  },
  subject: {
    groups: [
      { lead_id: LEAD, customer_id: CUSTOMER, opportunity_id: OPPORTUNITY, ticket_id: TICKET },
      { personal_key_id: PERSON },
    ],
  },
  parent: "personal_key_id",
  extraCounters: (interaction) =>
    interaction.personal_key_id ? [personDayKey(interaction.personal_key_id, interactionDay(interaction))] : [],
  sums: buildSums,
  filters: {
    lead: { index: "by_owner", field: "lead_id", hasOwnCounters: true },
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    opportunity: { field: "opportunity_id", hasOwnCounters: true },
    ticket: { field: "ticket_id", hasOwnCounters: true },
    campaign: { index: "by_outcome", field: "campaign_id", hasOwnCounters: true },
    type: { index: "by_status", field: "interaction_type_id" },
    channel: { index: "by_class", field: "channel" },
    direction: { field: "direction" },
  },
  archive: { objects: "records", lookupFields: ["lead_id", "customer_id", "campaign_id"] },
  // Ids are derived from the date, so the order of ids is the order of dates.
  sorts: { interaction_date: "by_time" },
  searchWords: ({ subject }) => textSearchWords(subject),
  migrations: [
    // Interactions of earlier releases have a customer only if a user named one. The others are looked up.
    (stored) => stored,
    // Tags of interactions of this shape, and their days by owner, were not counted. The stream consumer counts both when it processes the migrated
    // record. The oldest ones have no day.
    (stored) => ({ ...stored, interaction_day: stored.interaction_day ?? String(stored.interaction_date).slice(0, 10) }),
  ],
  migrateRecord: async (interaction, _tx, shape) =>
    shape === 1 ? (await import("./customer-inference.ts")).fillCustomer(interaction) : interaction,
});
