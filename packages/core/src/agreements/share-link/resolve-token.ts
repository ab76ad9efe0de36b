import { useRequest, useSettings } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { matchLanguage } from "../../kernel/language.ts";
import { resolveVisitorLanguage } from "../../kernel/request-language.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor, visitorHash } from "../../platform/sign-in/visitor.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { loadOfferable, type Offerable } from "./offerable.ts";
import { OfferToken } from "./token.ts";

/** A visit of a customer by a link. The token names the tenant. The visitor's actions run as the system, with the offer as the actor. */
export interface LinkVisit {
  token: string;
  offer: OfferRecord;
  subject: Offerable;
  /** Language of the page. Mails have that of `resolveOfferLanguage`. */
  language: string;
  /** Name of the tenant. */
  organisation: string;
}

/** Maximum requests for an offer in a minute: from one address, and in total. */
const REQUEST_LIMITS = [60, 600] as const;
/** Maximum answers and questions in a minute from one address. */
const MAX_ANSWERS_PER_MINUTE = 10;

/** Runs `work` for the offer of a link. Throws the same NOT_FOUND for every invalid or revoked token, so that it reveals nothing. */
export async function withLink<T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> {
  const parts = OfferToken.parse(token);
  if (!parts) throw notFound();
  return runAsTenant(parts.tenant, async () => {
    const offer = await Records.load(Offers, parts.id, { live: true });
    if (!offer || offer.revoked_at !== null || !(await OfferToken.isGenuine(offer, parts.signature))) throw notFound();
    const [tenant, subject] = await Promise.all([Tenant.get({}), loadOfferable(offer.record_kind)]);
    const language = resolveVisitorLanguage(offer.language, tenant.settings.letterhead.language);
    useRequest().language = language;
    const visit = { authority: "offer_link", actor: `offer:${offer.id}`, rateLimitKey: offer.id, limits: REQUEST_LIMITS };
    return runAsVisitor(tenant, visit, () => work({ token, offer, subject, language, organisation: tenant.name }));
  });
}

/** Returns the language of mails: the one that the sender chose, or that of the letterhead. */
export const resolveOfferLanguage = ({ language }: Pick<OfferRecord, "language">, { letterhead } = useSettings()): string =>
  [language, letterhead.language].find((tag) => tag && matchLanguage(tag)) ?? "en";

export const limitAnswers = async ({ offer }: LinkVisit): Promise<unknown> =>
  RateLimit.take(`${offer.id}.answer.${visitorHash()}`, MAX_ANSWERS_PER_MINUTE);
