import { type ReactNode, useState } from "react";
import { type FormState, readErrors, useFormState } from "../../input/form/form-state.ts";
import { useDraft } from "../../input/form/use-draft.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { FileDrop, type FileEntry } from "../../ui/kit/file-drop.tsx";
import { uploadFile } from "../record/file-transfer.ts";
import { ImportResult } from "./import-result.tsx";

interface ImportDialogProps {
  readonly title: string;
  /** What the file has to contain, and what its rows do. */
  readonly description: string;
  readonly fileLabel: string;
  /** Starts the import of an upload. Returns the id of the import. */
  readonly start: (uploadId: string, values: FormState["changes"]) => Promise<string>;
  /** Fields that are sent with the file. */
  readonly renderFields?: (form: FormState) => ReactNode;
  readonly onEnd: () => Promise<void>;
  readonly onClose: () => void;
}

const MAX_BYTES = 50 * 1024 * 1024;

/**
 * Sends a file of parts of one record, such as the metrics of a campaign, and shows how many rows were taken. Its columns are known, so there is no mapping.
 * Files of records go through the wizard (`records/import/import-wizard.tsx`).
 */
export function ImportDialog({ title, description, fileLabel, start, renderFields, onEnd, onClose }: ImportDialogProps) {
  const t = useText();
  const [file, setFile] = useState<File>();
  const [progress, setProgress] = useState<number>();
  const [started, setStarted] = useState<string>();
  const [message, setMessage] = useState<string>();
  const form = useFormState({}, t, useDraft(`import ${title}`));
  const entries: FileEntry[] = file
    ? [{ id: "file", name: file.name, bytes: file.size, ...(progress === undefined ? {} : { progress }) }]
    : [];
  const run = async (): Promise<void> => {
    if (!file) return setMessage(t("Choose a file first."));
    setMessage(undefined);
    const id = await form.submit(async () => {
      const uploadId = await sendFile(file);
      return uploadId === undefined ? undefined : start(uploadId, form.changes);
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
  /** The upload goes to a store that has other errors than the API. */
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
      title={title}
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
          <p className="text-control text-text-muted">{description}</p>
          {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
          <FileDrop
            label={fileLabel}
            files={entries}
            accept={[".csv", ".xlsx"]}
            maxBytes={MAX_BYTES}
            onAdd={([first]) => setFile(first)}
            onRemove={() => setFile(undefined)}
          />
          {renderFields?.(form)}
        </div>
      ) : (
        <ImportResult id={started} onEnd={onEnd} />
      )}
    </Dialog>
  );
}
