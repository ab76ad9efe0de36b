import { ChevronDown, ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import type { Kind } from "../../api/schema.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import type { ListState } from "../../input/filters/list-address.ts";
import { CreateDrawer } from "../../input/form/create-drawer.tsx";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import type { Reader } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { useWidth } from "../../ui/kit/use-width.ts";
import { type CalendarSpan, calendarSpans, type Display } from "../rows/display.ts";
import { CalendarBody } from "./calendar-body.tsx";
import { findToday, listCalendarDays, stepDay } from "./calendar-days.ts";
import type { EntryContext } from "./entry.ts";
import { type CalendarPlace, readPreset, type TimeFields } from "./entry-drag.ts";
import { formatDay } from "./entry-text.ts";
import { useCalendarEntries, useEntryChange } from "./use-calendar-entries.ts";
import { useWorkSchedule } from "./use-work-schedule.ts";

interface CalendarViewProps {
  readonly kind: Kind;
  readonly state: ListState;
  readonly display: Display;
  readonly onDisplay: (display: Display) => void;
  /** Search and filters, which stand in the row of the days. */
  readonly tools?: ReactNode;
}

/** Narrower calendars have no week. */
const MIN_WEEK_WIDTH = 560;

/** Records by their time: a month, a week, a day, or a list of days. */
export function CalendarView({ kind, state, display, onDisplay, tools }: CalendarViewProps) {
  const t = useText();
  const { locale } = useLocale();
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const { timeZone, hours, isLoading } = useWorkSchedule();
  const [preset, setPreset] = useState<Readonly<Record<string, string>>>();
  const isNarrow = width > 0 && width < MIN_WEEK_WIDTH;
  const spans = calendarSpans.filter((span) => !(isNarrow && span === "week"));
  const wanted = display.span ?? (isNarrow ? "agenda" : "week");
  const span = spans.includes(wanted) ? wanted : "day";
  const day = display.day ?? findToday(timeZone);
  const days = useMemo(() => listCalendarDays(span, day, locale), [span, day, locale]);
  const { list, entries, isCut } = useCalendarEntries(kind, state, days, timeZone);
  const changeEntry = useEntryChange(kind, { locale, timeZone });
  const startField = kind.fields.find(({ name }) => name === kind.calendar?.start);
  const fields = useMemo(
    (): TimeFields => ({ start: kind.calendar?.start ?? "", end: kind.calendar?.end, isDate: startField?.type === "date" }),
    [kind.calendar, startField],
  );
  const createLabel = nameCreation(kind, t);
  const canCreate = kind.operations.includes("create") && startField?.creatable === true;
  const context = useEntryContext(kind, changeEntry, { locale, timeZone });
  const create = (from: CalendarPlace, to: CalendarPlace = from): void => setPreset(readPreset(fields, from, to, timeZone));
  const spanLabels = { month: t("Month"), week: t("Week"), day: t("Day"), agenda: t("Agenda") };
  const daysTitle = titleDays(span, day, days, locale, findToday(timeZone));
  const show = (next: Partial<Display>): void => onDisplay({ ...display, span, day, ...next });
  return (
    <section
      ref={frame}
      aria-label={t("Calendar of {kinds}", { kinds: toPluralNoun(kind.labels) })}
      className="flex h-full min-h-0 min-w-0 flex-col"
    >
      <header className="flex shrink-0 items-center gap-2 border-b border-border px-4 py-2 tablet:flex-wrap tablet:px-6">
        <Button isSmall onPress={() => show({ day: findToday(timeZone) })}>
          {t("Today")}
        </Button>
        <span className="-mx-2 flex shrink-0 tablet:mx-0 tablet:gap-2">
          <IconButton
            isSmall
            label={t("Earlier")}
            icon={<ChevronLeft className="mirror" />}
            onPress={() => show({ day: stepDay(span, day, -1) })}
          />
          <IconButton
            isSmall
            label={t("Later")}
            icon={<ChevronRight className="mirror" />}
            onPress={() => show({ day: stepDay(span, day, 1) })}
          />
        </span>
        <h2
          aria-live="polite"
          title={daysTitle}
          className="min-w-0 flex-1 truncate text-control font-semibold tablet:basis-field-short tablet:text-body"
        >
          {daysTitle}
        </h2>
        {tools}
        {isNarrow ? (
          <Menu
            trigger={<IconButton isSmall label={t("Period")} icon={<ChevronDown />} />}
            placement="bottom end"
            selectionMode="single"
            selectedKeys={[span]}
            onAction={(id) => show({ span: id as CalendarSpan })}
          >
            {spans.map((id) => (
              <MenuItem key={id} id={id} label={spanLabels[id]} />
            ))}
          </Menu>
        ) : (
          <SegmentedControl
            label={t("Period")}
            segments={spans.map((id) => ({ id, label: spanLabels[id] }))}
            value={span}
            onChange={(id) => show({ span: id as CalendarSpan })}
          />
        )}
      </header>
      {list.error ? (
        <div className="p-4">
          <LoadError query={list} text={t("The calendar could not be loaded")} />
        </div>
      ) : null}
      {isCut ? <Banner kind="warning" title={t("There are more entries than a calendar shows. Add a filter.")} /> : null}
      {width === 0 ? null : (
        <CalendarBody
          {...context}
          span={span}
          day={day}
          days={days}
          entries={entries}
          fields={fields}
          hours={hours}
          isLoading={isLoading || list.isPending || list.isPlaceholderData}
          onCreate={canCreate ? create : undefined}
          onLeave={(next) => show({ day: next })}
          onOpenDay={(next) => show({ span: "day", day: next })}
          createLabel={createLabel}
        />
      )}
      <CreateDrawer
        kindName={preset === undefined ? undefined : kind.kind}
        preset={preset}
        fields={Object.keys(preset ?? {})}
        onClose={() => setPreset(undefined)}
      />
    </section>
  );
}

/** What all entries need. It stays the same while one of them is dragged, so that the others are not drawn again. */
function useEntryContext(kind: Kind, change: ReturnType<typeof useEntryChange>, { locale, timeZone }: Reader): EntryContext {
  const latest = useRef(change);
  const moved = useRef<string>(undefined);
  useEffect(() => {
    latest.current = change;
  }, [change]);
  return useMemo(
    () => ({
      kind,
      reader: { locale, timeZone },
      canChange: ({ fields: { start } }) =>
        kind.operations.includes("update") && kind.fields.some(({ name, editable }) => name === start && editable),
      onChange: (entry, changed) => void latest.current(entry, changed),
      moved,
    }),
    [kind, locale, timeZone],
  );
}

function titleDays(span: CalendarSpan, day: string, days: readonly string[], locale: string, today: string): string {
  if (span === "month") return formatDay(day, locale, { month: "long", year: "numeric" });
  if (span === "day") return formatDay(day, locale, { dateStyle: "full" });
  const [first, last] = [days[0] ?? day, days.at(-1) ?? day].map((text) => new Date(`${text}T00:00:00Z`));
  // The present year goes without saying.
  const isPresent = [days[0] ?? day, days.at(-1) ?? day].every((text) => text.slice(0, 4) === today.slice(0, 4));
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(isPresent ? {} : { year: "numeric" }),
    timeZone: "UTC",
  }).formatRange(first as Date, last as Date);
}
