import { RateLimit } from "../auth/rate-limit.ts";
import { asTenant } from "../auth/session.ts";
import { useRequest, useSettings } from "../kernel/context.ts";
import { notFound } from "../kernel/error.ts";
import { languageOf } from "../kernel/language.ts";
import { visiting, visitor } from "../sign-in/visitor.ts";
import { Records } from "../storage/write/records.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { type Offered, offeredOf } from "./offered.ts";
import { OfferToken } from "./token.ts";

/** How a customer comes in: by the token of a link, which says the tenant. What they do is done by the system, under the name of the offer. */
export interface Opened {
  token: string;
  offer: OfferRecord;
  subject: Offered;
  /** What the tenant is called. */
  organisation: string;
}

/** Requests a minute: of one address, and of everybody together. */
const LIMITS = [60, 600] as const;
/** Answers and questions in a minute from one address. */
const MOST_ANSWERS = 10;

/** Does `work` for what a link leads to; NOT_FOUND for a token that is not genuine or was made void, whyever it is not good. */
export async function through<T>(token: string, work: (open: Opened) => Promise<T>): Promise<T> {
  const named = OfferToken.read(token);
  if (!named) throw notFound();
  return asTenant(named.tenant, async () => {
    const offer = await Records.load(Offers, named.id, { live: true });
    if (!offer || offer.revoked_at !== null || !(await OfferToken.isGenuine(offer, named.signature))) throw notFound();
    const [tenant, subject] = await Promise.all([Tenant.get({}), offeredOf(offer.record_kind)]);
    useRequest().language = languageIn(offer, tenant.settings);
    const visit = { actor: `offer:${offer.id}`, counted: offer.id, limits: LIMITS };
    return visiting(tenant, visit, () => work({ token, offer, subject, organisation: tenant.name }));
  });
}

/** That which whoever sent it chose, or that of the letterhead. */
export const languageIn = ({ language }: Pick<OfferRecord, "language">, { letterhead } = useSettings()): string =>
  [language, letterhead.language].find((tag) => tag && languageOf(tag)) ?? "en";

export const takeAnswer = async ({ offer }: Opened): Promise<unknown> =>
  RateLimit.take(`${offer.id}.answer.${visitor()}`, MOST_ANSWERS);
