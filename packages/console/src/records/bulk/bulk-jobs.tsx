import { NotFoundError } from "@crm/sdk/index.ts";
import { ListRestart } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { crm } from "../../api/client.ts";
import { useInvalidation } from "../../api/records.ts";
import { type KindSummary, useKind, useKindIndex } from "../../api/schema.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { type BulkChange, canUndo, countProcessed, isRunning } from "../rows/bulk-rules.ts";
import { formatActivity, formatOutcome } from "../rows/bulk-text.ts";
import { ResultList } from "./result-list.tsx";
import { CHANGES_PATH, useBulkChange, useBulkJobs } from "./use-bulk-jobs.ts";

/** The bulk changes of this tab that run, in a bar at the foot of every page, and the dialog of the one that is open. */
export function BulkJobs() {
  const { jobs, openId } = useBulkJobs();
  const { data: kinds = [] } = useKindIndex();
  const entries = jobs.flatMap((job) => {
    const summary = kinds.find(({ kind }) => kind === job.kind);
    return summary ? [{ ...job, summary }] : [];
  });
  const opened = entries.find(({ id }) => id === openId);
  return (
    <>
      <div data-foot className="flex shrink-0 flex-col print:hidden">
        {entries.map(({ id, summary }) => (
          <JobEntry key={id} id={id} summary={summary} isOpen={id === openId} />
        ))}
      </div>
      {opened ? <JobDialog key={opened.id} id={opened.id} summary={opened.summary} /> : null}
    </>
  );
}

/** Returns the function that takes a bulk change back. The undo is a bulk change of its own. */
function useUndo(summary: KindSummary) {
  const t = useText();
  const { track, forget } = useBulkJobs();
  return async (id: string, isOpen: boolean): Promise<void> => {
    try {
      const undo = await crm.request<BulkChange>("POST", `${CHANGES_PATH}/${id}/undo`, { body: {} });
      forget(id);
      track(undo, summary, isOpen);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The change could not be undone"), isError: true });
    }
  };
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

const formatProgress = (change: BulkChange): string =>
  change.found === null
    ? formatCount(countProcessed(change))
    : `${formatCount(countProcessed(change))} / ${formatCount(change.found)}`;

function ChangeProgress({ change, label }: { readonly change: BulkChange; readonly label: string }) {
  return <ProgressBar label={label} value={countProcessed(change)} max={change.found ?? undefined} />;
}

/** A bulk change from its start to its result. It goes on when the dialog is closed. */
function JobDialog({ id, summary }: { readonly id: string; readonly summary: KindSummary }) {
  const t = useText();
  const { open, forget } = useBulkJobs();
  const { data: change } = useBulkChange(id);
  const undo = useUndo(summary);
  const [isBusy, setBusy] = useState(false);
  const isEnded = change !== undefined && !isRunning(change);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  const stop = (): Promise<unknown> =>
    crm
      .request("POST", `${CHANGES_PATH}/${id}/cancel`, { body: {} })
      .then(undefined, (error) => showToast({ text: readErrors(error, t).form ?? "", isError: true }));
  return (
    <Dialog
      title={
        change && !isEnded
          ? formatActivity(change, summary.labels, t)
          : t("Bulk change of {kinds}", { kinds: toPluralNoun(summary.labels) })
      }
      isOpen
      onOpenChange={() => (isEnded ? forget(id) : open(undefined))}
      actions={(close) => (
        <>
          {isEnded ? null : (
            <Button isPending={isBusy} isDisabled={!change} onPress={() => void run(stop)}>
              {t("Stop")}
            </Button>
          )}
          {change && canUndo(change) ? (
            <Button isPending={isBusy} onPress={() => void run(() => undo(id, true))}>
              {t("Undo")}
            </Button>
          ) : null}
          <Button key={isEnded ? "close" : "continue"} variant="primary" autoFocus onPress={close}>
            {isEnded ? t("Close") : t("Continue in the background")}
          </Button>
        </>
      )}
    >
      {change === undefined ? (
        <Skeleton shape="control" />
      ) : isEnded ? (
        <ChangeResult change={change} summary={summary} />
      ) : (
        <div className="flex flex-col gap-3" aria-live="polite">
          <ChangeProgress change={change} label={formatActivity(change, summary.labels, t)} />
          <p className="text-control tabular-nums">
            {change.found === null ? t("Finding the records…") : formatProgress(change)}
          </p>
        </div>
      )}
    </Dialog>
  );
}

/** How a bulk change ended, and the records that it left. */
function ChangeResult({ change, summary }: { readonly change: BulkChange; readonly summary: KindSummary }) {
  const t = useText();
  const { data: kind } = useKind(summary.kind);
  const [isShown, setShown] = useState(false);
  const left = change.failed + (change.action === "undo" ? change.skipped : 0);
  return (
    <div className="flex flex-col gap-4">
      <Banner
        kind={change.status === "failed" ? "danger" : left > 0 || change.status === "cancelled" ? "warning" : "success"}
        title={
          change.status === "cancelled"
            ? t("Stopped: {outcome}", { outcome: formatOutcome(change, t) })
            : formatOutcome(change, t)
        }
      >
        {change.error}
        {change.action !== "undo" && change.skipped > 0
          ? t("{count, plural, one {# record already has} other {# records already have}} these values.", {
              count: change.skipped,
            })
          : null}
      </Banner>
      {left > 0 && !isShown ? (
        <span>
          <Button isSmall onPress={() => setShown(true)}>
            {t("{count, plural, one {Show the record that was left} other {Show the # records that were left}}", { count: left })}
          </Button>
        </span>
      ) : null}
      {kind && isShown && change.failed > 0 ? <ResultList kind={kind} changeId={change.id} status="failed" /> : null}
      {kind && isShown && change.action === "undo" && change.skipped > 0 ? (
        <ResultList kind={kind} changeId={change.id} status="skipped" />
      ) : null}
    </div>
  );
}
