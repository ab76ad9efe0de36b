import { useParams, useSearch } from "@tanstack/react-router";
import { Download, Undo2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import { saveFile } from "../../api/file-download.ts";
import { useInvalidation } from "../../api/records.ts";
import { type Kind, type KindSummary, listPath, useKind, useKindIndex } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { toCountedNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { CorrectionGrid } from "./correction-grid.tsx";
import { FigureList } from "./figure-list.tsx";
import { cancelImport, type ImportJob, isOpenImport, revertImport, useImport, useRejectedRows } from "./import-data.ts";
import { ImportProgress } from "./import-progress.tsx";
import { ImportSettings } from "./import-settings.tsx";
import { listCounts } from "./import-text.ts";
import { JobFacts, JobPage } from "./job-page.tsx";
import { readEntity } from "./mapping-rules.ts";

/** An import: how far it is, how it ended, its refused rows, and its undo. */
export function ImportPage() {
  const t = useText();
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const job = useImport(id);
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find((kind) => readEntity(kind) === job.data?.entity);
  const { data: kind } = useKind(summary?.kind);
  return (
    <JobPage
      title={(data) => data?.file_name ?? t("Import")}
      job={job}
      list={{ href: "/crm/imports", label: t("All imports") }}
      actions={(data) => <ImportActions job={data} summary={summary} />}
      hasManyActions
    >
      {(data) => <ImportContent key={id} job={data} summary={summary} kind={kind} />}
    </JobPage>
  );
}

interface ImportContentProps {
  readonly job: ImportJob;
  /** Undefined: the rows are parts of records, such as the metrics of a campaign. */
  readonly summary: KindSummary | undefined;
  readonly kind: Kind | undefined;
}

function ImportContent({ job, summary, kind }: ImportContentProps) {
  const t = useText();
  const { id: userId, role, extra_roles } = useSession();
  const { from } = useSearch({ strict: false }) as { readonly from?: string };
  const invalidate = useInvalidation();
  const isOpen = isOpenImport(job);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && summary) void invalidate(summary);
    wasOpen.current = isOpen;
  }, [isOpen, summary, invalidate]);
  const mayCorrect = job.owner_id === userId || [role, ...extra_roles].includes("ADMIN");
  const isEnded = job.status === "completed" || job.status === "cancelled" || job.status === "failed";
  const hasRefused = isEnded && job.failed > 0;
  const rejected = useRejectedRows(hasRefused && mayCorrect ? job.id : undefined);
  const canCorrect = kind !== undefined && summary?.operations.includes("import") === true && rejected.data !== undefined;
  // What is below the grid waits for it, so that it does not move.
  const isWaiting = hasRefused && mayCorrect && summary !== undefined && (kind === undefined || rejected.isPending);
  return (
    <>
      <JobFacts at={job.started_at ?? job.created_at}>
        {summary ? (
          <Link variant="value" href={listPath(summary)}>
            {summary.labels}
          </Link>
        ) : null}
        {from === undefined ? null : (
          <Link variant="value" href={`/crm/imports/view/${from}`}>
            {t("Corrected rows of an earlier import")}
          </Link>
        )}
      </JobFacts>
      {/* Progress and outcome differ in height, so what is below them waits for the end, and nothing moves. */}
      <FigureList label={t("Result")} figures={listCounts(job, t)} />
      {isOpen ? <ImportProgress job={job} /> : <ImportOutcome job={job} />}
      {!hasRefused ? null : !mayCorrect ? (
        <Banner kind="info" title={t("Only the user who started the import and administrators see the refused rows")} />
      ) : rejected.error ? (
        <LoadError query={rejected} text={t("The refused rows could not be loaded")} />
      ) : canCorrect ? (
        <CorrectionGrid job={job} kind={kind} />
      ) : isWaiting ? (
        <Skeleton shape="block" />
      ) : null}
      {isOpen || isWaiting ? null : <ImportSettings job={job} kind={kind} />}
    </>
  );
}

/** How an import ended, in words. */
function ImportOutcome({ job }: { readonly job: ImportJob }) {
  const t = useText();
  const { status, failed, options, error, reverted } = job;
  if (status === "reverted")
    return (
      <Banner kind={reverted && reverted.kept > 0 ? "warning" : "success"} title={t("The import was undone")}>
        {reverted
          ? t("{removed} deleted, {restored} restored, {kept} kept because they were changed since", {
              removed: formatCount(reverted.removed),
              restored: formatCount(reverted.restored),
              kept: formatCount(reverted.kept),
            })
          : null}
      </Banner>
    );
  if (status === "failed")
    return (
      <Banner kind="danger" title={error?.message ?? t("The import failed")}>
        {error?.details.map(({ message }) => message).join(" ")}
      </Banner>
    );
  if (status === "cancelled")
    return (
      <Banner kind="warning" title={t("The import was stopped")}>
        {t("What was written before stays, and can be undone.")}
      </Banner>
    );
  if (options.dry_run)
    return (
      <Banner kind="info" title={t("This was a check")}>
        {t("Nothing was imported.")}
      </Banner>
    );
  return failed > 0 ? (
    <Banner kind="warning" title={t("{count, plural, one {# row was refused} other {# rows were refused}}", { count: failed })}>
      {t("Correct the marked cells below, and import these rows again.")}
    </Banner>
  ) : (
    <Banner kind="success" title={t("All rows were imported")} />
  );
}

function ImportActions({ job, summary }: { readonly job: ImportJob; readonly summary: KindSummary | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const { refetch } = useImport(job.id);
  const [isBusy, setBusy] = useState(false);
  const canStop = job.status === "queued" || job.status === "running";
  const canUndo =
    !job.options.dry_run &&
    (job.status === "completed" || job.status === "cancelled" || job.status === "failed") &&
    job.created + job.updated > 0;
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await work();
      await refetch();
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The import could not be changed"), isError: true });
    }
    setBusy(false);
  };
  const download = async (): Promise<void> => saveFile(await crm.imports(job.id).errors.download(), `${job.file_name}.csv`);
  return (
    <>
      {job.failed > 0 ? (
        <Button icon={<Download />} onPress={() => void run(download)}>
          {t("Download refused rows")}
        </Button>
      ) : null}
      {canStop ? (
        <Button isPending={isBusy} onPress={() => void run(() => cancelImport(job.id))}>
          {t("Stop")}
        </Button>
      ) : null}
      {canUndo ? (
        <UndoDialog job={job} summary={summary} isBusy={isBusy} undo={() => void run(() => revertImport(job.id))} />
      ) : null}
      {summary && !isOpenImport(job) ? (
        <Button onPress={() => void navigate({ to: "/crm/imports/add", search: { kind: summary.kind } })}>
          {t("Import another file")}
        </Button>
      ) : null}
    </>
  );
}

interface UndoDialogProps {
  readonly job: ImportJob;
  readonly summary: KindSummary | undefined;
  readonly isBusy: boolean;
  readonly undo: () => void;
}

/** An undo cannot be undone, so it is asked for. */
function UndoDialog({ job, summary, isBusy, undo }: UndoDialogProps) {
  const t = useText();
  const rowCount = job.created + job.updated;
  const count = formatCount(rowCount);
  return (
    <Dialog
      role="alertdialog"
      title={t("Undo this import?")}
      trigger={
        <Button icon={<Undo2 />} isPending={isBusy}>
          {t("Undo the import")}
        </Button>
      }
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button
            variant="danger"
            onPress={() => {
              close();
              undo();
            }}
          >
            {summary
              ? t("Undo {count} {kinds}", { count, kinds: toCountedNoun(rowCount, summary) })
              : t("Undo {count} rows", { count })}
          </Button>
        </>
      )}
    >
      <p className="text-body">
        {t(
          "Records that the import created are deleted, and changed ones get their values back. Records that were changed since stay as they are.",
        )}
      </p>
    </Dialog>
  );
}
