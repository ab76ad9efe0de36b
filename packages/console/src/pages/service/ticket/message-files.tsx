import { useQueries } from "@tanstack/react-query";
import { Download, File as FileIcon } from "lucide-react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { downloadAttachment } from "../../../records/record/file-transfer.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { ATTACHMENTS_PATH, isPicture, useAttachmentPicture } from "./attachment-picture.ts";

/** The files of a message. Pictures are shown, other files are offered. */
export function MessageFiles({ ids }: { readonly ids: readonly string[] }) {
  const scope = useScope();
  const files = useQueries({
    queries: ids.map((id) => ({
      queryKey: [...scope, "related", "attachment", "one", id],
      queryFn: async () => (await read<ConsoleRecord>(`${ATTACHMENTS_PATH}/${id}`)).data,
      retry: false,
    })),
  });
  return (
    <ul className="flex min-w-0 flex-wrap items-start gap-2">
      {files.map(({ data, isPending }, index) => (
        <li key={ids[index]} className="min-w-0">
          {isPending ? <Skeleton width="medium" /> : data ? <MessageFile file={data} /> : null}
        </li>
      ))}
    </ul>
  );
}

function MessageFile({ file }: { readonly file: ConsoleRecord }) {
  const t = useText();
  const name = String(file.file_name);
  const save = async (): Promise<void> => {
    try {
      await downloadAttachment(file.id, name);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The file could not be downloaded"), isError: true });
    }
  };
  if (isPicture(String(file.file_type))) return <MessagePicture id={file.id} name={name} onSave={() => void save()} />;
  return (
    <Button isSmall icon={<FileIcon />} onPress={() => void save()}>
      {name}
    </Button>
  );
}

interface MessagePictureProps {
  readonly id: string;
  readonly name: string;
  readonly onSave: () => void;
}

/** A picture in the message. */
function MessagePicture({ id, name, onSave }: MessagePictureProps) {
  const t = useText();
  const { url, isError } = useAttachmentPicture(id);
  return (
    <figure className="flex min-w-0 flex-col items-start gap-1">
      {url === undefined && !isError ? <Skeleton shape="block" /> : null}
      {url === undefined ? null : (
        <img src={url} alt={name} className="max-h-panel max-w-full rounded-control border border-border" />
      )}
      <Button isSmall variant="quiet" icon={<Download />} onPress={onSave}>
        {t("Download {name}", { name })}
      </Button>
    </figure>
  );
}
