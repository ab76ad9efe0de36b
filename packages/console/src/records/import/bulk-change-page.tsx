import { useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { crm } from "../../api/client.ts";
import { listPath, useKind, useKindIndex } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { ResultList } from "../bulk/result-list.tsx";
import { useBulkChange } from "../bulk/use-bulk-change.ts";
import { CHANGES_PATH } from "../bulk/use-bulk-jobs.ts";
import { type BulkChange, canUndo, countProcessed, isRunning } from "../rows/bulk-rules.ts";
import { formatActivity, formatChange, formatOutcome, formatRecords } from "../rows/bulk-text.ts";
import { FigureList } from "./figure-list.tsx";
import { JobFacts, JobPage } from "./job-page.tsx";
import { labelField } from "./mapping-rules.ts";

/** A bulk change: how far it is, what it did, which records it left and why, and its undo. */
export function BulkChangePage() {
  const t = useText();
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const job = useBulkChange(id);
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find(({ kind }) => kind === job.data?.kind);
  const { data: kind } = useKind(summary?.kind);
  const nameChange = (change: BulkChange | undefined): string => {
    if (change === undefined || summary === undefined) return t("Bulk change");
    const records = change.found === null ? summary.labels : formatRecords(change.found, summary, t);
    if (change.action === "undo") return t("Undo of a bulk change");
    if (change.action === "restore") return t("Restore {records}", { records });
    return formatChange(
      {
        isDelete: change.action === "delete",
        fields: change.fields.map((name) => labelField(name, kind?.fields ?? [], [])),
        added: change.add_tags,
        removed: change.remove_tags,
      },
      records,
      t,
    );
  };
  return (
    <JobPage
      title={nameChange}
      job={job}
      list={{ href: "/crm/bulk-changes", label: t("All bulk changes") }}
      actions={(change) => <ChangeActions change={change} refresh={() => job.refetch()} />}
    >
      {(change) => (
        <>
          <JobFacts at={change.started_at ?? change.created_at}>
            {summary ? (
              <Link variant="value" href={listPath(summary)}>
                {summary.labels}
              </Link>
            ) : null}
          </JobFacts>
          {/* Progress and outcome differ in height, so they stand below the figures, which then do not move. */}
          <FigureList
            label={t("Result")}
            figures={[
              { id: "done", label: change.dry_run ? t("would be changed") : t("changed"), value: change.done },
              { id: "skipped", label: t("left as they were"), value: change.skipped },
              { id: "failed", label: t("refused"), value: change.failed, isBad: true },
            ]}
          />
          {isRunning(change) ? (
            <div className="flex min-w-0 flex-col gap-2" aria-busy="true" aria-live="polite">
              <p className="text-body tabular-nums">
                {formatActivity(change, summary?.labels ?? "", t)}
                {change.found === null
                  ? null
                  : ` ${t("{done} of {total}", { done: formatCount(countProcessed(change)), total: formatCount(change.found) })}`}
              </p>
              <ProgressBar
                label={formatActivity(change, summary?.labels ?? "", t)}
                value={countProcessed(change)}
                max={change.found ?? undefined}
              />
            </div>
          ) : (
            <ChangeOutcome change={change} t={t} />
          )}
          {isRunning(change) || change.failed === 0 ? null : kind ? (
            <section aria-label={t("Refused records")} className="flex max-w-form min-w-0 flex-col gap-2">
              <h2 className="text-section font-semibold">{t("Refused records")}</h2>
              <ResultList kind={kind} changeId={change.id} status="failed" />
            </section>
          ) : (
            <Skeleton shape="block" />
          )}
        </>
      )}
    </JobPage>
  );
}

/** How a bulk change ended, in words. */
function ChangeOutcome({ change, t }: { readonly change: BulkChange; readonly t: Translate }) {
  if (change.status === "failed")
    return (
      <Banner kind="danger" title={t("The change failed")}>
        {change.error}
      </Banner>
    );
  const outcome = formatOutcome(change, t);
  return (
    <Banner
      kind={change.status === "cancelled" || change.failed > 0 ? "warning" : "success"}
      title={change.status === "cancelled" ? t("Stopped: {outcome}", { outcome }) : outcome}
    >
      {change.dry_run ? t("This was a check. Nothing was changed.") : null}
      {change.undone_by_id === null ? null : (
        <Link variant="value" href={`/crm/bulk-changes/view/${change.undone_by_id}`}>
          {t("It was undone: show the undo")}
        </Link>
      )}
      {change.undoes_id === null ? null : (
        <Link variant="value" href={`/crm/bulk-changes/view/${change.undoes_id}`}>
          {t("Show what was undone")}
        </Link>
      )}
    </Banner>
  );
}

function ChangeActions({ change, refresh }: { readonly change: BulkChange; readonly refresh: () => Promise<unknown> }) {
  const t = useText();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The change could not be undone"), isError: true });
    }
    setBusy(false);
  };
  const stop = async (): Promise<void> => {
    await crm.request("POST", `${CHANGES_PATH}/${change.id}/cancel`, { body: {} });
    await refresh();
  };
  const undo = async (): Promise<void> => {
    const { id } = await crm.request<BulkChange>("POST", `${CHANGES_PATH}/${change.id}/undo`, { body: {} });
    await navigate({ to: `/crm/bulk-changes/view/${id}` });
  };
  if (isRunning(change))
    return (
      <Button isPending={isBusy} onPress={() => void run(stop)}>
        {t("Stop")}
      </Button>
    );
  return canUndo(change) ? (
    <Button icon={<Undo2 />} isPending={isBusy} onPress={() => void run(undo)}>
      {t("Undo")}
    </Button>
  ) : null;
}
