import { createHash } from "node:crypto";
import { matchLanguage } from "../../kernel/language.ts";
import type { BusinessDocument } from "../../lib/pdf/document.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { Letterhead } from "../../platform/tenant/letterhead.ts";
import { buildBlocks, type Locale } from "./document.rules.ts";
import { translationsFor } from "./i18n.ts";
import { resolveLetter } from "./letter.ts";
import type { Letter, QuoteRecord } from "./quote.entity.ts";

/** Returns the locale of the first tag that names a supported language, or English. */
export function resolveLocale(...tags: readonly (string | null | undefined)[]): Locale {
  const language = tags.find((tag) => tag && matchLanguage(tag)) ?? "en";
  return { speech: createLocaleFormat(language), words: translationsFor(language) };
}

/**
 * Builds the document of a quote. The language is a BCP 47 tag; the default is that of the letterhead. The caller must have checked that the reader
 * sees the quote. Name and address of customer and contact are included without a check.
 */
export async function renderDocument(quote: QuoteRecord, language?: string | null): Promise<BusinessDocument> {
  return (await outlineQuote(quote, language)).render();
}

/** A document whose logo is not loaded yet. */
export interface Outline {
  /** SHA-256 of the content, in hexadecimal. */
  digest: string;
  file_name: string;
  render(): Promise<BusinessDocument>;
}

export async function outlineQuote(quote: QuoteRecord, wanted?: string | null): Promise<Outline> {
  const letter = await resolveLetter(quote);
  const tongue = resolveLocale(wanted, letter.language);
  const title = `${tongue.words.quote} ${quote.quote_number}`;
  return buildOutline(quote.id, {
    title,
    day: quote.quote_date,
    blocks: buildBlocks(quote, tongue),
    letter,
    language: tongue.speech.language,
  });
}

/** The content that a record shows to a customer. */
interface DocumentContent {
  language: string;
  title: string;
  day: string;
  blocks: BusinessDocument["blocks"];
  letter: Letter;
}

/** Builds an outline. The document id is the record id and the hash of the content, so equal content has an equal id. */
export function buildOutline(id: string, written: DocumentContent): Outline {
  const { letter } = written;
  const said = buildBody(written);
  const digest = computeHash(JSON.stringify([said, letter.logo_upload_id], (_field, value: unknown) => hashBinary(value)));
  return {
    digest,
    file_name: `${said.title}.pdf`,
    render: async () => ({ ...(await withLogo(said, letter)), id: `${id}/${digest}` }),
  };
}

const computeHash = (what: string | Uint8Array): string => createHash("sha256").update(what).digest("hex");

/** Replaces binary values, such as pictures, by their hash. */
const hashBinary = (value: unknown): unknown => (value instanceof Uint8Array ? computeHash(value) : value);

type DocumentBody = Omit<BusinessDocument, "id">;

const buildBody = ({ language, title, day, blocks, letter: { paper, from, to, footer } }: DocumentContent): DocumentBody => ({
  language,
  title,
  at: `${day}T00:00:00.000Z`,
  paper,
  ...(from[0] ? { author: from[0] } : {}),
  header: { from, to },
  blocks,
  ...(footer ? { footer } : {}),
});

async function withLogo(said: DocumentBody, { logo_upload_id, from }: Letter): Promise<DocumentBody> {
  const bytes = logo_upload_id ? await Letterhead.readLogo(logo_upload_id) : undefined;
  return bytes ? { ...said, header: { ...said.header, logo: { bytes, alt: from[0] ?? "" } } } : said;
}
