import { ContactAddressee } from "../../accounts/contact/addressee.ts";
import { CustomerAddressee } from "../../accounts/customer/addressee.ts";
import { useSettings } from "../../kernel/context.ts";
import { createLocaleFormat, type LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import type { Letter, QuoteRecord } from "./quote.entity.ts";

/** What stands around a quote on paper: who sends it, to whom. */

/** As it was when the customer got the quote; before that, as it is now. */
export const resolveLetter = async (quote: QuoteRecord): Promise<Letter> => quote.letter ?? (await composeLetter(quote));

/** To whom it goes. */
type Addressee = Pick<QuoteRecord, "customer_id" | "contact_id">;

/** The quote as it goes out: what stands around it stays from then on. */
export const withLetter = async (quote: QuoteRecord): Promise<QuoteRecord> => ({ ...quote, letter: await resolveLetter(quote) });

/** As it is now. */
export async function composeLetter(quote: Addressee): Promise<Letter> {
  const { letterhead } = useSettings();
  const { language, paper, footer, logo_upload_id } = letterhead;
  const [from, to] = await Promise.all([senderLines(letterhead.sender), recipientLines(quote, createLocaleFormat(language))]);
  return { language, paper, footer, logo_upload_id, from, to };
}

const senderLines = async (sender: readonly string[]): Promise<string[]> =>
  sender.length > 0 ? [...sender] : [(await Tenant.get({})).name];

/** The company, who of it, and where. */
async function recipientLines({ customer_id, contact_id }: Addressee, speech: LocaleFormat): Promise<string[]> {
  const [customer, person] = await Promise.all([
    CustomerAddressee.load(customer_id, speech.country),
    contact_id ? ContactAddressee.loadName(contact_id) : "",
  ]);
  if (!customer) return [];
  return [customer.name, ...(person && person !== customer.name ? [person] : []), ...customer.address];
}
