import type { Schemas } from "@crm/sdk/index.ts";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { type Action, type Kind, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { ActionFields } from "../form/action-fields.tsx";
import { readErrors, useFormState } from "../form/form-state.ts";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { FileDrop, type FileEntry } from "../kit/file-drop.tsx";
import { Link } from "../kit/link.tsx";
import { ProgressBar } from "../kit/progress-bar.tsx";
import { uploadFile } from "../record/file-transfer.ts";
import { listActionFields } from "./campaign-data.ts";

interface MetricImportDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

const MAX_BYTES = 50 * 1024 * 1024;
const POLL_MS = 1000;
const ASKED = ["channel_id", "platform_campaign"];

/** Imports the daily metrics of a file of an advertising platform, and shows how many rows were taken. */
export function MetricImportDialog({ kind, record, action, onClose }: MetricImportDialogProps) {
  const t = useText();
  const [file, setFile] = useState<File>();
  const [progress, setProgress] = useState<number>();
  const [started, setStarted] = useState<string>();
  const [message, setMessage] = useState<string>();
  const form = useFormState({}, t);
  const entries: FileEntry[] = file
    ? [{ id: "file", name: file.name, bytes: file.size, ...(progress === undefined ? {} : { progress }) }]
    : [];
  const run = async (): Promise<void> => {
    if (!file) return setMessage(t("Choose a file first."));
    setMessage(undefined);
    const id = await form.submit(async () => {
      const upload_id = await sendFile(file);
      if (upload_id === undefined) return undefined;
      const body = { upload_id, ...form.changes };
      const answer = await crm.request<{ import_id: string }>("POST", `${kind.path}/${record.id}/metrics/import`, { body });
      return answer.import_id;
    });
    setProgress(undefined);
    setStarted(id);
  };
  const sendFile = async (chosen: File): Promise<string | undefined> => {
    try {
      return await uploadFile(chosen, setProgress, new AbortController().signal);
    } catch (error) {
      setMessage(describeUpload(error));
      return undefined;
    }
  };
  const describeUpload = (error: unknown): string => {
    try {
      return readErrors(error, t).form ?? t("The file could not be sent");
    } catch {
      return t("The file could not be sent");
    }
  };
  const refusal = message ?? form.errors.form ?? Object.values(form.errors.fields)[0];
  return (
    <Dialog
      title={t("Import daily metrics")}
      isOpen
      onOpenChange={onClose}
      actions={(close) =>
        started === undefined ? (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="primary" isPending={form.isSaving} onPress={() => void run()}>
              {t("Import")}
            </Button>
          </>
        ) : (
          <Button onPress={close}>{t("Close")}</Button>
        )
      }
    >
      {started === undefined ? (
        <div className="flex min-w-0 flex-col gap-4">
          <p className="text-control text-text-muted">
            {t(
              "Exports of Google Ads, Meta Ads, LinkedIn, TikTok and Microsoft Advertising are recognised. A later file replaces the rows of an earlier one.",
            )}
          </p>
          {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
          <FileDrop
            label={t("File with daily metrics")}
            files={entries}
            accept={[".csv", ".xlsx"]}
            maxBytes={MAX_BYTES}
            onAdd={([first]) => setFile(first)}
            onRemove={() => setFile(undefined)}
          />
          <ActionFields
            fields={listActionFields(action).filter(({ name }) => ASKED.includes(name))}
            form={form}
            record={record}
          />
        </div>
      ) : (
        <ImportResult id={started} kind={kind} record={record} />
      )}
    </Dialog>
  );
}

interface ImportResultProps extends Pick<MetricImportDialogProps, "kind" | "record"> {
  readonly id: string;
}

const isOpen = ({ status }: Schemas.Import): boolean => status === "queued" || status === "running";

function ImportResult({ id, kind, record }: ImportResultProps) {
  const t = useText();
  const scope = useScope();
  const invalidate = useInvalidation();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const imports = kinds.find((candidate) => candidate.kind === "import");
  const { data, error } = useQuery({
    queryKey: [...scope, "import", id],
    queryFn: imports
      ? async () => {
          const next: Schemas.Import = await crm.request<Schemas.Import>("GET", `${imports.path}/${id}`);
          if (!isOpen(next)) await invalidate(kind, record.id);
          return next;
        }
      : skipToken,
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : POLL_MS),
  });
  if (error) return <Banner kind="danger" title={readErrors(error, t).form ?? t("The import could not be read")} />;
  if (!data || isOpen(data))
    return (
      <div className="flex min-w-0 flex-col gap-2" aria-busy="true">
        <p className="text-body">{t("The rows are being imported")}</p>
        <ProgressBar label={t("The rows are being imported")} value={data?.processed ?? 0} max={data?.total_rows ?? undefined} />
      </div>
    );
  const text = t("{created} new, {updated} replaced, {failed} refused", {
    created: formatCount(data.created, locale),
    updated: formatCount(data.updated, locale),
    failed: formatCount(data.failed, locale),
  });
  return (
    <Banner
      kind={data.status !== "completed" ? "danger" : data.failed > 0 ? "warning" : "success"}
      title={data.status === "completed" ? t("The file was imported") : t("The import failed")}
    >
      <p className="tabular-nums">{data.status === "completed" ? text : data.error?.message}</p>
      {imports ? (
        <Link variant="value" href={recordPath(imports, id)}>
          {t("Show the import")}
        </Link>
      ) : null}
    </Banner>
  );
}
