import { useRequest, useSettings } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { matchLanguage } from "../../kernel/language.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor, visitorHash } from "../../platform/sign-in/visitor.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { loadOfferable, type Offerable } from "./offerable.ts";
import { OfferToken } from "./token.ts";

/** How a customer comes in: by the token of a link, which says the tenant. What they do is done by the system, under the name of the offer. */
export interface LinkVisit {
  token: string;
  offer: OfferRecord;
  subject: Offerable;
  /** What the tenant is called. */
  organisation: string;
}

/** Requests a minute: of one address, and of everybody together. */
const REQUEST_LIMITS = [60, 600] as const;
/** Answers and questions in a minute from one address. */
const MAX_ANSWERS_PER_MINUTE = 10;

/** Does `work` for what a link leads to; NOT_FOUND for a token that is not genuine or was made void, whyever it is not good. */
export async function withLink<T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> {
  const named = OfferToken.parse(token);
  if (!named) throw notFound();
  return runAsTenant(named.tenant, async () => {
    const offer = await Records.load(Offers, named.id, { live: true });
    if (!offer || offer.revoked_at !== null || !(await OfferToken.isGenuine(offer, named.signature))) throw notFound();
    const [tenant, subject] = await Promise.all([Tenant.get({}), loadOfferable(offer.record_kind)]);
    useRequest().language = resolveOfferLanguage(offer, tenant.settings);
    const visit = { actor: `offer:${offer.id}`, rateLimitKey: offer.id, limits: REQUEST_LIMITS };
    return runAsVisitor(tenant, visit, () => work({ token, offer, subject, organisation: tenant.name }));
  });
}

/** That which whoever sent it chose, or that of the letterhead. */
export const resolveOfferLanguage = ({ language }: Pick<OfferRecord, "language">, { letterhead } = useSettings()): string =>
  [language, letterhead.language].find((tag) => tag && matchLanguage(tag)) ?? "en";

export const limitAnswers = async ({ offer }: LinkVisit): Promise<unknown> =>
  RateLimit.take(`${offer.id}.answer.${visitorHash()}`, MAX_ANSWERS_PER_MINUTE);
