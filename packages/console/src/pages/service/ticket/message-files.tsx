import { useQueries, useQuery } from "@tanstack/react-query";
import { Download, File as FileIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { read, readFile } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { downloadAttachment } from "../../../records/record/file-transfer.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

const PATH = "/api/v1/attachments";

/** Types that every browser draws. */
const pictureTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** The files of a message. Pictures are shown, other files are offered. */
export function MessageFiles({ ids }: { readonly ids: readonly string[] }) {
  const scope = useScope();
  const files = useQueries({
    queries: ids.map((id) => ({
      queryKey: [...scope, "related", "attachment", "one", id],
      queryFn: async () => (await read<ConsoleRecord>(`${PATH}/${id}`)).data,
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
  if (pictureTypes.has(String(file.file_type))) return <MessagePicture id={file.id} name={name} onSave={() => void save()} />;
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

/** A picture in the message. The API gives it only to a session, so it is read first. */
function MessagePicture({ id, name, onSave }: MessagePictureProps) {
  const t = useText();
  const scope = useScope();
  const [url, setUrl] = useState<string>();
  const { data: content, isError } = useQuery({
    queryKey: [...scope, "picture", id],
    queryFn: async () => (await readFile(`${PATH}/${id}/file`)).blob(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (!content) return;
    const next = URL.createObjectURL(content);
    setUrl(next);
    return () => URL.revokeObjectURL(next);
  }, [content]);
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
