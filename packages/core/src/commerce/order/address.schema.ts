import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { name, type Shape, toStoredShape } from "../../kernel/schema.ts";
import { postalAddressFields } from "../../people/person/address.schema.ts";

/** The address of an order, as it was at the time of the order. */

const addressFields = {
  recipient: name(255).nullish().describe("If empty, the name of the customer"),
  ...postalAddressFields,
} satisfies Shape;

export const AddressInput = z.strictObject(addressFields);

export const OrderAddress = personalData("contact", z.object(toStoredShape(addressFields)).meta({ id: "OrderAddress" }));
export type OrderAddress = z.output<typeof OrderAddress>;

/** Returns the stored form of an address: empty fields are null. */
export const toOrderAddress = (input: z.output<typeof AddressInput>): OrderAddress => ({
  recipient: input.recipient ?? null,
  address_line1: input.address_line1 ?? null,
  address_line2: input.address_line2 ?? null,
  city: input.city ?? null,
  state: input.state ?? null,
  country: input.country ?? null,
  postal_code: input.postal_code ?? null,
});
