import { formatTitle, recordPath } from "../../api/schema.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { readHueLabel } from "../calendar/calendar-entries.ts";
import { formatPeriod, formatProgress, type TimelineRowsProps } from "./timeline-row.ts";

const PERCENT = 100;

/** The records of a timeline one below the other, for narrow pages. */
export function TimelineCards({ kind, rows, more }: TimelineRowsProps) {
  const t = useText();
  const { locale } = useTextOptions();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
      <ul className="flex flex-col gap-2">
        {rows.map(({ record, period, progress, hue, status }) => {
          const label = readHueLabel(status, record);
          const percent = progress === undefined ? "" : formatProgress(progress, locale);
          return (
            <li
              key={record.id}
              className="relative flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface px-3 py-2 text-control"
            >
              <span className="flex min-w-0 items-center gap-2">
                <span dir="auto" className="min-w-0 flex-1 truncate text-body">
                  <Link variant="card" href={recordPath(kind, record.id)}>
                    {formatTitle(kind, record)}
                  </Link>
                </span>
                {label === undefined ? null : <Tag label={label} hue={hue} />}
              </span>
              <span className="flex items-baseline gap-2 text-text-muted">
                <span className="min-w-0 flex-1 truncate tabular-nums">
                  {period ? formatPeriod(period, locale) : t("No dates")}
                </span>
                <span className="tabular-nums">{percent}</span>
              </span>
              {progress === undefined ? null : (
                <ProgressBar label={t("{percent} done", { percent })} value={progress * PERCENT} max={PERCENT} />
              )}
            </li>
          );
        })}
      </ul>
      {more ? <div className="py-3">{more}</div> : null}
    </div>
  );
}
