import { createTranslator } from "../../lib/i18n/catalog.ts";
import ar from "./i18n/ar.json" with { type: "json" };
import de from "./i18n/de.json" with { type: "json" };
import en from "./i18n/en.json" with { type: "json" };
import es from "./i18n/es.json" with { type: "json" };
import fr from "./i18n/fr.json" with { type: "json" };
import it from "./i18n/it.json" with { type: "json" };
import ja from "./i18n/ja.json" with { type: "json" };
import ko from "./i18n/ko.json" with { type: "json" };
import zhHans from "./i18n/zh-Hans.json" with { type: "json" };
import zhHant from "./i18n/zh-Hant.json" with { type: "json" };
import type { ChannelState, TypeState } from "./reasons.rules.ts";
import type { Channel } from "./suppression.rules.ts";

/** The texts of the preferences page. Placeholders are in braces. */
export interface Translations {
  title: string;
  about: string;
  channels: Readonly<Record<Channel, string>>;
  /** Heading of the switch of all marketing. */
  all: string;
  states: Readonly<Record<ChannelState, string>>;
  out: string;
  in: string;
  kept: string;
  besides: string;
  service: string;
  security: string;
  /** Heading of the subscription types. */
  types: string;
  type_states: Readonly<Record<TypeState, string>>;
  subscribe: string;
  unsubscribe: string;
  /** Why no type can be switched while all marketing is off. */
  types_closed: string;
  /** The link in the footer of marketing mails. */
  footer_link: string;
  confirmation: Confirmation;
}

/** The mail and the page with which the owner of an address confirms consent. */
interface Confirmation {
  title: string;
  about: string;
  button: string;
  ignore: string;
  done: string;
  mail_subject: string;
  mail_text: string;
  mail_other: string;
}

export const translationsFor = createTranslator<Translations>({
  en,
  de,
  fr,
  es,
  it,
  ar,
  ja,
  "zh-Hans": zhHans,
  "zh-Hant": zhHant,
  ko,
});
