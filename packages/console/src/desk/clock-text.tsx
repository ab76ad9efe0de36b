import type { RecordData } from "../data/kind.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import type { TextOptions } from "../fields/value-text.ts";
import { formatExact, formatMinute, formatTime, readDay } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import type { Hue } from "../kit/hue.ts";
import { Tag } from "../kit/tag.tsx";
import { type ClockFields, type DeskClock, findClockHue, formatClock, formatShortClock, listClocks } from "./clock-rules.ts";
import { useMinute } from "./use-minute.ts";

/** Lateness is red words, as in lists and on boards: tags are for statuses. */
const clockClasses: Readonly<Partial<Record<Hue, string>>> = { red: "text-danger", yellow: "text-warning" };

/** What a ticket owes first, in words that change with each minute. Nothing for a ticket that owes nothing. */
export function FirstClockText({ ticket, isShort = false }: { readonly ticket: ClockFields; readonly isShort?: boolean }) {
  const now = useMinute();
  const [clock] = listClocks(ticket, now);
  return clock === undefined ? null : <ClockText clock={clock} ticket={ticket} now={now} isShort={isShort} />;
}

interface ClockTextProps {
  readonly clock: DeskClock;
  readonly ticket: ClockFields;
  readonly now: string;
  /** Whether there is no room for a sentence, which the tooltip then has. */
  readonly isShort?: boolean;
}

function ClockText({ clock, ticket, now, isShort = false }: ClockTextProps) {
  const t = useText();
  const options = useTextOptions();
  const text = formatClock(clock, ticket, now, options, t);
  return (
    <span
      dir="auto"
      title={text}
      className={`${isShort ? "shrink-0 text-meta" : "min-w-0 truncate text-control"} ${clockClasses[findClockHue(clock, now)] ?? "text-text-muted"}`}
    >
      {isShort ? formatShortClock(clock, now, options, t) : text}
    </span>
  );
}

/** All that a ticket owes, each with its time. How late it is stands in the head of the thread. */
export function ClockList({ ticket }: { readonly ticket: ClockFields }) {
  const t = useText();
  const options = useTextOptions();
  const now = useMinute();
  const clocks = listClocks(ticket, now);
  return (
    <section aria-label={t("Service level")} className="flex flex-col gap-2">
      <h2 className="text-body font-semibold">{t("Service level")}</h2>
      {clocks.length === 0 ? (
        <p className="text-control text-text-muted">{t("No answer or solution is due")}</p>
      ) : (
        <dl className="flex flex-col">
          {clocks.map((clock) => (
            <div
              key={clock.metric}
              className="grid min-h-control min-w-0 grid-cols-(--field-columns) items-center gap-2 text-control"
            >
              <dt className="text-text-muted">{clock.metric === "reply" ? t("Reply") : t("Solution")}</dt>
              <dd
                title={formatClock(clock, ticket, now, options, t)}
                className={clockClasses[findClockHue(clock, now)] ?? "text-text"}
              >
                {clock.dueAt === null ? (
                  formatShortClock(clock, now, options, t)
                ) : (
                  <time dateTime={clock.dueAt}>{formatMinute(clock.dueAt, options)}</time>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** Until when a ticket is out of the queues. */
export function SnoozeTag({ ticket }: { readonly ticket: RecordData }) {
  const until = ticket.snoozed_until;
  const t = useText();
  const options = useTextOptions();
  const now = useMinute();
  if (typeof until !== "string") return null;
  return <Tag label={t("Snoozed until {time}", { time: formatUntil(until, now, options) })} hue="gray" />;
}

/** Later today the time is enough. */
const formatUntil = (until: string, now: string, options: TextOptions): string =>
  readDay(until, options.timeZone) === readDay(now, options.timeZone) ? formatTime(until, options) : formatExact(until, options);
