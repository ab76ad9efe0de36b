import type { RecordData } from "../../../api/kind.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatExact } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { Tag } from "../../../ui/kit/tag.tsx";
import {
  type ClockFields,
  type DeskClock,
  findClockHue,
  formatClock,
  formatMoment,
  formatShortClock,
  listClocks,
} from "./clock-rules.ts";
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
      className={`${isShort ? "shrink-0" : "min-w-0 truncate text-control"} ${clockClasses[findClockHue(clock, now)] ?? "text-text-muted"}`}
    >
      {isShort ? formatShortClock(clock, now, options, t) : text}
    </span>
  );
}

/** All that a ticket owes: how late it is, and the time. */
export function ClockList({ ticket }: { readonly ticket: ClockFields }) {
  const t = useText();
  const options = useTextOptions();
  const now = useMinute();
  const clocks = listClocks(ticket, now);
  return (
    <section aria-label={t("Service level")} className="flex flex-col gap-2">
      <h2 className="text-body font-semibold">{t("Service level")}</h2>
      {clocks.length === 0 ? (
        <p className="text-control text-text-muted">{t("No reply or resolution is due")}</p>
      ) : (
        <dl className="flex flex-col">
          {clocks.map((clock) => (
            <div
              key={clock.metric}
              className="grid min-h-control min-w-0 grid-cols-(--field-columns) items-center gap-2 text-control"
            >
              <dt className="text-text-muted">{clock.metric === "reply" ? t("Reply") : t("Resolution")}</dt>
              <dd
                title={clock.dueAt === null ? undefined : formatExact(clock.dueAt, options)}
                className="flex min-w-0 flex-wrap gap-x-2"
              >
                <ClockFacts clock={clock} now={now} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** How late it is or how much time is left, and then the time itself where the first does not say it. */
function ClockFacts({ clock, now }: { readonly clock: DeskClock; readonly now: string }) {
  const t = useText();
  const options = useTextOptions();
  const text = formatShortClock(clock, now, options, t);
  const moment = clock.dueAt === null ? text : formatMoment(clock.dueAt, now, options);
  return (
    <>
      <span className={clockClasses[findClockHue(clock, now)] ?? "text-text"}>{text}</span>
      {moment === text || clock.dueAt === null ? null : (
        <time dateTime={clock.dueAt} className="text-text-muted tabular-nums">
          {moment}
        </time>
      )}
    </>
  );
}

/** Until when a ticket is out of the queues. */
export function SnoozeTag({ ticket }: { readonly ticket: RecordData }) {
  const until = ticket.snoozed_until;
  const t = useText();
  const options = useTextOptions();
  const now = useMinute();
  if (typeof until !== "string") return null;
  return <Tag label={t("Snoozed until {time}", { time: formatMoment(until, now, options) })} hue="gray" />;
}
