import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useRecordTab } from "../../../records/record/record-tabs.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { FormEditor } from "./form-editor.tsx";
import { PublishPart } from "./publish-part.tsx";
import { SubmissionList } from "./submission-list.tsx";

interface WebFormPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The address holds the open tab: `?tab=publish`. */
const TABS: readonly string[] = ["editor", "publish", "submissions", "details"];

/** Kinds of forms that visitors fill in. The others count opened mails and visits. */
const filledKinds: ReadonlySet<unknown> = new Set(["web_form", "download"]);

/** The page of a form: its editor, how it is published, its submissions, and the details that each record has. */
export function WebFormParts({ kind, record, details }: WebFormPartsProps) {
  const t = useText();
  const [tab, openTab] = useRecordTab();
  if (!filledKinds.has(record.kind)) return details;
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the form")}
        selectedKey={TABS.includes(tab) ? tab : "editor"}
        onSelectionChange={(key) => openTab(String(key))}
        tabs={[
          { id: "editor", label: t("Editor"), content: <FormEditor kind={kind} record={record} /> },
          { id: "publish", label: t("Publish"), content: <PublishPart record={record} /> },
          { id: "submissions", label: t("Submissions"), content: <SubmissionList record={record} /> },
          { id: "details", label: t("Details"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
        ]}
      />
    </div>
  );
}
