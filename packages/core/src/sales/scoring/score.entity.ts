import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf, text } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { LEAD } from "../lead/lead.kind.ts";
import { causes, PartInfo, RuleReference } from "./schemas.ts";
import { SCORE } from "./score.kind.ts";

/** An entry of the score history of a lead: a score and its cause. The first score is stored on the lead itself. */
export const Stored = z.object({
  lead_id: id(LEAD),
  personal_key_id: id(PERSON),
  lead_score: personalData("behavior", z.number().int()),
  previous_score: personalData("behavior", z.number().int().nullable()),
  rating: personalData("behavior", z.string().nullable()),
  score_model: personalData("behavior", z.string()),
  rule: RuleReference.nullable().describe(
    "The rule version that computed the score; null if a person set it, and for the first entry",
  ),
  parts: personalData(
    "behavior",
    z.array(PartInfo).describe("Parts of the score, which is the sum of their points; not stored for the first entry"),
  ),
  cause: personalData("behavior", oneOf(causes)),
  reason: text(500).nullable(),
  scored_at: personalData("behavior", instant()),
});

export type ScoreRecord = z.output<typeof Stored> & BaseRecord;

export const Scores = new HistoryCollection<ScoreRecord>({
  kind: SCORE,
  schema: Stored,
  personalData: {
    purpose: "Rank leads by their chance, and explain the rank.",
    subject: aboutPerson(reach("lead_id", LEAD), reach("personal_key_id", PERSON)),
  },
  row: [
    "lead_id",
    "personal_key_id",
    "lead_score",
    "previous_score",
    "rating",
    "score_model",
    "rule",
    "parts",
    "cause",
    "reason",
    "scored_at",
  ],
  parent: "lead_id",
});
