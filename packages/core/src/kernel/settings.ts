import * as z from "zod";
import { oneOf, zone } from "./schema.ts";

/** A tenant's settings: every value has a default, so a stored tenant may lack any of them. */
export const Settings = z.object({
  rate_limit_per_minute: z
    .number()
    .int()
    .min(10)
    .max(10_000_000)
    .default(100)
    .describe("Requests a minute, for each user or API key"),
  timezone: zone().default("UTC"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "Not an ISO 4217 code")
    .meta({ examples: ["EUR"] })
    .default("USD"),
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/, "Not an ISO 3166-1 alpha-2 code")
    .meta({ examples: ["DE"] })
    .default("US")
    .describe("Reads phone numbers that were typed without a country"),
  visibility: oneOf(["own", "team", "all"])
    .default("own")
    .describe("Which records roles below MANAGER see; unassigned ones always"),
  new_lead_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  new_customer_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  new_opportunity_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  conversion_min_score: z.number().int().min(0).max(100).default(70),
  score_model: oneOf(["standard", "dynamic"]).default("standard"),
});

export type Settings = z.output<typeof Settings>;

/** Those of a tenant that has said nothing. */
export const usualSettings: Settings = Object.freeze(Settings.parse({}));
