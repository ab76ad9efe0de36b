import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { MailEditor } from "./mail-editor.tsx";

interface MailPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a message template: the editor of its mail, and the details that each record has. Text messages have no editor. */
export function MailParts({ kind, record, details }: MailPartsProps) {
  const t = useText();
  if (record.channel === "SMS") return details;
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the template")}
        tabs={[
          { id: "mail", label: t("Mail"), content: <MailEditor kind={kind} record={record} /> },
          { id: "details", label: t("Details"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
        ]}
      />
    </div>
  );
}
