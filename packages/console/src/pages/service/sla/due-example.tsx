import { parseZonedDateTime } from "@internationalized/date";
import { useMemo, useState } from "react";
import { useTenant } from "../../../api/tenant.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { formatMinutes } from "./minutes.ts";
import { alwaysOpen, type CalendarTime, useCalendarTime, useDueTimes } from "./sla-data.ts";
import { findNextFriday } from "./sla-rules.ts";

interface DueExampleProps {
  readonly calendarId: string | null;
  /** In place of the stored calendar, such as one that is not saved yet. */
  readonly calendar?: CalendarTime;
  readonly targets: readonly { readonly label: string; readonly minutes: number | null }[];
}

/** Ten minutes before most offices close for the weekend. */
const EXAMPLE_TIME = "16:50";

/** When a ticket would be due, as the API computes it: "A ticket created Friday 16:50 is due Monday 10:50". */
export function DueExample({ calendarId, calendar: given, targets }: DueExampleProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { organizationZone } = useTenant();
  const stored = useCalendarTime(given ? null : calendarId);
  const always = useMemo(() => alwaysOpen(organizationZone), [organizationZone]);
  const calendar = given ?? (calendarId === null ? always : stored.data);
  const zone = calendar?.timezone ?? organizationZone;
  const [chosen, setChosen] = useState<string | null>(null);
  const start = useMemo(() => chosen ?? findExampleStart(zone), [chosen, zone]);
  const known = targets.filter((target): target is { label: string; minutes: number } => target.minutes !== null);
  const { data: dueTimes = [], error: failure } = useDueTimes(
    calendar,
    start,
    known.map(({ minutes }) => minutes),
  );
  const format = (instant: string): string =>
    dateFormat(locale, {
      weekday: "long",
      day: "numeric",
      month: "short",
      hour: "numeric",
      minute: "2-digit",
      timeZone: zone,
    }).format(new Date(instant));
  return (
    <section aria-label={t("Example")} className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <h2 className="text-section font-semibold">{t("Example")}</h2>
      <InstantField label={t("A ticket is created")} timeZone={zone} value={start} onChange={(value) => setChosen(value)} />
      {known.length === 0 ? (
        <p className="text-control text-text-muted">{t("Set a target to see when a ticket is due.")}</p>
      ) : (
        <ul className="flex min-w-0 flex-col gap-2 text-control" aria-live="polite">
          {known.map(({ label, minutes }) => {
            const { due, error = failure } = dueTimes.find((target) => target.minutes === minutes) ?? {};
            return (
              <li key={label} className="flex min-w-0 flex-col">
                <span className="text-text-muted">{t("{label} in {time}", { label, time: formatMinutes(minutes, locale) })}</span>
                <span className="font-medium wrap-anywhere">
                  {error ? (
                    (Object.values(readErrors(error, t).fields)[0] ??
                    readErrors(error, t).form ??
                    t("The due time could not be computed"))
                  ) : due ? (
                    t("Created {start}, due {due}", { start: format(start), due: format(due) })
                  ) : (
                    // As long as the answer, so that what is below stays where it is.
                    <span aria-hidden="true" className="invisible">
                      {t("Created {start}, due {due}", { start: format(start), due: format(start) })}
                    </span>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <p className="text-meta text-text-muted">{t("Times of {zone}", { zone: zone.replaceAll("_", " ") })}</p>
    </section>
  );
}

/** The next Friday shortly before the weekend, in a zone. */
function findExampleStart(zone: string): string {
  const now = new Date().toISOString();
  const friday = findNextFriday(readDay(now, zone));
  return parseZonedDateTime(`${friday}T${EXAMPLE_TIME}[${zone}]`).toAbsoluteString();
}
