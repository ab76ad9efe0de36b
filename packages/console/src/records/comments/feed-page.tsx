import { useSearch } from "@tanstack/react-router";
import { useKindIndex } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Timeline } from "../../ui/kit/timeline.tsx";
import { type FeedFilter, useFeed } from "./feed-data.ts";
import { toFeedTimelineEntry } from "./feed-entry.tsx";
import { UserChoice } from "./user-choice.tsx";

type FeedTab = "following" | "team" | "user";

const parseTab = (of: string | undefined): FeedTab => (of === "team" || of === "user" ? of : "following");

/** What happened on followed records, in the team, or by one user. The address holds the choice. */
export function FeedPage() {
  const t = useText();
  const navigate = useNavigate();
  const { timeZone } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const { of, user } = useSearch({ strict: false }) as { readonly of?: string; readonly user?: string };
  const tab = parseTab(of);
  const change = (next: { readonly of?: string; readonly user?: string }): void =>
    void navigate({ to: "/crm/feed", search: next, replace: true });
  const filters: Readonly<Record<FeedTab, FeedFilter>> = { following: {}, team: { team: "mine" }, user: { user: user ?? "me" } };
  const feed = useFeed(filters[tab], true);
  const entries = feed.data?.pages.flatMap((page) => page.entries) ?? [];
  const isEmpty = feed.isSuccess && entries.length === 0 && !feed.hasNextPage;
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
      <div className="mx-auto flex w-full max-w-form min-w-0 flex-col gap-4 px-4 pb-8">
        <header className="flex min-h-page-head flex-wrap items-center gap-3 py-2">
          <h1 className="min-w-0 text-title font-semibold">{t("Feed")}</h1>
        </header>
        <div className="flex flex-wrap items-end gap-3">
          <SegmentedControl
            label={t("Which entries")}
            segments={[
              { id: "following", label: t("Following") },
              { id: "team", label: t("My team") },
              { id: "user", label: t("By user") },
            ]}
            value={tab}
            onChange={(id) => change(id === "following" ? {} : { of: String(id) })}
          />
          {tab === "user" ? (
            <UserChoice value={user} onChange={(next) => change({ of: "user", ...(next ? { user: next } : {}) })} />
          ) : null}
        </div>
        {feed.error ? <LoadError query={feed} text={t("The feed could not be loaded")} /> : null}
        {isEmpty ? (
          <EmptyState kind="empty" title={t("Nothing happened in the last 30 days")}>
            {tab === "following" ? t("Follow a record, or comment on it, to see here what happens to it.") : null}
          </EmptyState>
        ) : null}
        {feed.error || isEmpty ? null : (
          <Timeline
            isPage
            label={t("Feed")}
            entries={entries.map((entry) => toFeedTimelineEntry(entry, kinds))}
            now={new Date().toISOString()}
            timeZone={timeZone}
            isLoading={feed.isPending}
            {...(feed.hasNextPage ? { onLoadMore: () => void feed.fetchNextPage() } : {})}
            isLoadingMore={feed.isFetchingNextPage}
          />
        )}
      </div>
    </div>
  );
}
