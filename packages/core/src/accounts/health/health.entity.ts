import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { PartInfo, RuleReference } from "../../sales/scoring/schemas.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { riskLevels } from "../customer/customer.rules.ts";
import { HEALTH } from "./health.kind.ts";

/** CREATED: the health that the customer began with. */
export const causes = ["CREATED", "FACTS", "TIME", "REQUESTED"] as const;

/** An entry of the health history of a customer: a score and its cause. */
export const Stored = z.object({
  customer_id: id(CUSTOMER),
  health_score: personalData("behavior", z.number().int()),
  previous_score: personalData("behavior", z.number().int().nullable()),
  risk_level: personalData("behavior", oneOf(riskLevels)),
  rule: personalData("none", RuleReference.describe("The rule version that computed the score")),
  parts: personalData("behavior", z.array(PartInfo).describe("Signals; the score is the sum of their points")),
  cause: personalData("behavior", oneOf(causes)),
  scored_at: personalData("behavior", instant()),
});

export type HealthRecord = z.output<typeof Stored> & BaseRecord;

export const HealthScores = new HistoryCollection<HealthRecord>({
  kind: HEALTH,
  schema: Stored,
  personalData: { purpose: "Warn users about customers who may leave.", subject: aboutPerson(reach("customer_id", CUSTOMER)) },
  row: ["customer_id", "health_score", "previous_score", "risk_level", "rule", "parts", "cause", "scored_at"],
  parent: "customer_id",
});
