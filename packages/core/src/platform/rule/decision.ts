import * as z from "zod";

/** How a rule decides about one record: which of its entries apply, and the values that their conditions were compared with. */

const Condition = z.object({
  condition: z.string().describe("The property of the entry, such as `discount_from`"),
  field: z.string().nullable().describe("The compared value, such as `highest_line_percent`; null: the condition always holds"),
  value: z.string().nullable().describe("null: the record has no such value"),
  limit: z.string().nullable().describe("The required value, in the form of `value`; null: none for this record"),
  currency: z.string().nullable().describe("Of `value` and `limit`, if they are amounts"),
  holds: z.boolean(),
});

const Entry = z.object({
  path: z.string().describe("The entry in the definition, such as `levels[1]`"),
  name: z.string(),
  applies: z.boolean().describe("Whether the decision follows from this entry"),
  conditions: z.array(Condition).describe("The conditions that the entry has; one that holds is enough"),
});
export type DecisionEntry = z.output<typeof Entry>;

const Part = z.object({
  key: z.string(),
  label: z.string(),
  points: z.number().int(),
  max: z.number().int().describe("Maximum points"),
  because: z.string(),
});

/** What a kind of rule explains of a decision. */
const explanationFields = {
  entries: z.array(Entry).optional().describe("For approvals: the entries in their order"),
  parts: z.array(Part).optional().describe("For scores: the parts, whose sum is the score"),
};

export const Decision = z.object({
  record_id: z.string(),
  title: z.string(),
  result: z.string(),
  ...explanationFields,
});
export type Decision = z.output<typeof Decision>;
export type Explanation = Pick<Decision, "entries" | "parts">;
