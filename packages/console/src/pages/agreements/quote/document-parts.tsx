import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { RecordTabs } from "../../../records/record/record-tabs.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ApprovalRequest } from "../approval/approval-request.tsx";
import { ApprovalPanel } from "./approval-panel.tsx";
import { DocumentPreview } from "./document-preview.tsx";
import { LinePanel } from "./line-panel.tsx";
import { OfferPanel } from "./offer-panel.tsx";
import { SectionPanel } from "./section-panel.tsx";
import { VersionPanel } from "./version-panel.tsx";

interface DocumentPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a quote or a proposal: what each record has, its content, the document, its versions, approvals, and what the customer did. */
export function DocumentParts({ kind, record, details }: DocumentPartsProps) {
  const t = useText();
  const panel = { kind, record };
  return (
    <ApprovalRequest {...panel}>
      <RecordTabs
        label={t("Parts of the document")}
        details={details}
        tabs={[
          kind.kind === "quote"
            ? { id: "lines", label: t("Lines"), content: <LinePanel {...panel} /> }
            : { id: "content", label: t("Content"), content: <SectionPanel {...panel} /> },
          { id: "document", label: t("Document"), content: <DocumentPreview {...panel} /> },
          { id: "versions", label: t("Versions"), content: <VersionPanel {...panel} /> },
          { id: "approvals", label: t("Approvals"), content: <ApprovalPanel {...panel} /> },
          { id: "offer", label: t("Signature and link"), content: <OfferPanel {...panel} /> },
        ]}
      />
    </ApprovalRequest>
  );
}
