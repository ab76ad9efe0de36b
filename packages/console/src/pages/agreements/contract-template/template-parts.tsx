import { lazy, type ReactNode, Suspense } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useRecordTab } from "../../../records/record/record-tabs.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { TemplateEditor } from "./template-editor.tsx";

const TemplatePreview = lazy(() =>
  import("./template-preview.tsx").then(({ TemplatePreview: preview }) => ({ default: preview })),
);

interface TemplatePartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a contract template: its clauses, what a contract of it says, and the details that each record has. */
export function TemplateParts({ kind, record, details }: TemplatePartsProps) {
  const t = useText();
  const [chosen, choose] = useRecordTab();
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the template")}
        selectedKey={chosen === "overview" ? "clauses" : chosen}
        onSelectionChange={(key) => choose(String(key))}
        tabs={[
          { id: "clauses", label: t("Clauses"), content: <TemplateEditor kind={kind} record={record} /> },
          {
            id: "preview",
            label: t("Preview"),
            content: (
              <Suspense fallback={<Skeleton shape="block" />}>
                <TemplatePreview kind={kind} record={record} />
              </Suspense>
            ),
          },
          { id: "details", label: t("Details"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
        ]}
      />
    </div>
  );
}
