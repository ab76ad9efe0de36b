import { notFound } from "../../kernel/error.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor, visitorHash } from "../../platform/sign-in/visitor.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { readItem } from "../../storage/table/database.ts";
import { systemKey } from "../../storage/table/key.ts";

/**
 * Gives the public access to a tenant's knowledge base by the tenant's slug, if the tenant's setting allows it. The work runs as a system actor in
 * the tenant and reads only the index of public articles.
 */
export interface Site {
  slug: string;
  /** The name of the tenant. */
  organisation: string;
  /** The language of pages if the reader requests no other. */
  language: string;
  timezone: string;
}

/** Requests per minute: from one address, and in total. */
const LIMITS = [120, 6000] as const;
/** Stricter limits for costly requests: searches per address and in total, and feedback per address. */
const [MAX_SEARCHES_PER_MINUTE, MAX_TOTAL_SEARCHES_PER_MINUTE, MAX_FEEDBACKS_PER_MINUTE] = [20, 600, 10];

/** Runs `work` for a public reader. Throws NOT_FOUND for an unknown slug, and if the tenant's knowledge base is not public. */
export async function withPublicSite<T>(slug: string, work: (site: Site) => Promise<T>): Promise<T> {
  if (!Tenant.slug.safeParse(slug).success) throw notFound();
  const slugItem = await readItem({ pk: systemKey("slug", slug), sk: "slug" });
  if (!slugItem) throw notFound();
  return runAsTenant(String(slugItem.tenant_id), async () => {
    const tenant = await Tenant.get({});
    const { name, settings } = tenant;
    if (!settings.knowledge_is_public) throw notFound();
    return runAsVisitor(
      tenant,
      { authority: "knowledge_site", actor: "system:knowledge", rateLimitKey: "knowledge", limits: LIMITS },
      () => work({ slug, organisation: name, language: settings.letterhead.language, timezone: settings.timezone }),
    );
  });
}

export async function limitSearches(): Promise<void> {
  await RateLimit.take(`knowledge.search.${visitorHash()}`, MAX_SEARCHES_PER_MINUTE);
  await RateLimit.take("knowledge.search", MAX_TOTAL_SEARCHES_PER_MINUTE);
}

export const limitFeedback = async (): Promise<unknown> =>
  RateLimit.take(`knowledge.feedback.${visitorHash()}`, MAX_FEEDBACKS_PER_MINUTE);
