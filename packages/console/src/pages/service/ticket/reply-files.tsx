import { Paperclip, X } from "lucide-react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import type { ReplyFile } from "./reply-rules.ts";

interface ReplyFilesProps {
  readonly files: readonly ReplyFile[];
  readonly onRemove: (id: string) => void;
}

/** The files that go out with a message. Removing one leaves it with the ticket. */
export function ReplyFiles({ files, onRemove }: ReplyFilesProps) {
  const t = useText();
  if (files.length === 0) return null;
  return (
    <ul aria-label={t("Files of this message")} className="flex min-w-0 flex-col gap-1">
      {files.map(({ id, name }) => (
        <li key={id} className="flex min-w-0 items-center gap-2 text-control">
          <Paperclip className="shrink-0 text-text-muted" />
          <span dir="auto" className="min-w-0 truncate" title={name}>
            {name}
          </span>
          <IconButton isSmall label={t("Remove {label}", { label: name })} icon={<X />} onPress={() => onRemove(id)} />
        </li>
      ))}
    </ul>
  );
}
