import type { Schemas } from "@crm/sdk/index.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { listReasons, type SubmissionReasons } from "../approval/approval-rules.ts";
import { RelatedRows } from "./related-rows.tsx";

interface ApprovalSummary extends SubmissionReasons {
  readonly level: string | null;
  readonly outcome: "APPROVED" | "REJECTED" | "EXPIRED" | null;
  readonly comment: string | null;
}

const COLUMNS = rowFields<Schemas.ApprovalRow>()("status", "role", "approver_id", "decided_at");

/** Who is asked to approve a document, why, and what they answered. */
export function ApprovalPanel({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const approval = (record.approval ?? null) as ApprovalSummary | null;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {approval === null ? null : (
        <Banner
          kind={approval.outcome === "REJECTED" ? "danger" : approval.outcome === "APPROVED" ? "success" : "info"}
          title={
            approval.level === null
              ? t("No approval was needed")
              : approval.outcome === null
                ? t("Waits for approval: {level}", { level: approval.level })
                : t("Approval of the level {level}", { level: approval.level })
          }
        >
          {listReasons(approval, t, locale).map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
          {approval.comment === null ? null : <p dir="auto">{approval.comment}</p>}
        </Banner>
      )}
      {approval?.level === null ? null : (
        <RelatedRows
          kind={kind}
          id={record.id}
          name="approval"
          columns={COLUMNS}
          empty={t("Approvers are asked when the document is submitted")}
        />
      )}
    </div>
  );
}
