import type { Schemas } from "@crm/sdk/index.ts";
import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { nameRecord } from "../../../api/title.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { FactLine } from "../../../ui/kit/fact-line.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useSubjectApprovals } from "./approval-data.ts";
import { listReasons, listRound } from "./approval-rules.ts";
import { ApprovalStatus } from "./approval-status.tsx";
import { ApprovalSubject } from "./approval-subject.tsx";
import { DecisionFigures } from "./decision-figures.tsx";

type Row = ApiRow<Schemas.ApprovalRow>;

interface ApprovalDetailProps {
  /** The kind of approvals, and an approval with its reasons. */
  readonly kind: Kind;
  readonly approval: ConsoleRecord;
}

/** What is to be approved, why, and who decides. */
export function ApprovalDetail({ kind, approval }: ApprovalDetailProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const reasons = listReasons(approval, t, locale);
  const comment = approval.comment ? String(approval.comment) : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <Part title={t("Why it needs approval")}>
        <p className="text-control">
          <span className="text-text-muted">{t("Level of the rule:")}</span> <span dir="auto">{String(approval.level)}</span>
        </p>
        <ul className="flex list-disc flex-col gap-1 ps-4 text-control empty:hidden">
          {reasons.map((reason) => (
            <li key={reason} className="wrap-anywhere">
              <bdi>{reason}</bdi>
            </li>
          ))}
        </ul>
        <DecisionFigures approval={approval} />
        {comment === undefined ? null : (
          <p dir="auto" className="text-control whitespace-pre-wrap wrap-anywhere">
            {comment}
          </p>
        )}
      </Part>
      <ApprovalSubject approval={approval} />
      <Part title={t("Who decides")}>
        <Steps kind={kind} approval={approval} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <h3 className="text-section font-semibold">{title}</h3>
      {children}
    </section>
  );
}

/** The approvers of the round in their order, with what each decided. Earlier submissions of the record come after them. */
function Steps({ kind, approval }: ApprovalDetailProps) {
  const t = useText();
  const all = useSubjectApprovals(String(approval.subject_id));
  if (all.isPending) return <Skeleton width="medium" />;
  if (all.error) return <LoadError query={all} text={t("The list could not be loaded")} />;
  const round = listRound(all.data, approval.round);
  const earlier = all.data.filter((other) => other.round !== approval.round);
  return (
    <>
      <ol className="flex flex-col gap-3">
        {round.map((step) => (
          <Step key={step.id} kind={kind} step={step} />
        ))}
      </ol>
      {earlier.length === 0 ? null : (
        <>
          <h4 className="text-control font-medium text-text-muted">{t("Other submissions")}</h4>
          <ol className="flex flex-col gap-3">
            {earlier.map((step) => (
              <Step key={step.id} kind={kind} step={step} />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function Step({ kind, step }: { readonly kind: Kind; readonly step: Row }) {
  const t = useText();
  const options = useTextOptions();
  const now = new Date().toISOString();
  const approver = nameRecord({ ...step.expanded?.approver_id });
  const replaced = nameRecord({ ...step.expanded?.stands_for_id });
  const decidedBy = nameRecord({ ...step.expanded?.decided_by });
  const instant = step.decided_at ?? step.asked_at;
  const facts = [
    kind.fields.find(({ name }) => name === "role")?.choices?.find(({ code }) => code === step.role)?.name,
    decidedBy !== "" && decidedBy !== approver ? t("Decided by {name}", { name: decidedBy }) : undefined,
    replaced === "" ? undefined : t("Stands for {name}", { name: replaced }),
    step.status === "pending" && !step.asked_at ? t("Not asked yet") : undefined,
  ].filter(Boolean);
  return (
    <li className="flex min-w-0 flex-col gap-1 text-control">
      <span className="flex min-w-0 flex-wrap items-center gap-2">
        <Avatar name={approver || t("A user that you do not see")} hasName />
        <ApprovalStatus kind={kind} status={step.status} />
        {instant ? (
          <time dateTime={String(instant)} title={formatExact(String(instant), options)} className="text-meta text-text-muted">
            {formatRelative(String(instant), now, options)}
          </time>
        ) : null}
      </span>
      <span className="text-meta text-text-muted">
        <FactLine facts={facts} />
      </span>
    </li>
  );
}
