import { ContactAddressee } from "../../accounts/contact/addressee.ts";
import { CustomerAddressee } from "../../accounts/customer/addressee.ts";
import { useSettings } from "../../kernel/context.ts";
import { createLocaleFormat, type LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import type { Letter } from "./letter.schema.ts";

/** The letter of a record: sender, recipient and letterhead. */

interface Addressee {
  customer_id: string;
  contact_id?: string | null;
}

type Addressed = Addressee & { letter: Letter | null };

/** Returns the letter as it was when the customer got the record, or as it is now. */
export const resolveLetter = async (record: Addressed): Promise<Letter> => record.letter ?? (await composeLetter(record));

/** Returns the record with its letter stored, so that later renames do not change the document. */
export const withLetter = async <R extends Addressed>(record: R): Promise<R> => ({
  ...record,
  letter: await resolveLetter(record),
});

/** Composes the present letter. A caller that stores an issued document must store the letter too. */
export async function composeLetter(addressee: Addressee): Promise<Letter> {
  const { letterhead, brand_color } = useSettings();
  const { language, paper, footer, logo_upload_id } = letterhead;
  const [from, to] = await Promise.all([senderLines(letterhead.sender), recipientLines(addressee, createLocaleFormat(language))]);
  return { language, paper, footer, logo_upload_id, brand_color, from, to };
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
