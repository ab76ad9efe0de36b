import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";

/** The rule by which a record got its territory. */
export const placementRule = personalData(
  "none",
  z
    .object({
      rule_id: z.string(),
      number: z.number().int(),
      name: z.string().nullable(),
    })
    .nullable()
    .describe(
      "The rule version that assigned the territory, and the matching rule in it (null: `otherwise`); null if a person assigned it",
    ),
);

export type PlacementRule = z.output<typeof placementRule>;
