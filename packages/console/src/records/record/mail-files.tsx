import { Paperclip } from "lucide-react";
import { useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import type { FormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { FilePicker } from "../../ui/kit/file-picker.tsx";
import { formatBytes } from "../../ui/kit/file-rules.ts";
import { Select, toKeys } from "../../ui/kit/select.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { uploadFile } from "./file-transfer.ts";
import { useRecordFiles } from "./mail-data.ts";

interface MailFilesProps {
  readonly form: FormState;
  readonly kind: Pick<Kind, "kind">;
  readonly recordId: string;
  readonly error: string | undefined;
}

/** The files of a mail: files of the record, and new ones, which become files of the record. */
export function MailFiles({ form, kind, recordId, error }: MailFilesProps) {
  const t = useText();
  const { locale } = useLocale();
  const invalidate = useInvalidation();
  const [isSending, setSending] = useState(false);
  const files = useRecordFiles(recordId);
  const chosen = (form.values.attachment_ids as readonly string[] | undefined) ?? [];
  const add = async (file: File): Promise<string> => {
    const upload_id = await uploadFile(file, () => undefined, new AbortController().signal);
    const body = { related_to_type: kind.kind, related_to_id: recordId, upload_id };
    return (await crm.request<ConsoleRecord>("POST", "/api/v1/attachments", { body }).then((record) => record)).id;
  };
  const addAll = async (added: readonly File[]): Promise<void> => {
    setSending(true);
    try {
      const ids = await Promise.all(added.map(add));
      await files.refetch();
      form.set("attachment_ids", [...chosen, ...ids]);
      await invalidate({ kind: "attachment" });
    } catch {
      showToast({ text: t("The file could not be sent"), isError: true });
    } finally {
      setSending(false);
    }
  };
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-2">
      {files.data && files.data.length > 0 ? (
        <Select
          label={t("Attachments")}
          selectionMode="multiple"
          placeholder={t("None")}
          options={files.data.map(({ id, file_name, file_size }) => ({
            id,
            label: `${file_name} (${formatBytes(Number(file_size), locale)})`,
          }))}
          value={[...chosen]}
          onChange={(keys) => form.set("attachment_ids", toKeys(keys))}
          error={error}
        />
      ) : null}
      <FilePicker isPending={isSending} icon={<Paperclip />} onChoose={(added) => void addAll(added)}>
        {t("Attach files")}
      </FilePicker>
    </div>
  );
}
