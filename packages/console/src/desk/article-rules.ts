interface TenantFacts {
  readonly slug?: string;
  readonly settings?: { readonly knowledge_is_public?: boolean };
}

/** Returns the address at which the public reads an article; undefined if it does not (docs/service/knowledge.md, The public). */
export const buildArticleLink = (
  { id, is_public }: { readonly id: string; readonly is_public: boolean },
  tenant: TenantFacts | undefined,
  origin: string,
): string | undefined =>
  is_public && tenant?.slug !== undefined && tenant.settings?.knowledge_is_public === true
    ? `${origin}/kb/${tenant.slug}/${id}`
    : undefined;
