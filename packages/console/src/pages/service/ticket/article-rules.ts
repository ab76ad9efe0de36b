/** An article that a search or a suggestion finds. */
export interface ArticleHit {
  readonly id: string;
  readonly title: string;
  readonly summary: string | null;
  readonly is_public: boolean;
}

/** What the API says about the tenant that decides on the public address. */
export interface TenantFacts {
  readonly slug?: string;
  readonly settings?: { readonly knowledge_is_public?: boolean };
}

/** Returns the address at which the public reads an article; undefined if it does not (docs/service/knowledge.md, The public). */
export const buildArticleLink = (
  { id, is_public }: Pick<ArticleHit, "id" | "is_public">,
  tenant: TenantFacts | undefined,
  origin: string,
): string | undefined =>
  is_public && tenant?.slug !== undefined && tenant.settings?.knowledge_is_public === true
    ? `${origin}/kb/${tenant.slug}/${id}`
    : undefined;

/** Joins lists of articles, each article once. */
export const mergeHits = (lists: readonly (readonly ArticleHit[])[], limit: number): ArticleHit[] =>
  [...new Map(lists.flat().map((hit) => [hit.id, hit])).values()].slice(0, limit);

/** What the public may read comes first in a message to a customer. */
export const putPublicFirst = (hits: readonly ArticleHit[]): ArticleHit[] =>
  hits.toSorted((a, b) => Number(b.is_public) - Number(a.is_public));
