import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { Tenant } from "../../support/app.ts";

/** Helpers for tests of quotes. */

export type Client = Tenant["admin"];

let recordCount = 0;

export const createCustomer = async (as: Client, more: object = {}) =>
  (await as.createCustomer({ name: `Fjord ${++recordCount}`, ...more })).data.id;

export const createOpportunity = async (as: Client, more: object = {}) =>
  (await as.createOpportunity({ name: "Fleet", customer_id: await createCustomer(as), currency: "EUR", ...more })).data;

export const createProduct = async (as: Client, more: object = {}) =>
  (await as.createProduct({ name: `Boat ${++recordCount}`, unit_price: "100.00", currency: "EUR", ...more })).data.id;

export const line = { description: "Hull survey", quantity: "1", unit_price: "100.00" };

export const createQuote = async (as: Client, { customer_id, opportunity_id, ...more }: Record<string, unknown> = {}) => {
  const party = opportunity_id ? { opportunity_id } : { customer_id: customer_id ?? (await createCustomer(as)) };
  return (await allowAnyInput(as).createQuote({ currency: "EUR", line_items: [line], ...party, ...more })).data;
};

/** Creates a quote that was presented to the customer. */
export async function createPresentedQuote(as: Client, more: Record<string, unknown> = {}) {
  const { id } = await createQuote(as, more);
  await as.submitQuote({ id });
  await as.sendQuote({ id, to: "buyer@mail.example" });
  return (await as.presentQuote({ id })).data;
}

/** The status of a rejected request and the fields that it names. */
export const readRejection = async (asked: Promise<unknown>) =>
  asked.then(
    () => "went through",
    ({ status, details }: { status: number; details?: { field: string }[] }) => [
      status,
      (details ?? []).map(({ field }) => field),
    ],
  );

export const listIds = ({ data }: { data: readonly { id: string }[] }) => data.map(({ id }) => id);
