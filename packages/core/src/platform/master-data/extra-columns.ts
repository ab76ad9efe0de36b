import * as z from "zod";
import { amount, currency, id, json, master, money, oneLine, oneOf, phone, type Shape, text } from "../../kernel/schema.ts";
import { INSURANCE_TYPES } from "../../sales/lead/lead.masters.ts";
import { USER } from "../user/user.kind.ts";
import { COUNTRIES, STATES } from "./shared.masters.ts";
import { exitChecks, forecastCategories, requirableFields } from "./stage.rules.ts";

const count = () => z.number().int().min(0).max(1_000_000_000).nullish();

/** Columns that only some kinds have. */
export const extraColumns = {
  parent_id: text(64).nullish().describe("For trees: the parent value, by id or code"),
  is_final: z.boolean().default(false).describe("Whether it is an end state"),
  min_employees: count(),
  max_employees: count(),
  min_revenue: count(),
  max_revenue: count(),
  region: oneLine(100).nullish(),
  country: oneLine(100).nullish(),
  manager_id: id(USER).nullish(),
  currency_code: currency().nullish(),
  symbol: oneLine(10).nullish(),
  decimal_places: z.number().int().min(0).max(4).nullish(),
  country_id: master(COUNTRIES).nullish(),
  state_id: master(STATES).nullish(),
  zip_code: oneLine(20).nullish(),
  requires_legal_review: z.boolean().default(false).describe("Whether contracts of this type need a legal review first"),
  requires_duration: z.boolean().default(false),
  is_successful: z.boolean().default(false),
  default_duration_minutes: z.number().int().min(0).max(1440).nullish(),
  level: z.number().int().min(1).max(10).nullish(),
  is_trackable: z.boolean().default(false).describe("Whether a page, a mail or a download reports it automatically"),
  is_opt_in_required: z.boolean().default(false).describe("Whether consent is required before anything is sent on it"),
  street_address: oneLine(255).nullish(),
  city: oneLine(100).nullish(),
  phone: phone().nullish(),
  channel_type: oneOf(["PAID", "ORGANIC", "SOCIAL", "DIRECT", "EMAIL", "REFERRAL"]).nullish(),
  default_cost_per_click: money().nullish().describe("Price of a click, in the currency of the organization"),
  default_cost_per_impression: amount()
    .nullish()
    .describe("Price of 1,000 impressions (CPM), in the currency of the organization, with up to four decimal places"),
  probability: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("For an open stage, in percent; a won stage has 100, a lost one 0"),
  forecast_category: oneOf(forecastCategories).default("PIPELINE"),
  is_closed: z.boolean().default(false).describe("Whether records in this stage are closed; cannot be changed"),
  insurance_type_id: master(INSURANCE_TYPES).nullish(),
  versions: z
    .array(z.strictObject({ schema_version: z.number().int().min(1), schema: json(16_384) }))
    .max(20)
    .nullish()
    .describe(
      "JSON Schemas of the details, in the supported subset. A published version cannot be changed; a new one has the next number",
    ),
  category: oneLine(100).nullish(),
  is_preventable: z.boolean().default(false).describe("Whether it could have been prevented"),
  file_extensions: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[a-z0-9]{1,10}$/, "Must be an extension, such as pdf"),
    )
    .max(50)
    .nullish()
    .describe("File extensions that are allowed for this type; by default, any"),
  max_size_mb: z.number().int().min(1).max(100).nullish(),
  sla_hours: z.number().int().min(0).max(8760).nullish().describe("Hours within which a response is due"),
  required_fields: z
    .array(oneOf(requirableFields))
    .max(requirableFields.length)
    .nullish()
    .describe("Fields that an opportunity must have in this stage"),
  exit_checks: z
    .array(oneOf(exitChecks))
    .max(exitChecks.length)
    .nullish()
    .describe("Conditions that an opportunity must meet to leave this stage"),
  reason_type: oneOf(["WON", "LOST"]).default("LOST"),
  requires_details: z.boolean().default(false).describe("Whether this reason requires notes"),
  is_won: z.boolean().default(false).describe("For a closed stage: whether it is won; cannot be changed"),
  channel: oneOf(["email", "sms", "any"]).default("any").describe("The channel of the messages of a subscription type"),
  is_default_on: z
    .boolean()
    .default(true)
    .describe(
      "Whether people who have not answered for this type get its messages; an opt-in that the channel requires still applies",
    ),
  needs_double_opt_in: z
    .boolean()
    .default(false)
    .describe("Whether people who agree in a form must confirm it by the link of a mail before they get messages of this type"),
} satisfies Shape;
