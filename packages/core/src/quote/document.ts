import { createHash } from "node:crypto";
import { Contacts } from "../contact/contact.entity.ts";
import { Customers } from "../customer/customer.entity.ts";
import { addressLines, letterAddressOf } from "../customer/letter.rules.ts";
import type { BusinessDocument } from "../document/document.ts";
import { type Speech, speechOf } from "../document/speech.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { languageOf } from "../kernel/language.ts";
import { wholeName } from "../kernel/person-name.ts";
import { Records } from "../storage/write/records.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { blocksOf, type Tongue } from "./document.rules.ts";
import type { QuoteRecord } from "./quote.entity.ts";
import { words } from "./words.ts";

/** A language as it is spoken here: the one that is asked for, or that of the letterhead. */
export function tongueOf(wanted?: string | null): Tongue {
  const language = [wanted, useSettings().letterhead.language].find((tag) => tag && languageOf(tag)) ?? "en";
  return { speech: speechOf(language), words: words[languageOf(language) ?? "en"] };
}

/**
 * A quote as its customer gets it, in a language by its tag of BCP 47. Whoever asks sees the quote: customer and contact stand in it by
 * name and address, also where they belong to somebody else. Its id is that of the quote with a hash of all that it says.
 */
export async function documentOf(quote: QuoteRecord, language?: string | null): Promise<BusinessDocument> {
  const tongue = tongueOf(language);
  const title = `${tongue.words.quote} ${quote.quote_number}`;
  return letterOf(quote, tongue, { title, day: quote.quote_date, blocks: blocksOf(quote, tongue) });
}

interface Said {
  title: string;
  day: string;
  blocks: BusinessDocument["blocks"];
}

type Addressed = Pick<QuoteRecord, "id" | "customer_id" | "contact_id">;

/** What is said to a customer, below the tenant's letterhead. */
export async function letterOf(to_whom: Addressed, tongue: Tongue, { title, day, blocks }: Said): Promise<BusinessDocument> {
  const { letterhead } = useSettings();
  const [from, to] = await Promise.all([senderLines(), recipientLines(to_whom, tongue.speech)]);
  const said = {
    language: tongue.speech.language,
    title,
    at: `${day}T00:00:00.000Z`,
    paper: letterhead.paper,
    ...(from[0] ? { author: from[0] } : {}),
    header: { from, to },
    blocks,
    ...(letterhead.footer ? { footer: letterhead.footer } : {}),
  };
  return { ...said, id: `${to_whom.id}/${digestOf(said)}` };
}

const hashOf = (what: string | Uint8Array): string => createHash("sha256").update(what).digest("hex");

/** Of pictures their bytes. */
const digestOf = (said: object): string =>
  hashOf(JSON.stringify(said, (_field, value: unknown) => (value instanceof Uint8Array ? hashOf(value) : value)));

async function senderLines(): Promise<string[]> {
  const { sender } = useSettings().letterhead;
  if (sender.length > 0) return sender;
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
  const person = contact && !contact.deleted_at ? wholeName(contact) : "";
  const address = letterAddressOf(customer.addresses);
  return [name, ...(person && person !== name ? [person] : []), ...(address ? addressLines(address, speech.country) : [])];
}
