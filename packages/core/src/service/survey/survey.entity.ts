import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { date, id, instant, master, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { TICKET, TICKET_SURVEY } from "../ticket/ticket.kind.ts";
import { buildSatisfactionSums } from "./satisfaction.rules.ts";
import { causes, computeClocks, isLow, surveyStatuses } from "./survey.rules.ts";

/** The questions: rating, comments and NPS. */
export const answerFields = {
  rating: personalData("behavior", z.number().int().min(1).max(5)),
  comments: personalData("communication", text(2000).nullish()),
  nps: personalData(
    "behavior",
    z.number().int().min(0).max(10).nullish().describe("Likelihood of a recommendation, from 0 to 10"),
  ),
};

/** The agent, team and category of the ticket when it was resolved. The answer counts for them. */
const creditFields = toStoredShape({
  agent_id: id(USER).nullish().describe("Assignee of the ticket"),
  team_id: personalData("none", id(TEAM).nullish()),
  category_id: personalData("none", master(TICKET_CATEGORIES).nullish()),
});

export const Stored = z.object({
  ticket_id: id(TICKET),
  ticket_number: personalData("identifier", z.string()),
  personal_key_id: id(PERSON).describe("The requester, who receives the survey"),
  ...creditFields,
  status: personalData("behavior", oneOf(surveyStatuses)),
  cancelled_because: oneOf(causes).nullable(),
  ...toStoredShape({ ...answerFields, rating: answerFields.rating.nullish() }),
  resolved_at: personalData("none", instant().describe("Resolution that the survey is about")),
  send_at: personalData("none", instant()),
  sent_at: personalData("behavior", instant().nullable()),
  reminded_at: personalData("none", instant().nullable()),
  answered_at: personalData("behavior", instant().nullable().describe("Last")),
  answered_day: personalData(
    "none",
    date().nullable().describe("Day of answered_at in the tenant's time zone; reports count the answer on this day"),
  ),
  expires_at: personalData("none", instant().nullable().describe("Until when the survey can be answered and the answer changed")),
  language: personalData("preference", z.string().nullable().describe("null: the language of the letterhead")),
  sent_version: z.number().int().describe("Version of this record that the last sending created"),
});

export type SurveyRecord = z.output<typeof Stored> & BaseRecord;

export const Surveys = new Collection<SurveyRecord>({
  kind: TICKET_SURVEY,
  schema: Stored,
  personalData: {
    purpose: "Ask persons how satisfied they are with support.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reach("ticket_id", TICKET)),
    recipients: ["mail", "link"],
  },
  row: [
    "ticket_id",
    "ticket_number",
    "personal_key_id",
    "agent_id",
    "team_id",
    "category_id",
    "status",
    "rating",
    "nps",
    "sent_at",
    "answered_at",
    // The row has the day, because daily counters are recounted from rows.
    "answered_day",
    "expires_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("agent_id", { sparse: true }),
    by_status: indexBy("status"),
    by_related: indexBy("rating", { sparse: true }),
    by_class: indexBy("category_id", { sparse: true }),
    by_outcome: indexBy("team_id", { sparse: true }),
  },
  visibleWith: "ticket_id",
  filters: {
    agent: { index: "by_owner", field: "agent_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
    rating: { index: "by_related", field: "rating" },
    category: { index: "by_class", field: "category_id", hasOwnCounters: true },
    team: { index: "by_outcome", field: "team_id", hasOwnCounters: true },
  },
  sums: buildSatisfactionSums,
  internal: ["sent_version"],
  clocks: {
    sending: (survey) => computeClocks(survey).sending,
    reminder: (survey) => computeClocks(survey).reminder,
    expiry: (survey) => computeClocks(survey).expiry,
  },
  events: {
    sent: (after, before) => after.sent_at !== null && after.sent_at !== (before?.sent_at ?? null),
    reminded: (after, before) => after.reminded_at !== null && after.reminded_at !== (before?.reminded_at ?? null),
    answered: (after, before) => after.answered_at !== (before?.answered_at ?? null),
    rated_low: (after, before) => isLow(after) && !(before && isLow(before)),
  },
  sensitivity: "confidential",
});
