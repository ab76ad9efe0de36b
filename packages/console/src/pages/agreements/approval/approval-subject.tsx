import type { Schemas } from "@crm/sdk/index.ts";
import { fillPath } from "../../../api/record-template.ts";
import { type ConsoleRecord, useRecord } from "../../../api/records.ts";
import { formatTitle, type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FileButton } from "../../../records/record/file-button.tsx";
import { KeyFields } from "../../../records/record/key-fields.tsx";
import { RecordTables } from "../../../records/record/record-tables.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import {
  type AmendedClause,
  type AmendedScope,
  AmendmentChanges,
  ClauseChanges,
  ScopeChanges,
} from "../amendment/amendment-changes.tsx";
import type { FigureChange } from "../amendment/amendment-rules.ts";
import { useApprovalSubject } from "./approval-data.ts";
import { buildSheetRecord, omitZeros } from "./approval-rules.ts";

type Sheet = Schemas.ApprovalSubject;

/** The sections of a record that matter for a decision. */
const SUBJECT_SECTIONS: ReadonlySet<string> = new Set(["key", "amounts", "term"]);

/** The record to be approved: its key figures and its lines, or what an amendment changes. Its approver reads them even if the record is hidden. */
export function ApprovalSubject({ approval }: { readonly approval: ConsoleRecord }) {
  const t = useText();
  const sheet = useApprovalSubject(approval.id);
  const isAmendment = approval.subject_type === "contract_amendment";
  const { data: kind } = useKind(isAmendment ? "contract" : (sheet.data?.record_kind ?? ""));
  if (sheet.error) return <LoadError query={sheet} text={t("What is to be decided could not be loaded")} />;
  if (!sheet.data || !kind) return <Skeleton shape="block" />;
  if (isAmendment) return <AmendmentSubject kind={kind} sheet={sheet.data} />;
  return sheet.data.is_visible ? (
    <VisibleSubject kind={kind} sheet={sheet.data} />
  ) : (
    <SheetSubject kind={kind} sheet={sheet.data} />
  );
}

interface SubjectProps {
  readonly kind: Kind;
  readonly sheet: Sheet;
}

/** A record that the user sees: with the names of all records that it names, a link to it and its document. */
function VisibleSubject({ kind, sheet }: SubjectProps) {
  const { data } = useRecord(kind, sheet.record_id);
  if (!data) return <SheetSubject kind={kind} sheet={sheet} />;
  const pdf = kind.tabs.find(({ name, answers }) => name === "pdf" && answers === "file");
  const title = formatTitle(kind, data);
  const customer = sheet.customer ? { customer_id: sheet.customer } : {};
  return (
    <section aria-label={kind.label} className="flex min-w-0 flex-col gap-4">
      <header className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-0 flex-1 text-section font-semibold wrap-anywhere">
          <Link variant="heading" href={recordPath(kind, data.id)}>
            {title}
          </Link>
        </h3>
        {pdf ? <FileButton path={fillPath(pdf.path, data)} name={`${title}.pdf`} /> : null}
      </header>
      <SubjectFields kind={kind} record={{ ...data, expanded: { ...data.expanded, ...customer } } as ConsoleRecord} />
    </section>
  );
}

function SheetSubject({ kind, sheet }: SubjectProps) {
  const t = useText();
  return (
    <section aria-label={kind.label} className="flex min-w-0 flex-col gap-4">
      <header className="flex min-w-0 flex-col gap-1">
        <h3 dir="auto" className="text-section font-semibold wrap-anywhere">
          {sheet.title}
        </h3>
        <span className="text-meta text-text-muted">{t("You read this because you are asked to decide.")}</span>
      </header>
      <SubjectFields kind={kind} record={buildSheetRecord(kind, sheet) as ConsoleRecord} />
    </section>
  );
}

function SubjectFields({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const sections = kind.layout.sections.filter(({ name }) => SUBJECT_SECTIONS.has(name));
  const shown = {
    ...kind,
    operations: [],
    layout: {
      ...kind.layout,
      sections: omitZeros(sections.length > 0 ? sections : kind.layout.sections.slice(0, 1), kind.fields, record),
    },
  };
  return (
    <>
      <KeyFields kind={shown as Kind} record={record} />
      <RecordTables kind={{ ...kind, actions: [], part_actions: [] } as Kind} record={record} />
    </>
  );
}

function AmendmentSubject({ kind, sheet }: SubjectProps) {
  const t = useText();
  const { record, record_id } = sheet;
  const contractId = String(record.contract_id);
  const currency = String(record.currency ?? "");
  const scope = record.deliverables as AmendedScope | null | undefined;
  const clauses = (record.clauses ?? []) as readonly AmendedClause[];
  const figures = (record.figures ?? []) as readonly FigureChange[];
  const number = String(record.amendment_number);
  const name = `${number} ${String(record.title)}`;
  return (
    <section aria-label={t("Changes")} className="flex min-w-0 flex-col gap-2">
      <h3 className="text-section font-semibold">{t("Changes")}</h3>
      {sheet.is_visible ? (
        <span className="flex flex-wrap items-center gap-2">
          <Link href={`${recordPath(kind, contractId)}?${new URLSearchParams({ tab: "amendments", amendment: record_id })}`}>
            {name}
          </Link>
          <FileButton path={`/api/v1/contracts/${contractId}/amendments/${record_id}/document`} name={`${number}.pdf`} />
        </span>
      ) : (
        <bdi className="text-control font-medium">{name}</bdi>
      )}
      <p dir="auto" className="text-control whitespace-pre-wrap wrap-anywhere">
        {String(record.reason ?? "")}
      </p>
      {figures.length > 0 ? <AmendmentChanges kind={kind} figures={figures} currency={currency} /> : null}
      {scope ? <ScopeChanges scope={scope} currency={currency} /> : null}
      {clauses.length > 0 ? <ClauseChanges clauses={clauses} /> : null}
    </section>
  );
}
