import * as z from "zod";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { riskLevels } from "../customer/customer.rules.ts";
import { id, instant, oneOf } from "../kernel/schema.ts";
import { PartShown, RuleNamed } from "../score/shapes.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { History } from "../storage/table/history.ts";
import { HEALTH } from "./health.domain.ts";

export const causes = ["FACTS", "TIME", "REQUESTED"] as const;

/** A health that a customer was found in, and why (seed 001, `customer_health_scores`). */
export const Stored = z.object({
  customer_id: id(CUSTOMER),
  health_score: z.number().int(),
  previous_score: z.number().int().nullable(),
  risk_level: oneOf(riskLevels),
  rule: RuleNamed.describe("The version that made it"),
  parts: z.array(PartShown).describe("Signals; their points are its sum"),
  cause: oneOf(causes),
  scored_at: instant(),
});

export type HealthRecord = z.output<typeof Stored> & BaseRecord;

export const Healths = new History<HealthRecord>({
  kind: HEALTH,
  schema: Stored,
  row: ["customer_id", "health_score", "previous_score", "risk_level", "rule", "parts", "cause", "scored_at"],
  parent: "customer_id",
});
