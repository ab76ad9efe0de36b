import type { Schemas } from "@crm/sdk/index.ts";
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { saveBlob } from "../../api/file-download.ts";
import { rowFields } from "../../api/row-fields.ts";
import { type KindSummary, useKind } from "../../api/schema.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Combobox } from "../../ui/kit/combobox.tsx";
import { FileDrop, type FileEntry } from "../../ui/kit/file-drop.tsx";
import { uploadFile } from "../record/file-transfer.ts";
import { SideList } from "../record/side-list.tsx";
import { MAX_FILE_BYTES, readEntity } from "./mapping-rules.ts";
import { buildSampleFile } from "./sample-file.ts";
import { useWizard } from "./wizard-state.ts";

/** The kind of the rows, and the file. The next step opens when the file has arrived. */
export function FileStep({ kinds }: { readonly kinds: readonly KindSummary[] }) {
  const t = useText();
  const { address, open } = useWizard();
  const [file, setFile] = useState<File>();
  const [progress, setProgress] = useState<number>();
  const [message, setMessage] = useState<string>();
  const transfer = useRef<AbortController>(undefined);
  // Without it, an upload that ends later would open its next step over another page.
  useEffect(() => () => transfer.current?.abort(), []);
  const chosenKind = kinds.find((candidate) => candidate.kind === address.kind)?.kind;
  const entries: FileEntry[] = file
    ? [{ id: "file", name: file.name, bytes: file.size, ...(progress === undefined ? {} : { progress }) }]
    : [];
  const send = async (chosen: File, kind: string): Promise<void> => {
    setMessage(undefined);
    setProgress(0);
    const current = new AbortController();
    transfer.current = current;
    try {
      const upload = await uploadFile(chosen, setProgress, current.signal);
      open({ kind, upload, step: "columns" });
    } catch (error) {
      if (current.signal.aborted) return;
      setProgress(undefined);
      setFile(undefined);
      setMessage(describeUpload(error) ?? t("The file could not be sent"));
    }
  };
  /** The upload goes to a store that has other errors than the API. */
  const describeUpload = (error: unknown): string | undefined => {
    try {
      const { form, fields } = readErrors(error, t);
      return form ?? Object.values(fields)[0];
    } catch {
      return undefined;
    }
  };
  return (
    <div className="flex min-w-0 flex-col gap-6 pt-2">
      {message === undefined ? null : <Banner kind="danger" title={message} />}
      <div className="tablet:max-w-field">
        <Combobox
          label={t("Record type")}
          placeholder={t("Choose…")}
          options={kinds.map(({ kind: id, labels }) => ({ id, label: labels }))}
          selectedKey={chosenKind ?? null}
          // The upload ends in a step of the kind with which it began.
          isDisabled={progress !== undefined}
          onSelectionChange={(key) => {
            if (key === null) return;
            setMessage(undefined);
            open({ kind: String(key) }, true);
            // A file that was chosen first waits for the kind.
            if (file && progress === undefined) void send(file, String(key));
          }}
        />
      </div>
      <FileDrop
        label={t("File")}
        isPrimary
        help={t("CSV or XLSX, at most 100 MB. The first row names the columns. Nothing is imported before you start it.")}
        files={entries}
        accept={[".csv", ".xlsx", ".tsv", ".txt"]}
        maxBytes={MAX_FILE_BYTES}
        isDisabled={progress !== undefined}
        onAdd={([first]) => {
          if (!first) return;
          setFile(first);
          if (chosenKind === undefined) setMessage(t("Choose the record type first."));
          else void send(first, chosenKind);
        }}
        onRemove={() => {
          transfer.current?.abort();
          setFile(undefined);
          setProgress(undefined);
          setMessage(undefined);
        }}
      />
      <SampleButton summary={kinds.find(({ kind }) => kind === chosenKind)} />
      <LastImports />
    </div>
  );
}

const IMPORT_FIELDS = rowFields<Schemas.ImportRow>()("status", "created_at", "entity");
const MAX_LAST = 3;

/** What was imported before, which shows how a new import will look, and leads to its undo. */
function LastImports() {
  const t = useText();
  return (
    <SideList
      title={t("Last imports")}
      kindName="import"
      name="last"
      filter={{ sort: "-created_at" }}
      fields={IMPORT_FIELDS}
      titleField="file_name"
      limit={MAX_LAST}
      describe={({ total_rows }) =>
        typeof total_rows === "number" ? [t("{count, plural, one {# row} other {# rows}}", { count: total_rows })] : []
      }
      empty={t("No imports yet")}
    />
  );
}

/** Offers a file with the columns of the record type. Before one is chosen, it has no columns. */
function SampleButton({ summary }: { readonly summary: KindSummary | undefined }) {
  const t = useText();
  const { currency } = useTextOptions();
  const { data: kind } = useKind(summary?.kind);
  const save = (): void => {
    if (!summary || !kind) return;
    const file = new Blob([buildSampleFile(kind, currency)], { type: "text/csv;charset=utf-8" });
    saveBlob(file, `${readEntity(summary)}-sample.csv`);
  };
  return (
    // The words stand in line with the form.
    <span className="-ms-2 -mt-4">
      <Button isSmall variant="quiet" icon={<Download />} isDisabled={!kind} onPress={save}>
        {t("Download a sample file")}
      </Button>
    </span>
  );
}
