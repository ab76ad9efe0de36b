import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { type Kind, type KindSummary, recordPath } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { FileDrop, type FileEntry } from "../../ui/kit/file-drop.tsx";
import { formatBytes } from "../../ui/kit/file-rules.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { downloadAttachment, uploadFile } from "./file-transfer.ts";
import { readShortList } from "./short-list.ts";

/** As large as an attachment may be. */
const MAX_BYTES = 100 * 1024 * 1024;
const MAX_LISTED = 10;

interface RecordFilesProps {
  readonly kind: Kind;
  /** The kind of attachments. */
  readonly summary: KindSummary;
  readonly id: string;
}

/** The files of a record. New ones are dropped or chosen, and their progress is shown. */
export function RecordFiles({ kind, summary, id }: RecordFilesProps) {
  const t = useText();
  const { locale } = useLocale();
  const scope = useScope();
  const list = useQuery({
    queryKey: [...scope, "related", "attachment", id],
    queryFn: () => readShortList(summary.path, { related_to_id: id, limit: MAX_LISTED }),
  });
  const save = async (row: ConsoleRecord): Promise<void> => {
    try {
      await downloadAttachment(row.id, String(row.file_name));
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The file could not be downloaded"), isError: true });
    }
  };
  const title = (
    <>
      <h2 className="min-w-0 truncate text-body font-semibold">{t("Files")}</h2>
      <span className="text-control tabular-nums text-text-muted">{list.data?.total ?? ""}</span>
    </>
  );
  const canAdd = summary.operations.includes("create");
  const content = (
    <>
      {list.isPending ? <Skeleton width="medium" /> : null}
      {list.data?.rows.length === 0 ? (
        <span className="text-control text-text-muted">{canAdd ? t("No files yet. Drop some here.") : t("No files yet")}</span>
      ) : null}
      <ul className="flex flex-col gap-1 empty:hidden">
        {list.data?.rows.map((row) => (
          <li key={row.id} className="flex min-w-0 items-center gap-2 text-control">
            <span className="min-w-0 flex-1 truncate">
              <Link variant="title" href={recordPath(summary, row.id)}>
                {String(row.file_name)}
              </Link>
            </span>
            <span className="shrink-0 text-meta tabular-nums text-text-muted">
              {formatBytes(Number(row.file_size ?? 0), locale)}
            </span>
            <span className="print:hidden">
              <IconButton
                isSmall
                label={t("Download {name}", { name: String(row.file_name) })}
                icon={<Download />}
                onPress={() => void save(row)}
              />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
  return (
    <section aria-label={t("Files")}>
      {canAdd ? (
        <FileUpload kind={kind} id={id} head={title}>
          {content}
        </FileUpload>
      ) : (
        <div data-card className="flex flex-col gap-2 rounded-card border border-border bg-surface p-4">
          <header className="flex min-h-target items-center gap-2">{title}</header>
          {content}
        </div>
      )}
    </section>
  );
}

interface RunningUpload extends FileEntry {
  readonly controller: AbortController;
}

interface FileUploadProps {
  readonly kind: Pick<KindSummary, "kind">;
  readonly id: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
  /** Called with each file that the record has then. */
  readonly onUploaded?: ((file: ConsoleRecord) => void) | undefined;
}

/** The card of the files. New ones are dropped on it, pasted, or chosen in its head. */
export function FileUpload({ kind, id, head, children, onUploaded }: FileUploadProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const [uploads, setUploads] = useState<readonly RunningUpload[]>([]);
  const change = (upload: RunningUpload, changes: Partial<FileEntry>): void =>
    setUploads((before) => before.map((other) => (other.id === upload.id ? { ...other, ...changes } : other)));
  const remove = (uploadId: string): void => setUploads((before) => before.filter((other) => other.id !== uploadId));
  const send = async (file: File): Promise<void> => {
    const controller = new AbortController();
    const upload = { id: crypto.randomUUID(), name: file.name, bytes: file.size, progress: 0, controller };
    setUploads((before) => [...before, upload]);
    try {
      const upload_id = await uploadFile(file, (progress) => change(upload, { progress }), controller.signal);
      const attachment = await crm.request<ConsoleRecord>("POST", "/api/v1/attachments", {
        body: { related_to_type: kind.kind, related_to_id: id, upload_id },
        signal: controller.signal,
      });
      remove(upload.id);
      onUploaded?.(attachment);
      await invalidate({ kind: "attachment" });
    } catch (error) {
      if (!controller.signal.aborted) change(upload, { progress: undefined, error: describeError(error) });
    }
  };
  const describeError = (error: unknown): string => {
    try {
      const { form, fields } = readErrors(error, t);
      return form ?? Object.values(fields)[0] ?? t("The file could not be sent");
    } catch {
      return t("The file could not be sent");
    }
  };
  return (
    <FileDrop
      label={t("Add files")}
      files={uploads}
      maxBytes={MAX_BYTES}
      isMultiple
      onAdd={(files) => {
        for (const file of files) void send(file);
      }}
      onRemove={(uploadId) => {
        uploads.find((upload) => upload.id === uploadId)?.controller.abort();
        remove(uploadId);
      }}
      head={head}
    >
      <div
        className="contents"
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          if (files.length === 0) return;
          event.preventDefault();
          for (const file of files) void send(file);
        }}
      >
        {children}
      </div>
    </FileDrop>
  );
}
