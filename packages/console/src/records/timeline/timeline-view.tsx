import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useMemo, useRef } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import { selectRowFields } from "../../api/row-fields.ts";
import type { Kind } from "../../api/schema.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import type { ListState } from "../../input/filters/list-address.ts";
import { buildListQuery } from "../../input/filters/view-query.ts";
import { dateFormat } from "../../ui/i18n/formatters.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { readDay } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Switch } from "../../ui/kit/switch.tsx";
import { useWidth } from "../../ui/kit/use-width.ts";
import { findToday } from "../calendar/calendar-days.ts";
import { readHue } from "../calendar/calendar-entries.ts";
import { useWorkSchedule } from "../calendar/use-work-schedule.ts";
import { type Display, type TimelineZoom, timelineZooms } from "../rows/display.ts";
import { SearchState } from "../rows/search-progress.tsx";
import { useListRows } from "../rows/use-list-rows.ts";
import { isSortRefusal, useAcceptedSort, useSortRefusal } from "../rows/use-list-sorts.ts";
import { findOpenFilter } from "./open-filter.ts";
import { TimelineCards } from "./timeline-cards.tsx";
import { TimelineChart } from "./timeline-chart.tsx";
import { findSpan, readPeriod, readProgress, type Span, sortUndatedLast, stepSpan } from "./timeline-layout.ts";
import type { TimelineRow } from "./timeline-row.ts";

interface TimelineViewProps {
  readonly kind: Kind;
  readonly state: ListState;
  readonly display: Display;
  readonly onDisplay: (display: Display) => void;
  /** A button that creates the first record, if the user may. */
  readonly createButton: ReactNode;
  readonly onClear: () => void;
}

/** Narrower pages list cards with dates. */
const MIN_CHART_WIDTH = 560;

/** Records as bars on a line of time, from their start to their end. */
export function TimelineView({ kind, state, display, onDisplay, createButton, onClear }: TimelineViewProps) {
  const t = useText();
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const { timeZone } = useWorkSchedule();
  const zoom = display.zoom ?? "quarter";
  const today = findToday(timeZone);
  const day = display.day ?? today;
  const span = useMemo(() => findSpan(zoom, day), [zoom, day]);
  const isNarrow = width > 0 && width < MIN_CHART_WIDTH;
  const { showsEnded = false } = display;
  const openFilter = useMemo(() => findOpenFilter(kind, state.conditions), [kind, state.conditions]);
  const shownState = useMemo(
    () => (openFilter && !showsEnded ? { ...state, conditions: [...state.conditions, openFilter] } : state),
    [state, openFilter, showsEnded],
  );
  const { list, rows, isFiltered } = useTimelineRows(kind, shownState, timeZone);
  const show = (next: Partial<Display>): void => onDisplay({ ...display, zoom, day, ...next });
  const zoomLabels = { month: t("Month"), quarter: t("Quarter"), year: t("Year") };
  const Rows = isNarrow ? TimelineCards : TimelineChart;
  const endedSwitch = openFilter ? (
    <Switch isSelected={showsEnded} onChange={(isSelected) => show({ showsEnded: isSelected })}>
      {t("Show ended")}
    </Switch>
  ) : null;
  return (
    <section
      ref={frame}
      aria-label={t("Timeline of {kinds}", { kinds: toPluralNoun(kind.labels) })}
      aria-busy={list.isPending || list.isPlaceholderData}
      className="flex h-full min-h-0 min-w-0 flex-col"
    >
      {isNarrow ? (
        endedSwitch && <div className="border-b border-border px-4 pt-3">{endedSwitch}</div>
      ) : (
        <header className="flex shrink-0 items-center gap-2 border-b border-border px-4 py-2 tablet:px-6">
          <Button isSmall onPress={() => show({ day: today })}>
            {t("Today")}
          </Button>
          <IconButton
            isSmall
            label={t("Earlier")}
            icon={<ChevronLeft className="mirror" />}
            onPress={() => show({ day: stepSpan(zoom, day, -1) })}
          />
          <IconButton
            isSmall
            label={t("Later")}
            icon={<ChevronRight className="mirror" />}
            onPress={() => show({ day: stepSpan(zoom, day, 1) })}
          />
          <SpanTitle span={span} zoom={zoom} />
          {endedSwitch}
          <SegmentedControl
            label={t("Period")}
            segments={timelineZooms.map((id) => ({ id, label: zoomLabels[id] }))}
            value={zoom}
            onChange={(id) => show({ zoom: id as TimelineZoom })}
          />
        </header>
      )}
      {list.error && !isSortRefusal(list.error) ? (
        <div className="p-4 tablet:p-6">
          <LoadError query={list} text={t("The list could not be loaded")} />
        </div>
      ) : null}
      {list.isPending && !list.error ? (
        <div className="p-4 tablet:p-6">
          <Skeleton shape="block" />
        </div>
      ) : null}
      {list.data && rows.length === 0 && list.search.isIncomplete ? (
        <SearchState search={list.search} />
      ) : list.data && rows.length === 0 ? (
        isFiltered ? (
          <EmptyState
            kind="nothing-found"
            title={t("Nothing matches these filters")}
            action={
              shownState === state ? (
                <Button onPress={onClear}>{t("Clear the filters")}</Button>
              ) : (
                <Button onPress={() => show({ showsEnded: true })}>{t("Show ended")}</Button>
              )
            }
          />
        ) : (
          <EmptyState
            kind="empty"
            title={t("There are no {kinds} yet", { kinds: toPluralNoun(kind.labels) })}
            action={createButton}
          />
        )
      ) : null}
      {width === 0 || rows.length === 0 ? null : (
        <Rows
          kind={kind}
          rows={rows}
          span={span}
          width={width}
          today={today}
          onDay={(next) => show({ day: next })}
          more={
            list.hasNextPage ? (
              <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
                {t("Show more")}
              </Button>
            ) : null
          }
        />
      )}
    </section>
  );
}

/** The rows of the list with the days of their bars, in the time zone of the user. */
function useTimelineRows(kind: Kind, state: ListState, timeZone: string) {
  const { timeline, sorts } = kind;
  const { start = "", end = "", progress } = timeline ?? {};
  const query = useMemo(
    // The first orders are those that lists are stored in.
    () => buildListQuery({ ...state, sort: state.sort ?? sorts.find((name) => name === start || name === end) }),
    [state, start, end, sorts],
  );
  const status = kind.board?.field;
  const shown = useMemo(
    () =>
      selectRowFields(
        kind,
        [start, end, progress, status].filter((name): name is string => name !== undefined && name !== ""),
      ),
    [kind, start, end, progress, status],
  );
  const accepted = useAcceptedSort(kind, query);
  const { list, rows: records } = useListRows({ kind, query: accepted.query, shown, isEnabled: timeline !== undefined });
  useSortRefusal(list.error, accepted.refuse);
  const rows = useMemo((): TimelineRow[] => {
    const isDate = (name: string): boolean => kind.fields.some((field) => field.name === name && field.type === "date");
    const hueField = kind.fields.find(({ name }) => name === status);
    const readRow = (record: ConsoleRecord): TimelineRow => ({
      record,
      period: readPeriod(record, { start, end }, (value, name) => (isDate(name) ? value : readDay(value, timeZone))),
      progress: progress === undefined || record[progress] === null ? undefined : readProgress(record[progress]),
      hue: readHue(hueField, record),
      status: hueField,
    });
    return sortUndatedLast(records.map(readRow));
  }, [records, kind, start, end, progress, status, timeZone]);
  return { list, rows, isFiltered: state.conditions.length > 0 || state.search !== "" || state.where !== undefined };
}

/** The span in words: `October – December 2026`. */
function SpanTitle({ span, zoom }: { readonly span: Span; readonly zoom: TimelineZoom }) {
  const { locale } = useTextOptions();
  const [first, last] = [span.first, span.last].map((day) => new Date(`${day}T00:00:00Z`)) as [Date, Date];
  const format = dateFormat(locale, {
    year: "numeric",
    ...(zoom === "year" ? {} : { month: "long" }),
    timeZone: "UTC",
  });
  const title = format.formatRange(first, last);
  return (
    <h2 aria-live="polite" title={title} className="min-w-0 flex-1 truncate text-body font-semibold">
      {title}
    </h2>
  );
}
