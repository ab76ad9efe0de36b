import { notFound } from "../../kernel/error.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor, visitorHash } from "../../platform/sign-in/visitor.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { get } from "../../storage/table/database.ts";
import { systemKey } from "../../storage/table/key.ts";

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
const [MAX_SEARCHES_PER_MINUTE, MAX_TOTAL_SEARCHES_PER_MINUTE, MAX_FEEDBACKS_PER_MINUTE] = [20, 600, 10];

/** Does `work` for the public of a tenant; NOT_FOUND for a slug that is none, and for one whose tenant lets nobody read. */
export async function withPublicSite<T>(slug: string, work: (site: Site) => Promise<T>): Promise<T> {
  if (!Tenant.slug.safeParse(slug).success) throw notFound();
  const found = await get({ pk: systemKey("slug", slug), sk: "slug" });
  if (!found) throw notFound();
  return runAsTenant(String(found.tenant_id), async () => {
    const tenant = await Tenant.get({});
    const { name: organisation, settings } = tenant;
    if (!settings.knowledge_is_public) throw notFound();
    return runAsVisitor(tenant, { actor: "system:knowledge", rateLimitKey: "knowledge", limits: LIMITS }, () =>
      work({ slug, organisation, language: settings.letterhead.language, timezone: settings.timezone }),
    );
  });
}

export async function limitSearches(): Promise<void> {
  await RateLimit.take(`knowledge.search.${visitorHash()}`, MAX_SEARCHES_PER_MINUTE);
  await RateLimit.take("knowledge.search", MAX_TOTAL_SEARCHES_PER_MINUTE);
}

export const limitFeedback = async (): Promise<unknown> =>
  RateLimit.take(`knowledge.feedback.${visitorHash()}`, MAX_FEEDBACKS_PER_MINUTE);
