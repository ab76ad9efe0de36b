import { ContactAddressee } from "../../accounts/contact/addressee.ts";
import { formatAddressLines } from "../../accounts/customer/letter.rules.ts";
import type { Letter } from "../../agreements/letterhead/letter.schema.ts";
import { composeLetter } from "../../agreements/letterhead/letter.ts";
import { resolveLocale } from "../../agreements/letterhead/locale.ts";
import { buildOutline, type Outline } from "../../agreements/letterhead/outline.ts";
import type { PageSummary } from "../../agreements/share-link/offerable.ts";
import { useSettings } from "../../kernel/context.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { translationsFor as afterSalesWords } from "../after-sales/i18n.ts";
import type { OrderRecord } from "../order/order.entity.ts";
import { buildConfirmation, buildPage, type OrderLocale, type OrderProgress, summarizeOrder } from "./document.rules.ts";
import { translationsFor } from "./i18n.ts";

/**
 * Builds the documents of an order. The language is a BCP 47 tag; the default is that of the letterhead. The caller must have checked that the reader
 * sees the order.
 */

/** Outlines the confirmation: what the customer has agreed to. */
export async function outlineConfirmation(order: OrderRecord, language?: string | null): Promise<Outline> {
  const letter = await composeOrderLetter(order);
  const locale = resolveOrderLocale(letter, language);
  const title = order.status === "DRAFT" ? locale.order.order : locale.order.confirmation;
  return outline(order, { letter, locale, title, blocks: buildConfirmation(order, locale) });
}

/** Outlines the customer's page, which also shows deliveries and payments. */
export async function outlinePage(
  order: OrderRecord,
  progress: OrderProgress,
  language?: string | null,
): Promise<Outline & { summary: PageSummary | undefined }> {
  const letter = await composeOrderLetter(order);
  const locale = resolveOrderLocale(letter, language);
  const page = outline(order, { letter, locale, title: locale.order.order, blocks: buildPage(order, progress, locale) });
  return { ...page, summary: summarizeOrder(order, locale) };
}

interface Content {
  letter: Letter;
  locale: OrderLocale;
  title: string;
  blocks: ReturnType<typeof buildPage>;
}

const outline = ({ id, order_number, order_date }: OrderRecord, { letter, locale, title, blocks }: Content): Outline =>
  buildOutline(id, {
    language: locale.speech.language,
    title: `${title} ${order_number}`,
    day: order_date,
    blocks,
    letter,
  });

function resolveOrderLocale(letter: Letter, language: string | null | undefined): OrderLocale {
  const locale = resolveLocale(language, letter.language);
  return {
    ...locale,
    order: translationsFor(locale.speech.language),
    afterSales: afterSalesWords(locale.speech.language),
    zone: useSettings().timezone,
  };
}

/** Returns the present letterhead with the billing address as it was when the order was made. */
async function composeOrderLetter(order: OrderRecord): Promise<Letter> {
  const letter = await composeLetter(order);
  const { billing_address, contact_id } = order;
  if (billing_address === null) return letter;
  const person = contact_id ? await ContactAddressee.loadName(contact_id) : "";
  const recipient = billing_address.recipient ?? letter.to[0] ?? "";
  const { country } = createLocaleFormat(letter.language);
  const to = [recipient, person === recipient ? "" : person, ...formatAddressLines(billing_address, country)];
  return { ...letter, to: to.filter((line) => line !== "") };
}
