import * as z from "zod";

/** The rule by which a record got its territory. */
export const placementRule = z
  .object({
    rule_id: z.string(),
    number: z.number().int(),
    name: z.string().nullable(),
  })
  .nullable()
  .describe(
    "The version of the rule that gave the territory, and which of its rules (null: `otherwise`); null where a person did",
  );

export type PlacementRule = z.output<typeof placementRule>;
