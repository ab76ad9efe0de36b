import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { instant, oneLine, outputInstant, type Shape } from "../../kernel/schema.ts";

/** The location fields of addresses of persons and customers, as users write them. */
export const postalAddressFields = {
  address_line1: personalData("location", oneLine(255).nullish()),
  address_line2: oneLine(255).nullish(),
  city: oneLine(100).nullish(),
  state: oneLine(100).nullish().describe("A subdivision of the country by its ISO 3166-2 code or name"),
  country: oneLine(100).nullish().describe("ISO 3166-1 code or name; defaults to the tenant's country"),
  postal_code: oneLine(20)
    .meta({ examples: ["10115"] })
    .nullish(),
} satisfies Shape;

/** The fields that the system computes for an address. */
export const addressSystemFields = {
  is_postal_code_valid: z
    .boolean()
    .nullable()
    .describe("Whether the postal code is valid for the country; null if unknown, and on addresses of earlier releases"),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  is_verified: z.boolean(),
  verified_at: instant().nullable(),
  created_at: outputInstant(),
  updated_at: outputInstant(),
};
