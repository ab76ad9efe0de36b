import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";

export const models = ["standard", "dynamic"] as const;
export type Model = (typeof models)[number];

/** How a lead got its score. */
export const scoreModels = [...models, "manual"] as const;

export const PartInfo = z.object({
  key: z.string(),
  label: z.string(),
  group: z.string(),
  points: z.number().int(),
  max: z.number().int().describe("Maximum points"),
  because: z.string(),
});

export const RuleReference = personalData(
  "none",
  z.object({
    kind: z.string(),
    id: z.string(),
    number: z.number().int().describe("0: the default rule"),
  }),
);

export const causes = ["CREATED", "FACTS", "TIME", "RULE", "REQUESTED", "MANUAL", "CLEARED"] as const;
export type Cause = (typeof causes)[number];
