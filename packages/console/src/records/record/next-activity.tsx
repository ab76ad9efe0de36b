import { CalendarClock, Plus } from "lucide-react";
import { useState } from "react";
import { isEnded } from "../../api/record-outcomes.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatLate } from "../../ui/i18n/lateness.ts";
import { formatExact, formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { findActivityList, type NextActivity as PlannedActivity } from "../rows/next-activity.ts";
import { listEntryNames } from "./composer-entries.ts";
import { EntryDialog } from "./entry-dialog.tsx";

interface NextActivityProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** Null: nothing is planned. Undefined: it is not known yet. */
  readonly next: PlannedActivity | null | undefined;
}

/** The first thing that is planned for a record, or that nothing is planned. Of an ended record nothing is expected. */
export function NextActivity({ kind, record, next }: NextActivityProps) {
  const t = useText();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const { permissions } = useSession();
  const [isPlanning, setPlanning] = useState(false);
  const activities = kinds.find((candidate) => candidate.kind === "activity");
  if (!activities || !findActivityList(kind) || (!next && isEnded(kind.kind, record))) return null;
  const now = new Date().toISOString();
  const at = next?.happens_at;
  const isLate = at !== null && at !== undefined && at < now;
  return (
    <div className="flex min-h-row min-w-0 items-center gap-2 text-control print:hidden">
      <CalendarClock className="text-text-muted" />
      {next ? (
        <span className="min-w-0 flex-1" title={next.subject}>
          <Link variant="title" href={recordPath(activities, next.id)}>
            <span className="cut-name">{next.subject}</span>
          </Link>
        </span>
      ) : (
        <span className="min-w-0 flex-1 text-text-muted">{next === null ? t("Nothing is planned") : ""}</span>
      )}
      {at ? (
        <time
          dateTime={at}
          title={formatExact(at, options)}
          className={isLate ? "shrink-0 text-meta text-danger" : "shrink-0 text-meta text-text-muted"}
        >
          {isLate ? formatLate(at, now, options.locale, t) : formatRelative(at, now, options)}
        </time>
      ) : null}
      {next === null && listEntryNames({ kind, kinds, record, permissions }).includes("task") ? (
        <span className="-me-2">
          <Button isSmall variant="quiet" icon={<Plus />} onPress={() => setPlanning(true)}>
            {t("Plan task")}
          </Button>
        </span>
      ) : null}
      {isPlanning ? <EntryDialog kind={kind} record={record} name="task" onClose={() => setPlanning(false)} /> : null}
    </div>
  );
}
