import { NotFoundError } from "@crm/sdk/index.ts";
import { ListRestart } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import { useInvalidation } from "../../api/records.ts";
import { type KindSummary, useKindIndex } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { canUndo, isRunning } from "../rows/bulk-rules.ts";
import { formatActivity, formatOutcome } from "../rows/bulk-text.ts";
import { ChangeProgress, formatProgress } from "./change-progress.tsx";
import { JobDialog } from "./job-dialog.tsx";
import { useBulkChange } from "./use-bulk-change.ts";
import { useBulkJobs } from "./use-bulk-jobs.ts";
import { useUndo } from "./use-undo.ts";

/** The bulk changes that run, each in a line, and the dialog of the one that is open. */
export function JobBar() {
  const { jobs, openId } = useBulkJobs();
  const { data: kinds = [] } = useKindIndex();
  const entries = jobs.flatMap((job) => {
    const summary = kinds.find(({ kind }) => kind === job.kind);
    return summary ? [{ ...job, summary }] : [];
  });
  const opened = entries.find(({ id }) => id === openId);
  return (
    <>
      {entries.map(({ id, summary }) => (
        <JobEntry key={id} id={id} summary={summary} isOpen={id === openId} />
      ))}
      {opened ? <JobDialog key={opened.id} id={opened.id} summary={opened.summary} /> : null}
    </>
  );
}

interface JobEntryProps {
  readonly id: string;
  readonly summary: KindSummary;
  readonly isOpen: boolean;
}

/** A bulk change in the bar. When it ends, lists are read again, and it leaves the bar: a toast says how it ended, and opens its result. */
function JobEntry({ id, summary, isOpen }: JobEntryProps) {
  const t = useText();
  const { open, forget, track } = useBulkJobs();
  const { data: change, error } = useBulkChange(id);
  const invalidate = useInvalidation();
  const undo = useUndo(summary);
  const hasEnded = change !== undefined && !isRunning(change);
  const end = useEffectEvent((): void => {
    if (!change) return;
    void invalidate(summary);
    // The open dialog shows the result, and closing it ends the entry.
    if (isOpen) return;
    const isClean = change.failed === 0 && change.status === "completed";
    const outcome = change.status === "failed" ? t("The change failed") : formatOutcome(change, t);
    showToast({
      text: `${summary.labels}: ${outcome}`,
      isError: !isClean,
      ...(canUndo(change) ? { undo: () => void undo(id, false) } : {}),
      ...(isClean ? {} : { next: { label: t("Show"), run: () => track(change, summary, true) } }),
    });
    forget(id);
  });
  useEffect(() => {
    if (hasEnded) end();
  }, [hasEnded]);
  const isGone = error instanceof NotFoundError;
  useEffect(() => {
    if (isGone) forget(id);
  });
  if (isOpen || change === undefined || hasEnded) return null;
  const activity = formatActivity(change, summary.labels, t);
  return (
    <section
      aria-label={activity}
      className="flex min-w-0 items-center gap-3 border-t border-border bg-raised px-4 py-2 text-control tablet:px-6"
    >
      <ListRestart className="shrink-0 text-text-muted" />
      <span className="min-w-0 truncate" title={activity}>
        {activity}
      </span>
      <span className="shrink-0 tabular-nums text-text-muted">{formatProgress(change)}</span>
      <span className="min-w-0 flex-1">
        <ChangeProgress change={change} label={activity} />
      </span>
      <Button isSmall variant="quiet" onPress={() => open(id)}>
        {t("Show")}
      </Button>
    </section>
  );
}
