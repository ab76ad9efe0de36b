import * as z from "zod";

/** A tenant's limits. Only the operator of the system sets them, not the tenant. */
export const Limits = z.object({
  requests_per_minute: z
    .number()
    .int()
    .min(10)
    .max(10_000_000)
    .default(100_000)
    .describe("The most that a tenant may set for each user or API key"),
  records_per_minute: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(60_000)
    .describe("Requests a minute that make something, of all users and keys together"),
  api_keys: z.number().int().min(0).max(1000).default(50).describe("API keys at a time"),
});
export type Limits = z.output<typeof Limits>;
