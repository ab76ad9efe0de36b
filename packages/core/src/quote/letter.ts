import { Contacts } from "../contact/contact.entity.ts";
import { Customers } from "../customer/customer.entity.ts";
import { addressLines, letterAddressOf } from "../customer/letter.rules.ts";
import { type Speech, speechOf } from "../document/speech.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { nameOnLetter } from "../kernel/person-name.ts";
import { Records } from "../storage/write/records.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
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

async function senderLines(sender: readonly string[]): Promise<string[]> {
  if (sender.length > 0) return [...sender];
  const tenant = await Records.load(Tenants, useTenant());
  return tenant ? [tenant.name] : [];
}

/** The company, who of it, and where. */
async function recipientLines({ customer_id, contact_id }: Addressed, speech: Speech): Promise<string[]> {
  const [customer, contact] = await Promise.all([
    Records.leadingTo(Customers, customer_id),
    contact_id ? Records.leadingTo(Contacts, contact_id) : undefined,
  ]);
  if (!customer) return [];
  const name = customer.legal_name ?? customer.name;
  const person = contact && !contact.deleted_at ? nameOnLetter(contact) : "";
  const address = letterAddressOf(customer.addresses);
  return [name, ...(person && person !== name ? [person] : []), ...(address ? addressLines(address, speech.country) : [])];
}
