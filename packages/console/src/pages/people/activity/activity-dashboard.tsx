import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { HOME_KEY } from "../../../api/home-data.ts";
import type { ApiRow } from "../../../api/row-fields.ts";

import { type KindSummary, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { BlockRow, BlockRows, HomeBlock } from "../../../frame/shell/home-block.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { addDays } from "../../../records/calendar/calendar-days.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { formatTime, readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { ActivityPage } from "./activity-page.tsx";
import { useRelatedLink } from "./activity-rows.ts";
import { CompletedFigures, useCompletedFigures } from "./completed-figures.tsx";
import { DayBlocks, useDay } from "./day-blocks.tsx";

type Row = ApiRow<Schemas.ActivityRow>;

/** Days after today that the page shows. */
const COMING_DAYS = 7;
const MAX_COMING = 12;

/** The user's activities: what is overdue and due today, what comes in the next days, and what was completed. */
export function ActivityDashboard() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const kind = kinds?.find((candidate) => candidate.kind === "activity");
  const now = new Date().toISOString();
  const day = useDay(now, kind !== undefined);
  const coming = useComing(kind, now);
  // Read together with the blocks, below which they are shown.
  useCompletedFigures(true);
  // The blocks come together, so that none moves another.
  const isReady = !day.isLoading && !coming.isLoading;
  return (
    <ActivityPage title={t("Activities")} creation={{ label: t("New activity"), preset: {} }} isLoading={!isReady}>
      {kind && isReady ? (
        <>
          <div className="grid min-w-0 grid-cols-1 items-start gap-4 desktop:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-4">
              <DayBlocks kind={kind} now={now} part="tasks" />
              <DayBlocks kind={kind} now={now} part="meetings" />
            </div>
            <ComingBlock kind={kind} coming={coming} now={now} />
          </div>
          <CompletedFigures isMine names={["activities_completed", "calls_completed"]} />
        </>
      ) : (
        <Skeleton shape="block" />
      )}
    </ActivityPage>
  );
}

/** Reads what is planned for the user in the next days. */
function useComing(kind: KindSummary | undefined, now: string) {
  const scope = useScope();
  const { timeZone } = useTextOptions();
  const today = readDay(now, timeZone);
  return useQuery({
    queryKey: [...scope, HOME_KEY, "activity", "coming", today, timeZone],
    queryFn: async () => {
      const query = { owner: "me", from: addDays(today, 1), to: addDays(today, COMING_DAYS), timezone: timeZone };
      return (await read<Row[]>("/api/v1/activities/calendar", { ...query, expand: "labels,related_to" })).data;
    },
    enabled: kind !== undefined,
  });
}

interface ComingBlockProps {
  readonly kind: KindSummary;
  readonly coming: ReturnType<typeof useComing>;
  readonly now: string;
}

/** What is planned for the user in the next days: meetings by their start, tasks by their due time. */
function ComingBlock({ kind, coming, now }: ComingBlockProps) {
  const t = useText();
  const options = useTextOptions();
  const { locale, timeZone } = options;
  const findRelated = useRelatedLink();
  const today = readDay(now, timeZone);
  const readTime = ({ start_datetime, due_at }: Row): string => String(start_datetime ?? due_at);
  const entries = (coming.data ?? [])
    .filter(({ status }) => status !== "COMPLETED" && status !== "CANCELLED")
    // What began today is a meeting of today.
    .filter((entry) => readDay(readTime(entry), timeZone) > today)
    .sort((a, b) => readTime(a).localeCompare(readTime(b)));
  const format = dateFormat(locale, { weekday: "short", day: "numeric", timeZone });
  return (
    <HomeBlock
      title={t("The next {count} days", { count: COMING_DAYS })}
      count={entries.length > 0 ? String(entries.length) : undefined}
      href={entries.length > 0 ? "/crm/activities/calendar" : undefined}
      isLoading={coming.isPending}
      hasFailed={coming.isError}
      onRetry={() => void coming.refetch()}
      isEmpty={entries.length === 0}
      emptyText={t("Nothing is planned")}
    >
      <BlockRows>
        {entries.slice(0, MAX_COMING).map((entry) => (
          <BlockRow
            key={`${entry.id} ${readTime(entry)}`}
            start={
              <span className="w-time text-control tabular-nums whitespace-nowrap">
                {format.format(new Date(readTime(entry)))}
              </span>
            }
            href={recordPath(kind, entry.id)}
            title={String(entry.subject)}
            about={findRelated(entry)?.title ?? null}
            isStacked
            end={entry.start_datetime || entry.due_time ? formatTime(readTime(entry), options) : null}
          />
        ))}
      </BlockRows>
    </HomeBlock>
  );
}
