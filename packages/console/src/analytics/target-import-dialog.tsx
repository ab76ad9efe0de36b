import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { useInvalidation } from "../data/records.ts";
import { useScope } from "../data/session.ts";
import { useFormState } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { FileDrop, type FileEntry } from "../kit/file-drop.tsx";
import { uploadFile } from "../record/file-transfer.ts";
import { ImportResult } from "../record/import-result.tsx";

const MAX_BYTES = 50 * 1024 * 1024;

/** Sets the targets of a file, and shows how many rows were taken. */
export function TargetImportDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const form = useFormState({}, t);
  const [file, setFile] = useState<File>();
  const [progress, setProgress] = useState<number>();
  const [started, setStarted] = useState<string>();
  const [message, setMessage] = useState<string>();
  const entries: FileEntry[] = file
    ? [{ id: "file", name: file.name, bytes: file.size, ...(progress === undefined ? {} : { progress }) }]
    : [];
  const run = async (): Promise<void> => {
    if (!file) return setMessage(t("Choose a file first."));
    setMessage(undefined);
    try {
      const id = await form.submit(async () => {
        const upload_id = await uploadFile(file, setProgress, new AbortController().signal);
        const { id: importId } = await crm.request<{ id: string }>("POST", "/api/v1/targets/import", { body: { upload_id } });
        return importId;
      });
      setStarted(id);
    } catch {
      // Errors of the API are in the form. The upload itself goes to a store that has other errors.
      setMessage(t("The file could not be sent"));
    } finally {
      setProgress(undefined);
    }
  };
  const refresh = async (): Promise<void> => {
    await Promise.all([invalidate({ kind: "target" }), queries.invalidateQueries({ queryKey: [...scope, "analytics"] })]);
  };
  const refusal = message ?? form.errors.form ?? Object.values(form.errors.fields)[0];
  return (
    <Dialog
      title={t("Import targets")}
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
              "Each row is a target: its figure, its period such as 2026-11, 2026-Q4 or 2026, its value, and its user, team or territory. It replaces an existing one.",
            )}
          </p>
          {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
          <FileDrop
            label={t("File with targets")}
            files={entries}
            accept={[".csv", ".xlsx"]}
            maxBytes={MAX_BYTES}
            onAdd={([first]) => setFile(first)}
            onRemove={() => setFile(undefined)}
          />
        </div>
      ) : (
        <ImportResult id={started} onEnd={refresh} />
      )}
    </Dialog>
  );
}
