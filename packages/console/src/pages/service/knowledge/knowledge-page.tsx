import { useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount, formatPercent } from "../../../ui/i18n/formatters.ts";
import { nameLanguage } from "../../../ui/i18n/language-name.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FactLine } from "../../../ui/kit/fact-line.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import {
  type ArticleFigures,
  type ArticleRow,
  type Category,
  computeHelpfulPercent,
  listCategoryTree,
  nameStatus,
  statusHues,
  useArticleFigures,
  useArticles,
  useCategories,
} from "./knowledge-data.ts";

const WRITE_PERMISSION = "knowledge_article:write";
const ALL = "all";
const LIST_PATH = "/crm/support/knowledge";

/** `/crm/support/knowledge`: the articles by category, with their status, views, and how many readers they helped. */
export function KnowledgePage() {
  const t = useText();
  const navigate = useNavigate();
  const canWrite = useSession().permissions.includes(WRITE_PERMISSION);
  const { category, status } = useSearch({ strict: false }) as { category?: string; status?: string };
  const [search, setSearch] = useState("");
  const categories = useCategories();
  const articles = useArticles({ category, status: canWrite ? status : undefined, search });
  const rows = articles.data?.pages.flatMap(({ data }) => data) ?? [];
  const figures = useArticleFigures(rows.map(({ id }) => id));
  const change = (next: { readonly category?: string | undefined; readonly status?: string | undefined }): void => {
    const parameters = Object.entries({ category, status, ...next }).filter(([, value]) => value !== undefined && value !== ALL);
    void navigate({ to: LIST_PATH, search: Object.fromEntries(parameters), replace: true });
  };
  const create = (): void => void navigate({ to: `${LIST_PATH}/create` });
  const isFiltered = category !== undefined || status !== undefined || search !== "";
  const groups = groupByCategory(rows, categories.data ?? [], t("Without a category"));
  return (
    <PageFrame
      title={t("Knowledge base")}
      description={t("Articles that answer the questions of customers and colleagues.")}
      isLoading={articles.isPending}
      width="record"
      actions={
        canWrite ? (
          <Button variant="primary" icon={<Plus />} onPress={create}>
            {t("New article")}
          </Button>
        ) : undefined
      }
      bar={
        <div className="flex min-w-0 flex-wrap items-center gap-3">
          <div className="w-full min-w-field-short tablet:w-field">
            <SearchInput label={t("Search articles")} value={search} onSearch={setSearch} />
          </div>
          <div className="w-full min-w-field-short tablet:w-field-short">
            <Select
              label={t("Category")}
              isLabelHidden
              options={[
                { id: ALL, label: t("All categories") },
                ...listCategoryTree(categories.data ?? []).map(({ category: { id, name }, depth }) => ({
                  id,
                  label: `${"\u2003".repeat(depth)}${name}`,
                })),
              ]}
              value={category ?? ALL}
              onChange={(key) => change({ category: String(key) })}
            />
          </div>
          {canWrite ? (
            <SegmentedControl
              label={t("Status")}
              value={status ?? ALL}
              onChange={(next) => change({ status: next })}
              segments={[
                { id: ALL, label: t("All") },
                { id: "PUBLISHED", label: t("Published") },
                { id: "DRAFT", label: t("Drafts") },
                { id: "ARCHIVED", label: t("Archived") },
              ]}
            />
          ) : null}
        </div>
      }
    >
      {articles.error ? <LoadError query={articles} text={t("The articles could not be loaded")} /> : null}
      {articles.isPending && !articles.error ? <Skeleton shape="block" /> : null}
      {articles.data && rows.length === 0 ? (
        isFiltered ? (
          <EmptyState
            kind="nothing-found"
            title={t("No article matches")}
            action={
              <Button
                onPress={() => {
                  setSearch("");
                  change({ category: undefined, status: undefined });
                }}
              >
                {t("Clear")}
              </Button>
            }
          >
            {t("Change the search, the category or the status.")}
          </EmptyState>
        ) : (
          <EmptyState kind="empty" title={t("There are no articles yet")}>
            {t("An article answers a question once. Agents send it to customers, and the public can read it.")}
          </EmptyState>
        )
      ) : null}
      {groups.map(({ id, name, articles: entries }) => (
        <section key={id} aria-label={name} className="flex min-w-0 flex-col gap-2">
          <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
            {name}
          </h2>
          <ul className="flex min-w-0 flex-col rounded-card border border-border bg-surface">
            {entries.map((article) => (
              <ArticleItem key={article.id} article={article} figures={figures.get(article.id)} canWrite={canWrite} />
            ))}
          </ul>
        </section>
      ))}
      {articles.hasNextPage ? (
        <span>
          <Button isPending={articles.isFetchingNextPage} onPress={() => void articles.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
    </PageFrame>
  );
}

interface ArticleGroup {
  readonly id: string;
  readonly name: string;
  readonly articles: readonly ArticleRow[];
}

/** The articles below their categories, in the order of the tree. */
function groupByCategory(rows: readonly ArticleRow[], categories: readonly Category[], rest: string): ArticleGroup[] {
  const known = listCategoryTree(categories).map(({ category }) => category);
  const groups = known.map(({ id, name }) => ({ id, name, articles: rows.filter(({ category_id }) => category_id === id) }));
  const others = rows.filter(({ category_id }) => !known.some(({ id }) => id === category_id));
  return [...groups, { id: "", name: rest, articles: others }].filter(({ articles }) => articles.length > 0);
}

interface ArticleItemProps {
  readonly article: ArticleRow;
  readonly figures: ArticleFigures | undefined;
  readonly canWrite: boolean;
}

function ArticleItem({ article, figures, canWrite }: ArticleItemProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const { id, title, summary, status, language, is_public, has_draft, published_at, created_at } = article;
  const percent = figures ? computeHelpfulPercent(figures) : undefined;
  const now = new Date().toISOString();
  const facts = [
    nameLanguage(language, locale),
    is_public ? t("Public") : t("Internal"),
    published_at === null
      ? t("Created {time}", { time: formatRelative(created_at, now, { locale, timeZone }) })
      : t("Published {time}", { time: formatRelative(published_at, now, { locale, timeZone }) }),
  ];
  return (
    <li className="flex min-w-0 flex-wrap items-start gap-x-6 gap-y-1 border-b border-border px-4 py-3 last:border-b-0">
      <div className="flex min-w-field-short flex-1 flex-col gap-1">
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <Link variant="title" href={`${LIST_PATH}/${canWrite ? "edit" : "view"}/${id}`}>
            {title}
          </Link>
          {canWrite ? <Tag label={nameStatus(status, t)} hue={statusHues[status]} hasDot /> : null}
          {canWrite && has_draft ? <Tag label={t("Draft not published")} hue="yellow" /> : null}
        </span>
        {summary === null ? null : (
          <span dir="auto" className="text-control wrap-anywhere text-text-muted">
            {summary}
          </span>
        )}
        <span className="text-meta text-text-muted">
          <FactLine facts={facts} />
        </span>
      </div>
      <dl className="flex w-full shrink-0 gap-6 text-control tablet:grid tablet:w-field-short tablet:grid-cols-2 tablet:gap-4">
        <div className="flex flex-col">
          <dt className="text-meta text-text-muted">{t("Views")}</dt>
          <dd className="tabular-nums">{figures ? formatCount(figures.view_count) : EMPTY}</dd>
        </div>
        <div className="flex flex-col">
          <dt className="text-meta text-text-muted">{t("Helpful")}</dt>
          <dd className="tabular-nums">
            {figures && percent !== undefined
              ? t("{percent} of {count}", {
                  percent: formatPercent(percent),
                  count: formatCount(figures.helpful_count + figures.not_helpful_count),
                })
              : EMPTY}
          </dd>
        </div>
      </dl>
    </li>
  );
}
