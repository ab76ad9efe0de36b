import { createHash } from "node:crypto";
import type { BusinessDocument } from "../document/document.ts";
import { speechOf } from "../document/speech.ts";
import { languageOf } from "../kernel/language.ts";
import { Letterhead } from "../tenant/letterhead.ts";
import { blocksOf, type Tongue } from "./document.rules.ts";
import { letterOf } from "./letter.ts";
import type { Letter, QuoteRecord } from "./quote.entity.ts";
import { words } from "./words.ts";

/** A language as it is spoken here: the first of the tags that is one of ours, or else English. */
export function tongueOf(...tags: readonly (string | null | undefined)[]): Tongue {
  const language = tags.find((tag) => tag && languageOf(tag)) ?? "en";
  return { speech: speechOf(language), words: words[languageOf(language) ?? "en"] };
}

/**
 * A quote as its customer gets it, in a language by its tag of BCP 47, or else in that of the letterhead. Whoever asks sees the quote:
 * customer and contact stand in it by name and address, also where they belong to somebody else.
 */
export async function documentOf(quote: QuoteRecord, language?: string | null): Promise<BusinessDocument> {
  return (await outlineOf(quote, language)).whole();
}

/** A document before its logo is read. */
export interface Outline {
  /** SHA-256 of all that it says, in hexadecimal digits. */
  digest: string;
  file_name: string;
  whole(): Promise<BusinessDocument>;
}

export async function outlineOf(quote: QuoteRecord, wanted?: string | null): Promise<Outline> {
  const letter = await letterOf(quote);
  const tongue = tongueOf(wanted, letter.language);
  const title = `${tongue.words.quote} ${quote.quote_number}`;
  return outlined(quote.id, {
    title,
    day: quote.quote_date,
    blocks: blocksOf(quote, tongue),
    letter,
    language: tongue.speech.language,
  });
}

/** What a record says to a customer. */
interface Written {
  language: string;
  title: string;
  day: string;
  blocks: BusinessDocument["blocks"];
  letter: Letter;
}

/** Its id is that of the record with a hash of all that it says: it is the same as long as that is. */
export function outlined(id: string, written: Written): Outline {
  const { letter } = written;
  const said = saidOf(written);
  const digest = hashOf(JSON.stringify([said, letter.logo_upload_id], (_field, value: unknown) => hashed(value)));
  return {
    digest,
    file_name: `${said.title}.pdf`,
    whole: async () => ({ ...(await withLogo(said, letter)), id: `${id}/${digest}` }),
  };
}

const hashOf = (what: string | Uint8Array): string => createHash("sha256").update(what).digest("hex");

/** Of pictures their bytes. */
const hashed = (value: unknown): unknown => (value instanceof Uint8Array ? hashOf(value) : value);

type Said = Omit<BusinessDocument, "id">;

const saidOf = ({ language, title, day, blocks, letter: { paper, from, to, footer } }: Written): Said => ({
  language,
  title,
  at: `${day}T00:00:00.000Z`,
  paper,
  ...(from[0] ? { author: from[0] } : {}),
  header: { from, to },
  blocks,
  ...(footer ? { footer } : {}),
});

async function withLogo(said: Said, { logo_upload_id, from }: Letter): Promise<Said> {
  const bytes = logo_upload_id ? await Letterhead.logoOf(logo_upload_id) : undefined;
  return bytes ? { ...said, header: { ...said.header, logo: { bytes, alt: from[0] ?? "" } } } : said;
}
