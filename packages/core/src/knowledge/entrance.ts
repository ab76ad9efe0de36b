import { RateLimit } from "../auth/rate-limit.ts";
import { asTenant } from "../auth/session.ts";
import { notFound } from "../kernel/error.ts";
import { visiting, visitor } from "../sign-in/visitor.ts";
import { get } from "../storage/table/database.ts";
import { systemKey } from "../storage/table/key.ts";
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
const LIMITS = [120, 6000] as const;
/** Of these, what costs more: searches, and what is written. */
const [SEARCHES, ALL_SEARCHES, FEEDBACKS] = [20, 600, 10];

/** Does `work` for the public of a tenant; NOT_FOUND for a slug that is none, and for one whose tenant lets nobody read. */
export async function through<T>(slug: string, work: (site: Site) => Promise<T>): Promise<T> {
  if (!Tenant.slug.safeParse(slug).success) throw notFound();
  const found = await get({ pk: systemKey("slug", slug), sk: "slug" });
  if (!found) throw notFound();
  return asTenant(String(found.tenant_id), async () => {
    const tenant = await Tenant.get({});
    const { name: organisation, settings } = tenant;
    if (!settings.knowledge_is_public) throw notFound();
    return visiting(tenant, { actor: "system:knowledge", counted: "knowledge", limits: LIMITS }, () =>
      work({ slug, organisation, language: settings.letterhead.language, timezone: settings.timezone }),
    );
  });
}

export async function takeSearch(): Promise<void> {
  await RateLimit.take(`knowledge.search.${visitor()}`, SEARCHES);
  await RateLimit.take("knowledge.search", ALL_SEARCHES);
}

export const takeFeedback = async (): Promise<unknown> => RateLimit.take(`knowledge.feedback.${visitor()}`, FEEDBACKS);
