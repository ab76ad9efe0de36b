import { type ReactNode, useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { ApprovalDetail } from "./approval-detail.tsx";
import { canDecide } from "./approval-rules.ts";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";

interface ApprovalPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of an approval: what is to be approved, the steps, and the decision. */
export function ApprovalParts({ kind, record, details }: ApprovalPartsProps) {
  const t = useText();
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the approval")}
        tabs={[
          {
            id: "decision",
            label: t("Decision"),
            content: (
              <div className="flex max-w-form flex-col gap-6">
                <DecisionButtons kind={kind} record={record} />
                <ApprovalDetail kind={kind} approval={record} />
              </div>
            ),
          },
          { id: "details", label: t("Details"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
        ]}
      />
    </div>
  );
}

/** The buttons of the approver. Other people have none. */
function DecisionButtons({ kind, record }: Pick<ApprovalPartsProps, "kind" | "record">) {
  const t = useText();
  const me = useSession();
  const [decided, setDecided] = useState<Decision>();
  const [isDelegating, setDelegating] = useState(false);
  const delegation = kind.actions.find(({ name }) => name === "delegateApproval");
  if (!canDecide(record, me.id)) return null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="primary" onPress={() => setDecided({ row: record, decision: "approve" })}>
        {t("Approve")}
      </Button>
      <Button onPress={() => setDecided({ row: record, decision: "reject" })}>{t("Reject")}</Button>
      {delegation ? (
        <Button variant="quiet" onPress={() => setDelegating(true)}>
          {t("Delegate")}
        </Button>
      ) : null}
      {decided ? <DecisionDialog {...decided} onClose={() => setDecided(undefined)} /> : null}
      {isDelegating && delegation ? (
        <ActionDialog
          kind={kind}
          record={record}
          action={{ ...delegation, title: t("Delegate") }}
          onClose={() => setDelegating(false)}
        />
      ) : null}
    </div>
  );
}
