import * as z from "zod";

/** What the check of a mail finds. */

const findingCodes = [
  "unfilled_merge_field",
  "dead_link",
  "unchecked_link",
  "placeholder_address",
  "broken_link",
  "insecure_link",
  "missing_alt",
  "no_postal_address",
  "no_unsubscribe",
  "too_large",
  "no_text",
  "outdated_brand",
] as const;

export const Finding = z.object({
  code: z.enum(findingCodes),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  field: z.string().nullable().describe("The path in the template, such as blocks[2].url"),
});

export type Finding = z.output<typeof Finding>;
