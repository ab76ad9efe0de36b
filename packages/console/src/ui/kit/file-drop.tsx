import { File as FileIcon, Plus, Upload, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { DropZone, type DropZoneProps } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { useLocale } from "react-aria-components/I18nProvider";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { formatBytes, listRefusals } from "./file-rules.ts";
import { IconButton } from "./icon-button.tsx";

/** A file that was chosen, and how far it is. */
export interface FileEntry {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** From 0 to 1 while it is sent. */
  readonly progress?: number;
  readonly error?: string;
}

interface FileDropProps {
  readonly label: string;
  readonly help?: string;
  readonly files: readonly FileEntry[];
  /** Gets the files that fit. The field says of the others why they do not. */
  readonly onAdd: (files: readonly File[]) => void;
  readonly onRemove: (id: string) => void;
  /** Types such as `image/*`, or endings such as `.csv`. */
  readonly accept?: readonly string[];
  readonly maxBytes: number;
  readonly isMultiple?: boolean;
  readonly isDisabled?: boolean;
  /** Whether choosing a file is the one primary action of the page. */
  readonly isPrimary?: boolean;
  /** Makes the field a card with this head, on which files can be dropped anywhere. */
  readonly head?: ReactNode;
  /** What stands in the card. */
  readonly children?: ReactNode;
}

type DropEvent = Parameters<NonNullable<DropZoneProps["onDrop"]>>[0];

const readDropped = (event: DropEvent): Promise<File[]> =>
  Promise.all(event.items.flatMap((item) => (item.kind === "file" ? [item.getFile()] : [])));

/** Files that are dropped, chosen or pasted. */
export function FileDrop({
  label,
  help,
  files,
  onAdd,
  onRemove,
  accept = [],
  maxBytes,
  isMultiple = false,
  isDisabled,
  isPrimary = false,
  head,
  children,
}: FileDropProps) {
  const t = useText();
  const { locale } = useLocale();
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const add = (chosen: readonly File[]): void => {
    const { fitting, refused } = listRefusals(isMultiple ? chosen : chosen.slice(0, 1), { accept, maxBytes });
    setRefusals(
      refused.map(({ name, reason }) =>
        reason === "type"
          ? t("{name} is not one of {types}.", { name, types: accept.join(", ") })
          : t("{name} is larger than {limit}.", { name, limit: formatBytes(maxBytes, locale) }),
      ),
    );
    if (fitting.length > 0) onAdd(fitting);
  };
  const trigger = (
    <FileTrigger acceptedFileTypes={accept} allowsMultiple={isMultiple} onSelect={(list) => add(list ? [...list] : [])}>
      {head === undefined ? (
        <Button variant={isPrimary ? "primary" : "secondary"} isDisabled={isDisabled}>
          {isMultiple ? t("Choose files") : t("Choose a file")}
        </Button>
      ) : (
        <IconButton isSmall isDisabled={isDisabled} label={label} icon={<Plus />} />
      )}
    </FileTrigger>
  );
  const states = (
    <>
      {refusals.map((refusal) => (
        <span key={refusal} role="alert" className="text-meta wrap-anywhere text-danger">
          {refusal}
        </span>
      ))}
      {files.length === 0 ? null : (
        <ul className="flex flex-col gap-1">
          {files.map((file) => (
            <FileRow key={file.id} file={file} onRemove={onRemove} />
          ))}
        </ul>
      )}
    </>
  );
  if (head !== undefined)
    return (
      <DropZone
        aria-label={label}
        data-card
        isDisabled={isDisabled}
        getDropOperation={() => "copy"}
        onDrop={(event) => void readDropped(event).then(add)}
        className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4 transition-colors focus-ring data-drop-target:border-accent data-drop-target:bg-accent-subtle"
      >
        <header className="flex min-h-target items-center gap-2">
          {head}
          <span className="ms-auto print:hidden">{trigger}</span>
        </header>
        {children}
        {states}
      </DropZone>
    );
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span aria-hidden="true" className="text-control font-medium wrap-anywhere">
        {label}
      </span>
      <DropZone
        aria-label={label}
        isDisabled={isDisabled}
        getDropOperation={() => "copy"}
        onDrop={(event) => void readDropped(event).then(add)}
        className="flex min-h-drop flex-col items-center justify-center gap-2 rounded-card border border-dashed border-border-strong bg-surface p-4 text-center transition-colors focus-ring data-drop-target:border-accent data-drop-target:bg-accent-subtle"
      >
        <Upload aria-hidden="true" className="text-text-muted" />
        {/* A finger drops nothing. */}
        {isDisabled ? null : (
          <span className="text-control text-text-muted pointer-coarse:hidden">
            {isMultiple ? t("Drop files here") : t("Drop a file here")}
          </span>
        )}
        {trigger}
      </DropZone>
      {help === undefined ? null : <span className="text-meta wrap-anywhere text-text-muted">{help}</span>}
      {states}
    </div>
  );
}

function FileRow({ file, onRemove }: { readonly file: FileEntry; readonly onRemove: (id: string) => void }) {
  const t = useText();
  const { locale } = useLocale();
  return (
    <li className="flex min-w-0 items-center gap-2 text-control">
      <FileIcon className="text-text-muted" />
      <span className="flex min-w-0 flex-1 flex-col">
        <span dir="auto" className="w-fit max-w-full truncate" title={file.name}>
          {file.name}
        </span>
        {file.error === undefined ? null : <span className="text-meta text-danger">{file.error}</span>}
        {file.progress === undefined ? null : (
          <ProgressBar aria-label={file.name} value={file.progress * 100}>
            {({ percentage }) => (
              <span className="block h-1 overflow-hidden rounded-full bg-border">
                <span className="block h-full rounded-full bg-accent" style={{ inlineSize: `${percentage}%` }} />
              </span>
            )}
          </ProgressBar>
        )}
      </span>
      <span className="shrink-0 text-meta tabular-nums text-text-muted">{formatBytes(file.bytes, locale)}</span>
      <IconButton isSmall label={t("Remove {label}", { label: file.name })} icon={<X />} onPress={() => onRemove(file.id)} />
    </li>
  );
}
