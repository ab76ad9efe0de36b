import { RateLimit } from "../auth/rate-limit.ts";
import { asTenant } from "../auth/session.ts";
import { caller } from "../auth/throttle.ts";
import { runIn, useContext, useTenant } from "../kernel/context.ts";
import { notFound } from "../kernel/error.ts";
import { get } from "../storage/table/database.ts";
import { hashed, systemKey } from "../storage/table/key.ts";
import { Tenant } from "../tenant/tenant.ts";

/**
 * How the public comes in: by the slug of a tenant whose setting lets them read. What they do is done by the system in that tenant, and
 * what they see is what stands on the shelves of the public.
 */
export interface Site {
  slug: string;
  /** What the tenant is called. */
  organisation: string;
  /** In which its pages are where nobody asks for another. */
  language: string;
  timezone: string;
}

/** Requests a minute: of one address, and of everybody together. */
const [OF_ADDRESS, OF_ALL] = [120, 6000];
/** Of these, what costs more: searches, and what is written. */
const [SEARCHES, ALL_SEARCHES, FEEDBACKS] = [20, 600, 10];

/** Does `work` for the public of a tenant; NOT_FOUND for a slug that is none, and for one whose tenant lets nobody read. */
export async function through<T>(slug: string, work: (site: Site) => Promise<T>): Promise<T> {
  if (!Tenant.slug.safeParse(slug).success) throw notFound();
  const found = await get({ pk: systemKey("slug", slug), sk: "slug" });
  if (!found) throw notFound();
  return asTenant(String(found.tenant_id), async () => {
    const { name: organisation, status, settings } = await Tenant.get({});
    if (status === "SUSPENDED" || !settings.knowledge_is_public) throw notFound();
    const actor = { type: "system", tenant_id: useTenant(), id: "system:knowledge" } as const;
    return runIn({ ...useContext(), actor, settings }, async () => {
      // One address first: what it has too much does not use up what all have together.
      await RateLimit.take(`knowledge.${address()}`, OF_ADDRESS);
      await RateLimit.take("knowledge", OF_ALL);
      return work({ slug, organisation, language: settings.letterhead.language, timezone: settings.timezone });
    });
  });
}

const address = (): string => hashed(caller());

export async function takeSearch(): Promise<void> {
  await RateLimit.take(`knowledge.search.${address()}`, SEARCHES);
  await RateLimit.take("knowledge.search", ALL_SEARCHES);
}

export const takeFeedback = async (): Promise<unknown> => RateLimit.take(`knowledge.feedback.${address()}`, FEEDBACKS);
