import { useParams } from "@tanstack/react-router";
import { usePresence } from "../../../api/presence.ts";
import { useRecord } from "../../../api/records.ts";
import { formatTitle, type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { KeyFields } from "../../../records/record/key-fields.tsx";
import { RecordError } from "../../../records/record/record-error.tsx";
import { hasFailed } from "../../../records/record/record-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { listContractPages } from "./contract-pages.ts";
import { TemplateEditor } from "./template-editor.tsx";

/** A contract template that is changed: its clauses, and what a contract begins with. */
export function TemplateEditPage() {
  const t = useText();
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const { data: kind } = useKind("contract_template");
  const record = useRecord(kind, id);
  usePresence(id, true);
  if (kind && hasFailed(record)) return <RecordError summary={kind} query={record} />;
  return (
    <PageFrame
      title={kind && record.data ? formatTitle(kind, record.data) : t("Contract template")}
      width="record"
      isLoading={!kind || record.isPending}
      pages={listContractPages("templates", t)}
      actions={
        kind ? (
          <Link variant="action" href={`${recordPath(kind, id)}?tab=preview`}>
            {t("Preview")}
          </Link>
        ) : undefined
      }
    >
      {kind && record.data ? (
        <>
          <TemplateEditor kind={kind} record={record.data} />
          <div className="w-full max-w-form">
            <KeyFields kind={selectDefaults(kind)} record={record.data} />
          </div>
        </>
      ) : (
        <Skeleton shape="block" />
      )}
    </PageFrame>
  );
}

/** The kind without the clauses, which the editor has, and without what the system writes. */
const selectDefaults = (kind: Kind): Kind => ({
  ...kind,
  layout: {
    ...kind.layout,
    sections: kind.layout.sections
      .filter(({ name }) => name !== "system" && name !== "progress")
      .map((section) => ({ ...section, fields: section.fields.filter((name) => name !== "clauses") })),
  },
});
