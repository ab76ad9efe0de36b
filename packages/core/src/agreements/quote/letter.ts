import { ContactAddressee } from "../../accounts/contact/addressee.ts";
import { CustomerAddressee } from "../../accounts/customer/addressee.ts";
import { useSettings } from "../../kernel/context.ts";
import { createLocaleFormat, type LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import type { Letter, QuoteRecord } from "./quote.entity.ts";

/** The letter of a quote: sender, recipient and letterhead. */

/** Returns the letter as it was when the customer got the quote, or as it is now. */
export const resolveLetter = async (quote: QuoteRecord): Promise<Letter> => quote.letter ?? (await composeLetter(quote));

/** The recipient. */
type Addressee = Pick<QuoteRecord, "customer_id" | "contact_id">;

/** Returns the quote with its letter stored, so that later renames do not change the document. */
export const withLetter = async (quote: QuoteRecord): Promise<QuoteRecord> => ({ ...quote, letter: await resolveLetter(quote) });

/** Composes the present letter. */
export async function composeLetter(quote: Addressee): Promise<Letter> {
  const { letterhead } = useSettings();
  const { language, paper, footer, logo_upload_id } = letterhead;
  const [from, to] = await Promise.all([senderLines(letterhead.sender), recipientLines(quote, createLocaleFormat(language))]);
  return { language, paper, footer, logo_upload_id, from, to };
}

const senderLines = async (sender: readonly string[]): Promise<string[]> =>
  sender.length > 0 ? [...sender] : [(await Tenant.get({})).name];

/** Returns company, contact person and address. */
async function recipientLines({ customer_id, contact_id }: Addressee, speech: LocaleFormat): Promise<string[]> {
  const [customer, person] = await Promise.all([
    CustomerAddressee.load(customer_id, speech.country),
    contact_id ? ContactAddressee.loadName(contact_id) : "",
  ]);
  if (!customer) return [];
  return [customer.name, ...(person && person !== customer.name ? [person] : []), ...customer.address];
}
