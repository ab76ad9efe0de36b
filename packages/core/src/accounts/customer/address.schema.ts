import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { master, oneLine, oneOf, type Shape, toStoredShape } from "../../kernel/schema.ts";
import { addressSystemFields, postalAddressFields } from "../../people/person/address.schema.ts";
import { defaultId } from "../../platform/master-data/master-id.ts";
import { CITIES, COUNTRIES, STATES } from "../../platform/master-data/shared.masters.ts";

const addressTypes = ["HEADQUARTERS", "BILLING", "SHIPPING", "BRANCH", "MAILING"] as const;

/** Fields of a customer's address that users write. */
export const addressFields = {
  type: oneOf(addressTypes),
  ...postalAddressFields,
  city_id: master(CITIES).nullish().describe("One of the tenant's cities, instead of city"),
  is_primary: z.boolean().optional().describe("The default address of its type; initially the first one"),
} satisfies Shape;

export const Address = z
  .object({
    id: z.string().describe("Unique within the customer"),
    ...toStoredShape(addressFields),
    is_primary: z.boolean(),
    ...addressSystemFields,
  })
  .meta({ id: "CustomerAddress" });
export type Address = z.output<typeof Address>;

/** A customer also shows its primary BILLING and SHIPPING addresses as flat fields. */
export const flatTypes = { billing: "BILLING", shipping: "SHIPPING" } as const;
export type FlatPrefix = keyof typeof flatTypes;

export const flatFields = {
  billing_street: postalAddressFields.address_line1,
  billing_city_id: personalData("location", master(CITIES).nullish()),
  billing_state_id: personalData("location", master(STATES).nullish()),
  billing_country_id: personalData("location", master(COUNTRIES).nullish()),
  billing_postal_code: personalData("location", oneLine(20).nullish()),
  shipping_street: postalAddressFields.address_line1,
  shipping_city_id: personalData("location", master(CITIES).nullish()),
  shipping_state_id: personalData("location", master(STATES).nullish()),
  shipping_country_id: personalData("location", master(COUNTRIES).nullish()),
  shipping_postal_code: personalData("location", oneLine(20).nullish()),
} satisfies Shape;

export type FlatAddresses = Readonly<Record<keyof typeof flatFields, string | null>>;

const toCountryId = (alpha2: string | null): string | null => alpha2 && defaultId(COUNTRIES, alpha2.toLowerCase());
const toStateId = (code: string | null): string | null => code && defaultId(STATES, code.toLowerCase().replace("-", "_"));

/** Returns the flat fields of the primary billing and shipping addresses. */
export function flattenAddresses(addresses: readonly Address[]): FlatAddresses {
  const toUse = (addressType: Address["type"]): Address | undefined =>
    addresses.find(({ type, is_primary }) => is_primary && type === addressType);
  const [billing, shipping] = [toUse("BILLING"), toUse("SHIPPING")];
  return {
    billing_street: billing?.address_line1 ?? null,
    billing_city_id: billing?.city_id ?? null,
    billing_state_id: toStateId(billing?.state ?? null),
    billing_country_id: toCountryId(billing?.country ?? null),
    billing_postal_code: billing?.postal_code ?? null,
    shipping_street: shipping?.address_line1 ?? null,
    shipping_city_id: shipping?.city_id ?? null,
    shipping_state_id: toStateId(shipping?.state ?? null),
    shipping_country_id: toCountryId(shipping?.country ?? null),
    shipping_postal_code: shipping?.postal_code ?? null,
  };
}
