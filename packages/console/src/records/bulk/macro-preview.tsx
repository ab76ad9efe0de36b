import { useQuery } from "@tanstack/react-query";
import { crm } from "../../api/client.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { listChangedValues } from "../rows/changed-values.ts";

interface Preview {
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  readonly comment: { readonly body: string; readonly is_public: boolean } | null;
}

interface MacroPreviewProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly macroId: string;
}

/** What a macro sends and sets, shown for one of the chosen tickets before it runs on all of them. */
export function MacroPreview({ kind, record, macroId }: MacroPreviewProps) {
  const t = useText();
  const options = useTextOptions();
  const preview = useQuery({
    queryKey: [...useScope(), "macro-preview", record.id, macroId],
    queryFn: ({ signal }) =>
      crm
        .request<Preview>("GET", `${kind.path}/${record.id}/macro-preview`, { query: { macro_id: macroId }, signal })
        .then((found) => found),
    staleTime: 0,
    retry: false,
  });
  if (preview.isPending) return <Skeleton shape="block" />;
  if (preview.isError) {
    const { form, fields } = readErrors(preview.error, t);
    return <Banner kind="warning" title={Object.values(fields)[0] ?? form ?? t("The macro could not be applied")} />;
  }
  const { changes, comment } = preview.data;
  const [before, after] = (["before", "after"] as const).map((side) =>
    Object.fromEntries(changes.map((change) => [change.field, change[side]])),
  );
  const values = listChangedValues(before ?? {}, after ?? {}, kind.fields, options);
  return (
    <section className="flex min-w-0 flex-col gap-2 text-control" aria-live="polite">
      <h3 dir="auto" className="font-semibold wrap-anywhere">{`${t("Preview")}: ${formatTitle(kind, record)}`}</h3>
      {comment ? (
        <div className="flex flex-col gap-1">
          <span className="text-text-muted">{comment.is_public ? t("Reply") : t("Internal note")}</span>
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            {comment.body}
          </p>
        </div>
      ) : null}
      <p className="wrap-anywhere">{values.length > 0 ? values.join("; ") : t("No change")}</p>
    </section>
  );
}
