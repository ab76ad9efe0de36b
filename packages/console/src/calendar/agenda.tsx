import { Plus } from "lucide-react";
import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { findToday } from "./calendar-days.ts";
import { compareEntries, isOnDay } from "./calendar-entries.ts";
import { EntryBox } from "./entry-box.tsx";
import { type CalendarGridProps, formatDay } from "./time-grid.tsx";

type AgendaProps = Omit<CalendarGridProps, "handlersFor" | "onLeave" | "onOpenDay">;

/** The entries of the days one below the other, for narrow pages. */
export function Agenda({ days, entries, onCreate, createLabel, ...context }: AgendaProps) {
  const t = useText();
  const { locale, timeZone } = context.reader;
  const today = findToday(timeZone);
  const shown = days.map((day) => ({ day, list: entries.filter((entry) => isOnDay(entry, day)).sort(compareEntries) }));
  const filled = shown.filter(({ day, list }) => list.length > 0 || day === today);
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-surface px-4 pb-8">
      {filled.length === 0 ? <EmptyState kind="empty" title={t("Nothing on these days")} /> : null}
      {filled.map(({ day, list }) => (
        <section key={day} aria-label={formatDay(day, locale, { dateStyle: "full" })} className="flex flex-col gap-1 pt-3">
          <header className="flex min-h-target items-center gap-2">
            <h2 className={`min-w-0 flex-1 truncate text-body font-semibold ${day === today ? "text-accent-text" : ""}`}>
              {formatDay(day, locale, { weekday: "long", day: "numeric", month: "long" })}
            </h2>
            {onCreate ? (
              <IconButton
                isSmall
                label={`${createLabel}, ${formatDay(day, locale, { dateStyle: "full" })}`}
                icon={<Plus />}
                onPress={() => onCreate({ day })}
              />
            ) : null}
          </header>
          {list.length === 0 ? <p className="text-control text-text-muted">{t("Nothing planned")}</p> : null}
          {list.map((entry) => (
            <div key={entry.id} className="grid min-h-control">
              <EntryBox {...context} entry={entry} isLow={false} />
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
