import { useState } from "react";
import { crm } from "../../api/client.ts";
import { type KindSummary, useKind } from "../../api/schema.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { type BulkChange, canUndo, isRunning } from "../rows/bulk-rules.ts";
import { formatActivity, formatOutcome } from "../rows/bulk-text.ts";
import { ChangeProgress, formatProgress } from "./change-progress.tsx";
import { ResultList } from "./result-list.tsx";
import { useBulkChange } from "./use-bulk-change.ts";
import { CHANGES_PATH, useBulkJobs } from "./use-bulk-jobs.ts";
import { useUndo } from "./use-undo.ts";

/** A bulk change from its start to its result. It goes on when the dialog is closed. */
export function JobDialog({ id, summary }: { readonly id: string; readonly summary: KindSummary }) {
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
