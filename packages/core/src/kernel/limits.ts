import * as z from "zod";

/** A tenant's limits. Only the operator of the system sets them, not the tenant. */
export const Limits = z.object({
  requests_per_minute: z
    .number()
    .int()
    .min(10)
    .max(10_000_000)
    .default(100_000)
    .describe("The highest request limit that a tenant can set for each user or API key"),
  records_per_minute: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(60_000)
    .describe("Create requests per minute, across all users and API keys"),
  api_keys: z.number().int().min(0).max(1000).default(50).describe("Maximum number of API keys at a time"),
});
export type Limits = z.output<typeof Limits>;
