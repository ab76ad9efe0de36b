import type { ReactNode } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { formatDayTitle, formatExact, formatTime, type Reader, readDay } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Skeleton } from "./skeleton.tsx";

/** Something that happened, or is planned. */
export interface TimelineEntry {
  readonly id: string;
  /** An RFC 3339 instant. */
  readonly at: string;
  readonly icon: ReactNode;
  /** Who did what: `Anna called Acme`. */
  readonly title: ReactNode;
  readonly body?: ReactNode;
  /** Buttons of the entry. */
  readonly actions?: ReactNode;
}

interface TimelineProps {
  readonly label: string;
  /** In the order in which they are shown. */
  readonly entries: readonly TimelineEntry[];
  readonly now: string;
  readonly timeZone: string;
  readonly isLoading?: boolean;
  /** Whether its days are the sections of a page. Else they are below the title of a section. */
  readonly isPage?: boolean;
  /** Loads older entries, as long as there are any. */
  readonly onLoadMore?: () => void;
  readonly isLoadingMore?: boolean;
}

/** Entries that follow each other on one day. */
function groupByDay(entries: readonly TimelineEntry[], timeZone: string): { day: string; entries: TimelineEntry[] }[] {
  const groups: { day: string; entries: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const day = readDay(entry.at, timeZone);
    const last = groups.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else groups.push({ day, entries: [entry] });
  }
  return groups;
}

/** What happened with a record, by day. */
export function Timeline(props: TimelineProps) {
  const { label, entries, now, timeZone, isLoading = false, isPage = false, onLoadMore, isLoadingMore } = props;
  const Heading = isPage ? "h2" : "h3";
  const t = useText();
  const { locale } = useLocale();
  const reader: Reader = { locale, timeZone };
  if (isLoading) return <TimelineSkeleton />;
  if (entries.length === 0) return <EmptyState kind="empty" title={t("No activities, messages or notes yet")} />;
  return (
    <section aria-label={label} className="flex min-w-0 flex-col gap-3">
      {groupByDay(entries, timeZone).map((group) => (
        <div key={`${group.day} ${group.entries[0]?.id}`} className="flex min-w-0 flex-col gap-2">
          <Heading className="text-meta font-medium text-text-muted">
            {formatDayTitle(group.entries[0]?.at ?? now, now, reader)}
          </Heading>
          <ol className="flex min-w-0 flex-col">
            {group.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} reader={reader} />
            ))}
          </ol>
        </div>
      ))}
      {onLoadMore === undefined ? null : (
        <span>
          <Button isSmall isPending={isLoadingMore} onPress={onLoadMore}>
            {t("Show earlier entries")}
          </Button>
        </span>
      )}
    </section>
  );
}

function Entry({ entry, reader }: { readonly entry: TimelineEntry; readonly reader: Reader }) {
  return (
    <li className="group flex min-w-0 gap-3">
      <span className="flex shrink-0 flex-col items-center">
        <span className="flex size-6 items-center justify-center rounded-full pointer-coarse:size-8 bg-hover text-text-muted">
          {entry.icon}
        </span>
        <span className="w-px flex-1 bg-border group-last:hidden" />
      </span>
      <div className="flex min-w-0 flex-1 flex-col pb-3 group-last:pb-0">
        <div className="flex min-w-0 flex-wrap items-start gap-x-2">
          <span className="min-h-6 min-w-0 flex-1 content-center text-control pointer-coarse:min-h-8 wrap-anywhere">
            {entry.title}
          </span>
          <time
            dateTime={entry.at}
            title={formatExact(entry.at, reader)}
            className="flex h-6 shrink-0 items-center text-meta tabular-nums text-text-muted pointer-coarse:h-8"
          >
            {formatTime(entry.at, reader)}
          </time>
        </div>
        {entry.body === undefined ? null : <div className="text-control wrap-anywhere text-text-muted">{entry.body}</div>}
        {entry.actions === undefined ? null : <div className="flex flex-wrap gap-2 pt-1">{entry.actions}</div>}
      </div>
    </li>
  );
}

function TimelineSkeleton() {
  return (
    <div className="flex flex-col gap-6" aria-busy="true">
      {["first", "second", "third"].map((key) => (
        <div key={key} className="flex gap-3">
          <Skeleton shape="circle" />
          <div className="flex flex-1 flex-col gap-3 pt-1">
            <Skeleton width="medium" />
            <Skeleton />
          </div>
        </div>
      ))}
    </div>
  );
}
