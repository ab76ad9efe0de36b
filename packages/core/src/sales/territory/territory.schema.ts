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
    "The rule version that assigned the territory, and the matching rule in it (null: `otherwise`); null if a person assigned it",
  );

export type PlacementRule = z.output<typeof placementRule>;
