import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";

/** The schema of the conditions by which a level of an approval rule is reached. */
export const reachedConditions = () =>
  personalData(
    "financial",
    z
      .array(
        z.object({
          condition: z.string().describe("The property of the level"),
          field: z.string().nullable().describe("The value of the record that was compared"),
          value: z.string().nullable(),
          limit: z.string().nullable(),
          currency: z.string().nullable().describe("The currency of value and limit, if they are amounts"),
        }),
      )
      .describe("Why the level is reached"),
  );
