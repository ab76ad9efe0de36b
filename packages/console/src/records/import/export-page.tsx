import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../../api/client.ts";
import { saveFile } from "../../api/file-download.ts";
import { listPath, useKind, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { formatExact } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { formatBytes } from "../../ui/kit/file-rules.ts";
import { Link } from "../../ui/kit/link.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { JobFacts, JobPage } from "./job-page.tsx";
import { labelField, readEntity } from "./mapping-rules.ts";

type ExportJob = Schemas.Export;

const EXPORTS_PATH = "/api/v1/exports";
const POLL_MS = 1000;
const isOpen = ({ status }: ExportJob): boolean => status === "queued" || status === "running";

/** An export: how far it is, its file, and what it has. */
export function ExportPage() {
  const t = useText();
  const scope = useScope();
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const job = useQuery({
    queryKey: [...scope, "export", id],
    queryFn: async () => (await read<ExportJob>(`${EXPORTS_PATH}/${id}`)).data,
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : POLL_MS),
  });
  return (
    <JobPage
      title={(data) => data?.file_name ?? t("Export")}
      job={job}
      list={{ href: "/crm/exports", label: t("All exports") }}
      actions={(data) => <ExportActions job={data} refresh={() => job.refetch()} />}
    >
      {(data) => <ExportContent job={data} />}
    </JobPage>
  );
}

function ExportActions({ job, refresh }: { readonly job: ExportJob; readonly refresh: () => Promise<unknown> }) {
  const t = useText();
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The export failed"), isError: true });
    }
    setBusy(false);
  };
  const download = async (): Promise<void> => saveFile(await crm.exports(job.id).file.download(), job.file_name);
  const cancel = async (): Promise<void> => {
    await crm.request("POST", `${EXPORTS_PATH}/${job.id}/cancel`, { body: {} });
    await refresh();
  };
  if (isOpen(job))
    return (
      <Button isPending={isBusy} onPress={() => void run(cancel)}>
        {t("Stop")}
      </Button>
    );
  return job.status === "completed" && !isExpired(job) ? (
    <Button variant="primary" icon={<Download />} isPending={isBusy} onPress={() => void run(download)}>
      {t("Download the file")}
    </Button>
  ) : null;
}

const isExpired = ({ expires_at }: ExportJob): boolean => expires_at !== null && Date.parse(expires_at) < Date.now();

function ExportContent({ job }: { readonly job: ExportJob }) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find((kind) => readEntity(kind) === job.entity);
  const { data: kind } = useKind(summary?.kind);
  const rows = t("{count, plural, one {# row} other {# rows}}", { count: job.rows });
  const columns = job.columns.map((name) => labelField(name, kind?.fields ?? [], []));
  return (
    <>
      <JobFacts at={job.started_at ?? job.created_at}>
        {summary ? (
          <Link variant="value" href={listPath(summary)}>
            {summary.labels}
          </Link>
        ) : null}
        <span>{job.format === "xlsx" ? t("Excel workbook") : t("CSV file")}</span>
      </JobFacts>
      {isOpen(job) ? (
        <div className="flex min-w-0 flex-col gap-2" aria-busy="true" aria-live="polite">
          <p className="text-body tabular-nums">{t("The file is being written: {rows}", { rows })}</p>
          <ProgressBar label={t("The file is being written")} value={0} max={undefined} />
        </div>
      ) : job.status === "failed" ? (
        <Banner kind="danger" title={t("The export failed")}>
          {job.error}
        </Banner>
      ) : job.status === "cancelled" ? (
        <Banner kind="warning" title={t("The export was stopped")}>
          {t("There is no file.")}
        </Banner>
      ) : isExpired(job) ? (
        <Banner kind="info" title={t("The file is no longer kept")}>
          {t("Export the list again for a new one.")}
        </Banner>
      ) : (
        <Banner kind="success" title={t("The file is ready")}>
          {[rows, ...(job.size === null ? [] : [formatBytes(job.size, locale)])].join(" · ")}
          {job.expires_at === null ? null : (
            <span className="block">{t("Kept until {when}.", { when: formatExact(job.expires_at, { locale, timeZone }) })}</span>
          )}
        </Banner>
      )}
      {job.left_out > 0 ? (
        <Banner
          kind="info"
          title={t("{count, plural, one {# record is not in the file} other {# records are not in the file}}", {
            count: job.left_out,
          })}
        >
          {t("The data of their persons are restricted.")}
        </Banner>
      ) : null}
      {/* Progress and outcome differ in height, so what is below them waits for the end, and nothing moves. */}
      {kind && columns.length > 0 && !isOpen(job) ? (
        <section aria-label={t("Columns")} className="flex max-w-form min-w-0 flex-col gap-2">
          <h2 className="text-section font-semibold">{t("{count} columns", { count: formatCount(columns.length) })}</h2>
          <p className="text-control wrap-anywhere">{columns.join(", ")}</p>
        </section>
      ) : null}
    </>
  );
}
