import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { masterValuesQuery } from "../../../api/master-values.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";

/** What the pages of the knowledge base read. Reads of the same moment are one request. */

export const KNOWLEDGE_PATH = "/api/v1/support/knowledge";
export const ARTICLE = "knowledge_article";
/** As many articles as one request reads the figures of. */
const PAGE_SIZE = 20;
const MAX_ROWS = 100;
const STALE_MS = 5 * 60_000;

export interface ArticleRow extends ConsoleRecord {
  readonly title: string;
  readonly summary: string | null;
  readonly status: ArticleStatus;
  readonly language: string;
  readonly group_id: string;
  readonly category_id: string | null;
  readonly is_public: boolean;
  readonly has_draft: boolean;
  readonly version_number: number;
  readonly published_at: string | null;
  readonly created_at: string;
}

export type ArticleStatus = "DRAFT" | "PUBLISHED" | "ARCHIVED";

export const statusHues: Readonly<Record<ArticleStatus, Hue>> = { DRAFT: "yellow", PUBLISHED: "green", ARCHIVED: "gray" };

export const nameStatus = (status: ArticleStatus, t: Translate): string =>
  ({ DRAFT: t("Draft"), PUBLISHED: t("Published"), ARCHIVED: t("Archived") })[status];

interface ArticleFilter {
  readonly category: string | undefined;
  readonly status: string | undefined;
  readonly search: string;
}

export function useArticles({ category, status, search }: ArticleFilter) {
  const scope = useScope();
  const query = {
    ...(category === undefined ? {} : { category_id: category }),
    ...(status === undefined ? {} : { status }),
    ...(search === "" ? {} : { search }),
  };
  return useInfiniteQuery({
    queryKey: [...scope, "list", ARTICLE, "own", query],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const { data, meta } = await read<ArticleRow[]>(KNOWLEDGE_PATH, { ...query, limit: PAGE_SIZE, ...cursor });
      return { data, next: (meta.next_cursor as string | null | undefined) ?? undefined };
    },
    getNextPageParam: ({ next }) => next,
  });
}

export interface ArticleFigures {
  readonly view_count: number;
  readonly helpful_count: number;
  readonly not_helpful_count: number;
}

const figuresQuery = (scope: readonly string[], id: string) => ({
  queryKey: [...scope, "related", ARTICLE, "figures", id],
  queryFn: async () => (await read<ArticleFigures>(`${KNOWLEDGE_PATH}/${id}/figures`)).data,
  staleTime: STALE_MS,
  retry: false,
});

export function useArticleFigures(ids: readonly string[]): ReadonlyMap<string, ArticleFigures> {
  const scope = useScope();
  return useQueries({
    queries: ids.map((id) => figuresQuery(scope, id)),
    combine: (results) => new Map(results.flatMap(({ data }, index) => (data ? [[ids[index] ?? "", data] as const] : []))),
  });
}

export interface Category {
  readonly id: string;
  readonly name: string;
  readonly parent_id?: string | null;
}

export function useCategories() {
  const scope = useScope();
  return useQuery(masterValuesQuery(scope, "article_categories"));
}

/** An article and its translations. */
export function useTranslations(group: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", ARTICLE, "translations", group],
    queryFn: async () => (await read<ArticleRow[]>(KNOWLEDGE_PATH, { group_id: group, limit: MAX_ROWS })).data,
    enabled: group !== undefined,
  });
}

export interface ArticleVersion {
  readonly id: string;
  readonly version_number: number;
  readonly title: string;
  readonly published_at: string;
  readonly published_by: string;
  readonly expanded?: Readonly<Record<string, { readonly name: string } | null>>;
}

export function useArticleVersions(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", ARTICLE, "versions", id],
    queryFn: async () =>
      (await read<ArticleVersion[]>(`${KNOWLEDGE_PATH}/${id}/versions`, { limit: MAX_ROWS, expand: "labels" })).data,
  });
}

interface ArticleFeedback {
  readonly id: string;
  readonly is_helpful: boolean;
  readonly comment: string | null;
  readonly given_at: string;
  readonly given_by: string;
}

export function useArticleFeedback(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", ARTICLE, "feedback", id],
    queryFn: async () => (await read<ArticleFeedback[]>(`${KNOWLEDGE_PATH}/${id}/feedback`, { limit: PAGE_SIZE })).data,
  });
}

export interface ArticlePreview {
  readonly title: string;
  readonly summary: string | null;
  readonly html: string;
  readonly is_draft: boolean;
}

export function useArticlePreview(id: string, version: unknown) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", ARTICLE, "preview", id, version],
    queryFn: async () => (await read<ArticlePreview>(`${KNOWLEDGE_PATH}/${id}/preview`)).data,
  });
}

interface RelatedArticle {
  readonly id: string;
  readonly title: string;
  readonly language: string;
  readonly score: number;
}

export function useRelatedArticles(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", ARTICLE, "same-topic", id],
    queryFn: async () => (await read<RelatedArticle[]>(`${KNOWLEDGE_PATH}/${id}/related`)).data,
    retry: false,
  });
}

/** Categories with their depth, each after the one above it. */
export function listCategoryTree(categories: readonly Category[]): { readonly category: Category; readonly depth: number }[] {
  const known = new Set(categories.map(({ id }) => id));
  const listBelow = (parent: string | null, depth: number): { category: Category; depth: number }[] =>
    categories
      .filter(({ parent_id }) => (parent_id && known.has(parent_id) ? parent_id : null) === parent)
      .flatMap((category) => [{ category, depth }, ...(depth < 5 ? listBelow(category.id, depth + 1) : [])]);
  return listBelow(null, 0);
}

/** Says how many readers an article helped, in percent; undefined without an opinion. */
export function computeHelpfulPercent({ helpful_count, not_helpful_count }: ArticleFigures): number | undefined {
  const all = helpful_count + not_helpful_count;
  return all === 0 ? undefined : Math.round((helpful_count / all) * 100);
}
