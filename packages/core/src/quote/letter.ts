import { AddressedContact } from "../contact/addressed.ts";
import { AddressedCustomer } from "../customer/addressed.ts";
import { type Speech, speechOf } from "../document/speech.ts";
import { useSettings } from "../kernel/context.ts";
import { Tenant } from "../tenant/tenant.ts";
import type { Letter, QuoteRecord } from "./quote.entity.ts";

/** What stands around a quote on paper: who sends it, to whom. */

/** As it was when the customer got the quote; before that, as it is now. */
export const letterOf = async (quote: QuoteRecord): Promise<Letter> => quote.letter ?? (await letterNow(quote));

/** To whom it goes. */
type Addressed = Pick<QuoteRecord, "customer_id" | "contact_id">;

/** The quote as it goes out: what stands around it stays from then on. */
export const issued = async (quote: QuoteRecord): Promise<QuoteRecord> => ({ ...quote, letter: await letterOf(quote) });

/** As it is now. */
export async function letterNow(quote: Addressed): Promise<Letter> {
  const { letterhead } = useSettings();
  const { language, paper, footer, logo_upload_id } = letterhead;
  const [from, to] = await Promise.all([senderLines(letterhead.sender), recipientLines(quote, speechOf(language))]);
  return { language, paper, footer, logo_upload_id, from, to };
}

const senderLines = async (sender: readonly string[]): Promise<string[]> =>
  sender.length > 0 ? [...sender] : [(await Tenant.get({})).name];

/** The company, who of it, and where. */
async function recipientLines({ customer_id, contact_id }: Addressed, speech: Speech): Promise<string[]> {
  const [customer, person] = await Promise.all([
    AddressedCustomer.of(customer_id, speech.country),
    contact_id ? AddressedContact.of(contact_id) : "",
  ]);
  if (!customer) return [];
  return [customer.name, ...(person && person !== customer.name ? [person] : []), ...customer.address];
}
