import { useState } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import type { Action, Kind } from "../data/schema.ts";
import { ActionFields } from "../form/action-fields.tsx";
import { readErrors, useFormState } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { FileDrop, type FileEntry } from "../kit/file-drop.tsx";
import { uploadFile } from "../record/file-transfer.ts";
import { ImportResult } from "../record/import-result.tsx";
import { listActionFields } from "./campaign-data.ts";

interface MetricImportDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

const MAX_BYTES = 50 * 1024 * 1024;
const ASKED = ["channel_id", "platform_campaign"];

/** Imports the daily metrics of a file of an advertising platform, and shows how many rows were taken. */
export function MetricImportDialog({ kind, record, action, onClose }: MetricImportDialogProps) {
  const t = useText();
  const [file, setFile] = useState<File>();
  const [progress, setProgress] = useState<number>();
  const [started, setStarted] = useState<string>();
  const [message, setMessage] = useState<string>();
  const invalidate = useInvalidation();
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
        <ImportResult id={started} onEnd={() => invalidate(kind, record.id)} />
      )}
    </Dialog>
  );
}
