import { ImageOff, Paperclip, X } from "lucide-react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { isPicture, useAttachmentPicture } from "./attachment-picture.ts";
import type { ReplyFile } from "./reply-rules.ts";

interface ReplyFilesProps {
  readonly files: readonly ReplyFile[];
  readonly onRemove: (id: string) => void;
}

/** The files that go out with a message: pictures as the customer gets them, others by their names. Removing one leaves it with the ticket. */
export function ReplyFiles({ files, onRemove }: ReplyFilesProps) {
  const t = useText();
  if (files.length === 0) return null;
  return (
    <ul aria-label={t("Files of this message")} className="flex min-w-0 flex-wrap items-stretch gap-2">
      {files.map((file) => (
        <li
          key={file.id}
          className="flex min-w-0 max-w-full items-center gap-2 rounded-control border border-border bg-surface p-1 ps-2 text-control"
        >
          {isPicture(file.type) ? (
            <PictureThumbnail id={file.id} name={file.name} />
          ) : (
            <Paperclip className="shrink-0 text-text-muted" />
          )}
          <span dir="auto" className="min-w-0 max-w-field-short truncate" title={file.name}>
            {file.name}
          </span>
          <IconButton isSmall label={t("Remove {label}", { label: file.name })} icon={<X />} onPress={() => onRemove(file.id)} />
        </li>
      ))}
    </ul>
  );
}

/** A small view of a picture, by which the user sees that it is the right one. Its place is there before the picture is. */
function PictureThumbnail({ id, name }: { readonly id: string; readonly name: string }) {
  const { url, isError } = useAttachmentPicture(id);
  return (
    <span className="flex size-12 shrink-0 items-center justify-center overflow-hidden rounded-small bg-hover text-text-muted">
      {url === undefined ? null : <img src={url} alt={name} className="size-full object-cover" />}
      {isError ? <ImageOff /> : null}
    </span>
  );
}
