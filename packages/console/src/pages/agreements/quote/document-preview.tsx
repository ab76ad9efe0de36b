import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { readFile } from "../../../api/client.ts";
import { saveFile } from "../../../api/file-download.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { formatTitle } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FileFrame } from "../../../ui/kit/file-frame.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

interface DocumentPreviewProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** Whether the form has changes that the document does not show. */
  readonly isOutdated?: boolean;
}

/** The file that the customer gets, as the API draws it of the saved record. */
export function DocumentPreview({ kind, record, isOutdated = false }: DocumentPreviewProps) {
  const t = useText();
  const scope = useScope();
  const title = formatTitle(kind, record);
  const file = useQuery({
    queryKey: [...scope, "pdf", kind.kind, record.id, record.version],
    queryFn: async () => (await readFile(`${kind.path}/${record.id}/pdf`)).blob(),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const url = useObjectUrl(file.data);
  const save = (): void => {
    if (file.data) void saveFile(new Response(file.data), `${title}.pdf`);
  };
  if (file.error) return <LoadError query={file} text={t("The document could not be loaded")} />;
  return (
    <div className="flex min-h-0 min-w-0 flex-col gap-2" aria-busy={file.isPending}>
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1 text-meta text-text-muted">
          {isOutdated ? t("Shows what is saved. Save to see your changes.") : t("What the customer gets")}
        </span>
        <Button isSmall icon={<Download />} isDisabled={!file.data} onPress={save}>
          {t("Download PDF")}
        </Button>
      </div>
      {url === undefined ? (
        <Skeleton shape="block" />
      ) : navigator.pdfViewerEnabled ? (
        <FileFrame title={t("{title} as a PDF", { title })} url={url} />
      ) : (
        <EmptyState kind="empty" title={t("This browser shows no PDF files in a page")}>
          {t("Download the file to read it.")}
        </EmptyState>
      )}
    </div>
  );
}

/** The address of a file in memory, as long as it is shown. */
function useObjectUrl(file: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file) return undefined;
    // The type of the answer decides how the browser shows it, so it is set here.
    const next = URL.createObjectURL(new Blob([file], { type: "application/pdf" }));
    setUrl(next);
    return () => {
      URL.revokeObjectURL(next);
      setUrl(undefined);
    };
  }, [file]);
  return url;
}
