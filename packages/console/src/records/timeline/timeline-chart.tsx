import { ArrowLeft, ArrowRight } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { Link as BarLink } from "react-aria-components/Link";
import { formatTitle, recordPath } from "../../api/schema.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { dateFormat } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { joinClasses } from "../../ui/kit/classes.ts";
import { hueClasses } from "../../ui/kit/hue.ts";
import { Link } from "../../ui/kit/link.tsx";
import { PlacedBox } from "../../ui/kit/placed-box.tsx";
import { readHueLabel } from "../calendar/calendar-entries.ts";
import { type Bar, chooseUnit, listTicks, placeBar, placeDay, type Span, type TickUnit } from "./timeline-layout.ts";
import { formatPeriod, formatProgress, type TimelineRow, type TimelineRowsProps } from "./timeline-row.ts";

/** The width of the names, in pixels. */
const NAME_WIDTH = 280;
/** The widths of labels, in pixels. */
const MIN_LABEL_WIDTHS = { day: 0, week: 52, month: 32 } as const;

/** A row for each record: its name at the start, and its bar on the line of time. */
export function TimelineChart({ kind, rows, span, width, today, onDay, more }: TimelineRowsProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const lineWidth = width - NAME_WIDTH;
  const unit = chooseUnit(span, lineWidth);
  const ticks = listTicks(span, unit, locale);
  const now = placeDay(today, span);
  return (
    <div className="relative min-h-0 flex-1 overflow-y-auto bg-surface">
      <div className="sticky top-0 z-2 flex h-row border-b border-border bg-surface text-meta font-medium text-text-muted">
        <span className="flex w-board-column shrink-0 items-center border-e border-border px-4 tablet:ps-6">{kind.label}</span>
        <div aria-hidden="true" className="relative min-w-0 flex-1 overflow-hidden">
          {ticks.map(({ day, start, width: share }) => (
            <PlacedBox
              key={day}
              top={0}
              height={1}
              start={start}
              width={share}
              className={joinClasses(
                "flex items-center overflow-hidden whitespace-nowrap tabular-nums",
                unit === "day" ? "justify-center" : "ps-1",
                day === today && unit === "day" && "font-semibold text-accent-text",
              )}
            >
              {/* A part of a week has no room. */}
              {share * lineWidth < MIN_LABEL_WIDTHS[unit] ? null : formatTick(day, unit, locale)}
            </PlacedBox>
          ))}
        </div>
      </div>
      <div className="relative">
        <div aria-hidden="true" className="absolute inset-y-0 start-board-column end-0">
          {ticks.map(({ day, start, width: share }) => (
            <PlacedBox key={day} top={0} height={1} start={start} width={share} className="border-e border-border" />
          ))}
          {now === undefined ? null : <PlacedBox top={0} height={1} start={now} width={0} className="border-s-2 border-accent" />}
        </div>
        <ul className="flex flex-col">
          {rows.map((row) => (
            <li key={row.record.id} className="relative flex h-row border-b border-border">
              <span className="flex w-board-column shrink-0 items-center border-e border-border bg-surface px-4 text-control tablet:ps-6">
                <span dir="auto" title={formatTitle(kind, row.record)} className="min-w-0 truncate">
                  <Link variant="title" href={recordPath(kind, row.record.id)}>
                    <span className="block truncate">{formatTitle(kind, row.record)}</span>
                  </Link>
                </span>
              </span>
              <div className="relative min-w-0 flex-1 overflow-hidden">
                <RowBar kind={kind} row={row} span={span} lineWidth={lineWidth} onDay={onDay} />
              </div>
            </li>
          ))}
        </ul>
      </div>
      {now === undefined ? null : <span className="sr-only">{t("The line is today")}</span>}
      {more ? <div className="px-4 py-3 tablet:px-6">{more}</div> : null}
    </div>
  );
}

const formatTick = (day: string, unit: TickUnit, locale: string): string =>
  dateFormat(locale, {
    ...(unit === "month" ? {} : { day: "numeric" }),
    ...(unit === "day" ? {} : { month: "short" }),
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));

interface RowBarProps extends Pick<TimelineRowsProps, "kind" | "onDay"> {
  readonly row: TimelineRow;
  readonly span: Span;
  /** In pixels. */
  readonly lineWidth: number;
}

function RowBar({ kind, row, span, lineWidth, onDay }: RowBarProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { record, period, progress, hue, status } = row;
  if (!period) return <span className="flex h-full items-center px-2 text-meta text-text-muted">{t("No dates")}</span>;
  const bar = placeBar(period, span);
  const dates = formatPeriod(period, locale);
  const title = formatTitle(kind, record);
  if (bar === "before" || bar === "after")
    return (
      <Button
        aria-label={t("Show {name}, {dates}", { name: title, dates })}
        onPress={() => onDay(period.start)}
        className={joinClasses(
          "absolute inset-y-0 flex items-center gap-1 rounded-small px-2 text-meta text-text-muted focus-ring data-focus-visible:ring-inside data-hovered:text-text",
          bar === "before" ? "start-0" : "end-0",
        )}
      >
        {bar === "before" ? <ArrowLeft aria-hidden="true" className="mirror" /> : null}
        {dates}
        {bar === "after" ? <ArrowRight aria-hidden="true" className="mirror" /> : null}
      </Button>
    );
  const percent = progress === undefined ? "" : formatProgress(progress, locale);
  const done = percent === "" ? "" : t("{percent} done", { percent });
  const about = [title, readHueLabel(status, record), dates, done].filter(Boolean).join(", ");
  return (
    <PlacedBox top={0} height={1} start={bar.start} width={bar.width} className="flex min-w-6 py-1">
      <BarLink
        href={recordPath(kind, record.id)}
        aria-label={about}
        className={joinClasses(
          "relative flex min-w-0 flex-1 cursor-default items-center overflow-hidden border border-current focus-ring data-focus-visible:ring-inside",
          hueClasses[hue],
          roundEnds(bar),
        )}
      >
        {progress ? <PlacedBox top={0} height={1} width={progress} className="bg-current/25" /> : null}
        <span title={about} className="relative min-w-0 flex-1 truncate px-2 text-meta font-medium tabular-nums">
          {bar.width * lineWidth < MIN_LABEL_WIDTHS.week ? "" : percent}
        </span>
      </BarLink>
    </PlacedBox>
  );
}

/** A bar that goes on has no rounded end. */
const roundEnds = ({ isCutAtStart, isCutAtEnd }: Bar): string =>
  joinClasses(isCutAtStart ? "border-s-0" : "rounded-s-small", isCutAtEnd ? "border-e-0" : "rounded-e-small");
