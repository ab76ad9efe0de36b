import type { Schemas } from "@crm/sdk/index.ts";
import type { ReactNode } from "react";
import { fillPath } from "../data/record-template.ts";
import { type ConsoleRecord, useRecord } from "../data/records.ts";
import type { ApiRow } from "../data/row-fields.ts";
import { formatTitle, type Kind, recordPath, useKind } from "../data/schema.ts";
import { nameRecord } from "../data/title.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatExact, formatRelative } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { Avatar } from "../kit/avatar.tsx";
import { Banner } from "../kit/banner.tsx";
import { FactLine } from "../kit/fact-line.tsx";
import { Link } from "../kit/link.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { KeyFields } from "../record/key-fields.tsx";
import { RecordTables } from "../record/record-tables.tsx";
import { LoadError } from "../shell/load-error.tsx";
import { type AmendedClause, type AmendedScope, AmendmentChanges, ClauseChanges, ScopeChanges } from "./amendment-changes.tsx";
import { useAmendment } from "./amendment-data.ts";
import type { FigureChange } from "./amendment-rules.ts";
import { useSubjectApprovals } from "./approval-data.ts";
import { listReasons, listRound, readContractId } from "./approval-rules.ts";
import { ApprovalStatus } from "./approval-status.tsx";
import { FileButton } from "./file-button.tsx";

type Row = ApiRow<Schemas.ApprovalRow>;

interface ApprovalDetailProps {
  /** The kind of approvals, and an approval with its reasons. */
  readonly kind: Kind;
  readonly approval: ConsoleRecord;
}

/** What is to be approved, why, and who decides. */
export function ApprovalDetail({ kind, approval }: ApprovalDetailProps) {
  const t = useText();
  const reasons = listReasons(approval);
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
        {comment === undefined ? null : (
          <p dir="auto" className="text-control whitespace-pre-wrap wrap-anywhere">
            {comment}
          </p>
        )}
      </Part>
      <Subject approval={approval} />
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

/** The sections of a record that matter for a decision. */
const SUBJECT_SECTIONS: ReadonlySet<string> = new Set(["key", "amounts", "term"]);

/** The record to be approved: its key figures and its lines, or what an amendment changes. */
function Subject({ approval }: { readonly approval: ConsoleRecord }) {
  const contractId = readContractId(approval);
  const isAmendment = approval.subject_type === "contract_amendment";
  const { data: kind, error } = useKind(isAmendment ? "contract" : String(approval.subject_type));
  const id = String(approval.subject_id);
  if (error) return <HiddenSubject />;
  if (!kind) return <Skeleton shape="block" />;
  if (!isAmendment) return <KindSubject kind={kind} id={id} />;
  return contractId === undefined ? <HiddenSubject /> : <AmendmentSubject kind={kind} id={id} contractId={contractId} />;
}

function HiddenSubject() {
  const t = useText();
  return <Banner kind="info" title={t("You do not see the record itself. Ask its owner or an administrator to share it.")} />;
}

function KindSubject({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { data, error } = useRecord(kind, id);
  if (error) return <HiddenSubject />;
  if (!data) return <Skeleton shape="block" />;
  const sections = kind.layout.sections.filter(({ name }) => SUBJECT_SECTIONS.has(name));
  const shown = {
    ...kind,
    operations: [],
    layout: { ...kind.layout, sections: sections.length > 0 ? sections : kind.layout.sections.slice(0, 1) },
  };
  const pdf = kind.tabs.find(({ name, answers }) => name === "pdf" && answers === "file");
  return (
    <section aria-label={kind.label} className="flex min-w-0 flex-col gap-4">
      <header className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-0 flex-1 text-section font-semibold wrap-anywhere">
          <Link variant="heading" href={recordPath(kind, data.id)}>
            {formatTitle(kind, data)}
          </Link>
        </h3>
        {pdf ? <FileButton path={fillPath(pdf.path, data)} name={`${formatTitle(kind, data)}.pdf`} /> : null}
      </header>
      <KeyFields kind={shown as Kind} record={data} />
      <RecordTables kind={{ ...kind, actions: [] }} record={data} />
    </section>
  );
}

function AmendmentSubject({ kind, id, contractId }: { readonly kind: Kind; readonly id: string; readonly contractId: string }) {
  const t = useText();
  const { data: amendment, error } = useAmendment(contractId, id);
  if (error) return <HiddenSubject />;
  if (!amendment) return <Skeleton shape="block" />;
  const currency = String(amendment.currency ?? "");
  const scope = amendment.deliverables as AmendedScope | null | undefined;
  const clauses = (amendment.clauses ?? []) as readonly AmendedClause[];
  const figures = (amendment.figures ?? []) as readonly FigureChange[];
  const number = String(amendment.amendment_number);
  return (
    <Part title={t("Changes")}>
      <span className="flex flex-wrap items-center gap-2">
        <Link href={`${recordPath(kind, contractId)}?${new URLSearchParams({ tab: "amendments", amendment: amendment.id })}`}>
          {`${number} ${String(amendment.title)}`}
        </Link>
        <FileButton path={`/api/v1/contracts/${contractId}/amendments/${amendment.id}/document`} name={`${number}.pdf`} />
      </span>
      <p dir="auto" className="text-control whitespace-pre-wrap wrap-anywhere">
        {String(amendment.reason ?? "")}
      </p>
      {figures.length > 0 ? <AmendmentChanges kind={kind} figures={figures} currency={currency} /> : null}
      {scope ? <ScopeChanges scope={scope} currency={currency} /> : null}
      {clauses.length > 0 ? <ClauseChanges clauses={clauses} /> : null}
    </Part>
  );
}
