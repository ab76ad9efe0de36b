import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type KindSummary, recordPath, useKind } from "../../../api/schema.ts";
import { nameRecord } from "../../../api/title.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import type { CutFact } from "../../../ui/kit/cut-fact.ts";
import { CutFacts } from "../../../ui/kit/cut-facts.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { useApprovalSubject } from "./approval-data.ts";
import {
  canDecide,
  describeChanges,
  isUrgent,
  listFigureFacts,
  listReasons,
  readFigures,
  readNet,
  readSubject,
} from "./approval-rules.ts";
import type { Decision } from "./decision-dialog.tsx";

interface ApprovalRowProps {
  readonly kind: Pick<KindSummary, "path" | "menu" | "kind">;
  readonly approval: ConsoleRecord;
  /** The label of the kind of what is to be approved. */
  readonly subjectLabel: string | undefined;
  readonly userId: string;
  readonly now: string;
  /** Shows the approval beside the list, in place of its own page. */
  readonly onShow?: ((id: string) => void) | undefined;
  readonly onDecide: (decision: Decision) => void;
  readonly isCurrent?: boolean;
  /** Before the row: a box to choose it. */
  readonly start?: ReactNode;
  /** After the name: how it was decided. */
  readonly status?: ReactNode;
}

/**
 * An approval in four lines, the same on the home page, in the list and on a phone: what and how much; why; whose, and who asks; who decides, and
 * until when. The approver decides here.
 */
export function ApprovalRow({ approval, userId, onDecide, isCurrent = false, start, ...props }: ApprovalRowProps) {
  const t = useText();
  const isMine = canDecide(approval, userId);
  return (
    <li
      data-current={isCurrent || undefined}
      className="inset-rule @container relative min-w-0 px-4 py-2 data-current:bg-accent-subtle"
    >
      <div className="approval-row">
        {start ? <span data-part="start">{start}</span> : null}
        <ApprovalFacts approval={approval} isMine={isMine} {...props} />
        {isMine ? (
          <span data-part="actions" className="flex gap-2">
            <Button isSmall variant="primary" onPress={() => onDecide({ row: approval, decision: "approve" })}>
              {t("Approve")}
            </Button>
            <Button isSmall variant="quiet" onPress={() => onDecide({ row: approval, decision: "reject" })}>
              {t("Reject")}
            </Button>
          </span>
        ) : null}
      </div>
    </li>
  );
}

type ApprovalFactsProps = Pick<ApprovalRowProps, "kind" | "approval" | "subjectLabel" | "now" | "onShow" | "status"> & {
  readonly isMine: boolean;
};

function ApprovalFacts({ kind, approval, subjectLabel, now, onShow, status, isMine }: ApprovalFactsProps) {
  const t = useText();
  const options = useTextOptions();
  const isPending = approval.status === "pending";
  const sheet = useApprovalSubject(approval.id, isPending).data;
  const customer = sheet?.customer?.name;
  const { name, amount, hasTax } = readSubject(approval, options, sheet?.record);
  const [asker, approver, decider] = ["requested_by", "approver_id", "decided_by"].map((field) =>
    nameRecord({ ...approval.expanded?.[field] }),
  );
  const instant = String((isPending ? approval.asked_at : approval.decided_at) ?? approval.created_at);
  const due: CutFact =
    isPending && approval.due_at
      ? {
          text: t("Expires {time}", { time: formatRelative(String(approval.due_at), now, options) }),
          isLate: isUrgent(approval, now),
        }
      : undefined;
  return (
    <>
      <span data-part="title" className="flex min-w-0 items-baseline gap-2 text-control">
        <span dir="auto" className="reaching-line min-w-0" title={name}>
          {onShow ? (
            <Link variant="title" onPress={() => onShow(approval.id)}>
              {name}
            </Link>
          ) : (
            <Link variant="title" href={recordPath(kind, approval.id)}>
              {name}
            </Link>
          )}
        </span>
        {status}
      </span>
      <span data-part="amount" className="flex items-end gap-x-1 text-control tabular-nums">
        <span className="font-semibold">{amount}</span>
        {hasTax ? <span className="text-text-muted">{t("with tax")}</span> : null}
      </span>
      <span data-part="facts" className="flex min-w-0 flex-col">
        <DecisionLine approval={approval} isPending={isPending} net={readNet(approval, sheet?.record)} />
        <CutFacts
          facts={[
            customer,
            subjectLabel,
            asker ? t("Asked by {name}", { name: asker }) : undefined,
            isPending && !approval.asked_at ? t("Not asked yet") : formatRelative(instant, now, options),
          ]}
        />
        <CutFacts
          facts={[
            t("{level} level", { level: String(approval.level) }),
            isPending && !isMine && approver ? t("Waits for {name}", { name: approver }) : undefined,
            !isPending && decider ? t("Decided by {name}", { name: decider }) : undefined,
            due,
          ]}
        />
      </span>
    </>
  );
}

interface DecisionLineProps {
  readonly approval: ConsoleRecord;
  readonly isPending: boolean;
  /** The net amount, if the total has tax. */
  readonly net: string | undefined;
}

/** A reason is a sentence. Among other facts it ends without a full stop. */
const FULL_STOP = /[.。]$/;

/** Why an approval is needed, and what it changes. The reasons name the discount already. */
function DecisionLine({ approval, isPending, net }: DecisionLineProps) {
  const t = useText();
  const options = useTextOptions();
  const reasons = listReasons(approval, t, options.locale).map((reason) => reason.replace(FULL_STOP, ""));
  const figures = isPending ? readFigures(approval) : undefined;
  const hasChanges = figures !== undefined && figures.changes.length > 0;
  const subjectKind = approval.subject_type === "contract_amendment" ? "contract" : String(approval.subject_type);
  const subject = useKind(hasChanges ? subjectKind : undefined).data;
  const shown = { hasTotal: false, hasDiscount: reasons.length === 0, net };
  return (
    <CutFacts
      isStrong
      wraps
      facts={[
        ...reasons,
        ...listFigureFacts(figures, shown, options, t),
        ...(hasChanges ? describeChanges(figures, subject?.fields ?? [], options, t) : []),
      ]}
    />
  );
}
