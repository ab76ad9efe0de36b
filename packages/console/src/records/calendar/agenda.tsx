import { Plus } from "lucide-react";
import { useState } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { findToday } from "./calendar-days.ts";
import { compareEntries, isOnDay } from "./calendar-entries.ts";
import type { EntryContext, RecordEntry } from "./entry.ts";
import { EntryBox } from "./entry-box.tsx";
import { formatDay } from "./entry-text.ts";
import type { CalendarGridProps } from "./time-grid.tsx";

type AgendaProps = Omit<CalendarGridProps, "handlersFor" | "onLeave" | "onOpenDay">;

/** The entries of the days one below the other, for narrow pages. */
export function Agenda({ days, entries, onCreate, createLabel, ...context }: AgendaProps) {
  const t = useText();
  const today = findToday(context.reader.timeZone);
  const shown = days.map((day) => ({ day, list: entries.filter((entry) => isOnDay(entry, day)).sort(compareEntries) }));
  const filled = shown.filter(({ day, list }) => list.length > 0 || day === today);
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-surface px-4 pb-8">
      {filled.length === 0 ? <EmptyState kind="empty" title={t("Nothing on these days")} /> : null}
      {filled.map(({ day, list }) => (
        <AgendaDay key={day} day={day} list={list} isToday={day === today} {...{ onCreate, createLabel }} {...context} />
      ))}
    </div>
  );
}

interface AgendaDayProps extends EntryContext, Pick<AgendaProps, "onCreate" | "createLabel"> {
  readonly day: string;
  readonly list: readonly RecordEntry[];
  readonly isToday: boolean;
}

/** A day with hundreds of entries shows its first ones until the user wants all. */
const MAX_SHOWN = 50;

function AgendaDay({ day, list, isToday, onCreate, createLabel, kind, reader, canChange, onChange, moved }: AgendaDayProps) {
  const t = useText();
  const [showsAll, setAll] = useState(false);
  const { locale } = reader;
  const shown = showsAll ? list : list.slice(0, MAX_SHOWN);
  const title = formatDay(day, locale, { dateStyle: "full" });
  return (
    <section aria-label={title} className="flex flex-col gap-1 pt-3">
      <header className="flex min-h-target items-center gap-2">
        <h2 className={`min-w-0 flex-1 truncate text-body font-semibold ${isToday ? "text-accent-text" : ""}`}>
          {formatDay(day, locale, { weekday: "long", day: "numeric", month: "long" })}
        </h2>
        {onCreate ? (
          <IconButton isSmall label={`${createLabel}, ${title}`} icon={<Plus />} onPress={() => onCreate({ day })} />
        ) : null}
      </header>
      {list.length === 0 ? <p className="text-control text-text-muted">{t("Nothing planned")}</p> : null}
      {shown.map((entry) => (
        <div key={entry.id} className="grid min-h-control">
          <EntryBox {...{ kind, reader, canChange, onChange, moved }} entry={entry} isLow={false} />
        </div>
      ))}
      {shown.length < list.length ? (
        <span>
          <Button isSmall variant="quiet" onPress={() => setAll(true)}>
            {t("{count, plural, one {# more} other {# more}}", { count: list.length - shown.length })}
          </Button>
        </span>
      ) : null}
    </section>
  );
}
