import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { read } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { nameRecord } from "../../../api/title.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { buildGroupQuery, canDecide, listReasons } from "./approval-rules.ts";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";
import { DecisionFigures } from "./decision-figures.tsx";

interface ApprovalRequestProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** The parts of the record. They wait for the request above them, so that they do not move. */
  readonly children: ReactNode;
}

/** Asks the approver of a record for the decision on its own page, with the reasons and the figures of the inbox. */
export function ApprovalRequest({ kind, record, children }: ApprovalRequestProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const session = useSession();
  const scope = useScope();
  const invalidate = useInvalidation();
  const [decision, setDecision] = useState<Decision>();
  const approvals = useQuery({
    queryKey: [...scope, "list", "approval", "mine", record.id],
    queryFn: async () =>
      (
        await read<ApiRow<Schemas.ApprovalRow>[]>(
          "/api/v1/approvals",
          buildGroupQuery("mine", { userId: session.id, subject: record.id }),
        )
      ).data,
    enabled: isWaiting(record),
  });
  const approval = approvals.data?.find((candidate) => canDecide(candidate, session.id));
  if (approvals.isLoading)
    return (
      <div className="px-4 py-3 tablet:px-6">
        <Skeleton shape="block" />
      </div>
    );
  if (approval === undefined || !isWaiting(record)) return children;
  const asker = nameRecord({ ...approval.expanded?.requested_by });
  const decide = (name: Decision["decision"]) => () => setDecision({ row: approval, decision: name });
  return (
    <>
      <div className="mx-auto w-full max-w-page min-w-0 px-4 pt-3 tablet:px-6">
        <Banner
          kind="warning"
          title={asker === "" ? t("Your approval is needed") : t("{name} asks for your approval", { name: asker })}
          action={
            <span className="flex flex-wrap gap-2">
              <Button isSmall variant="primary" onPress={decide("approve")}>
                {t("Approve")}
              </Button>
              <Button isSmall onPress={decide("reject")}>
                {t("Reject")}
              </Button>
            </span>
          }
        >
          {listReasons(approval, t, locale).map((reason) => (
            <p key={reason}>
              <bdi>{reason}</bdi>
            </p>
          ))}
          <DecisionFigures approval={approval} />
        </Banner>
      </div>
      {children}
      {decision === undefined ? null : (
        <DecisionDialog
          {...decision}
          onClose={() => {
            setDecision(undefined);
            void invalidate(kind, record.id);
          }}
        />
      )}
    </>
  );
}

/** Statuses of records whose submission is not decided yet. */
const WAITING = ["PENDING_APPROVAL", "UNDER_REVIEW"];
const isWaiting = ({ status }: ConsoleRecord): boolean => WAITING.includes(String(status));
