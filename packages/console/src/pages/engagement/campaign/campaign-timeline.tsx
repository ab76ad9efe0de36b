import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { KindIcon } from "../../../frame/shell/kind-icon.tsx";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Timeline, type TimelineEntry } from "../../../ui/kit/timeline.tsx";
import type { CampaignEntry } from "./campaign-types.ts";
import { describeEntry } from "./timeline-text.ts";

interface CampaignTimelineProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const ALL = "all";
const PAGE_SIZE = 25;

/** The kinds of records behind the entries. Changes and activities of a campaign have no page of their own. */
const kindNames: Readonly<Record<string, string>> = {
  task: "activity",
  send: "email_send",
  note: "note",
  attachment: "attachment",
};
const icons: Readonly<Record<string, string>> = { change: "refresh-ccw", activity: "calendar-clock" };

/** What is planned and what has happened in a campaign, the latest first. */
export function CampaignTimeline({ kind, record }: CampaignTimelineProps) {
  const t = useText();
  const scope = useScope();
  const { timeZone } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const [type, setType] = useState(ALL);
  const timeline = useInfiniteQuery({
    queryKey: [...scope, "timeline", "campaign", record.id, type],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGE_SIZE, cursor: pageParam, ...(type === ALL ? {} : { type }) };
      const { data, meta } = await read<CampaignEntry[]>(`/api/v1/campaigns/${record.id}/timeline`, query);
      return { entries: data, cursor: (meta.next_cursor as string | null | undefined) ?? undefined };
    },
    getNextPageParam: ({ cursor }) => cursor,
  });
  const statuses = kind.fields.find(({ name }) => name === "status")?.choices ?? [];
  const types = [
    { id: ALL, label: t("Everything") },
    { id: "change", label: t("Status and budget") },
    { id: "activity", label: t("Activities of the campaign") },
    ...Object.entries(kindNames).flatMap(([id, name]) => {
      const found = kinds.find((candidate) => candidate.kind === name);
      return found ? [{ id, label: found.labels }] : [];
    }),
  ];
  const toEntry = (entry: CampaignEntry): TimelineEntry => {
    const summary = kinds.find((candidate) => candidate.kind === kindNames[entry.type]);
    const title = describeEntry(entry, statuses, t);
    return {
      id: entry.id,
      at: entry.at,
      icon: <KindIcon name={summary?.icon ?? icons[entry.type] ?? ""} />,
      title: summary ? (
        <Link variant="title" href={recordPath(summary, entry.id)}>
          {title}
        </Link>
      ) : (
        <span dir="auto" className="font-medium">
          {title}
        </span>
      ),
      body: types.find(({ id }) => id === entry.type)?.label,
    };
  };
  const entries = timeline.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <div className="flex min-w-0 max-w-form flex-col gap-4">
      <div className="w-full min-w-field-short tablet:w-fit">
        <Select label={t("Show")} options={types} value={type} onChange={(key) => setType(String(key))} />
      </div>
      {timeline.error ? (
        <LoadError query={timeline} text={t("The timeline could not be loaded")} />
      ) : timeline.isSuccess && entries.length === 0 ? (
        <EmptyState kind={type === ALL ? "empty" : "nothing-found"} title={t("Nothing is planned and nothing has happened yet")}>
          {t("Changes of the status, used budgets, activities, sends, notes and files appear here.")}
        </EmptyState>
      ) : (
        <Timeline
          label={t("Timeline of the campaign")}
          entries={entries.map(toEntry)}
          now={new Date().toISOString()}
          timeZone={timeZone}
          isLoading={timeline.isPending}
          {...(timeline.hasNextPage ? { onLoadMore: () => void timeline.fetchNextPage() } : {})}
          isLoadingMore={timeline.isFetchingNextPage}
        />
      )}
    </div>
  );
}
