import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import { useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { nameStep, useWorkflowNames } from "./builder-context.ts";
import { readDefinition, type WorkflowRecord } from "./definition.ts";
import { EnrollmentStatus } from "./enrollment-status.tsx";
import { findPlacedStep } from "./step-tree.ts";

const ALL = "all";
const SHOWN = rowFields<Schemas.WorkflowEnrollmentRow>()(
  "record_id",
  "record_kind",
  "status",
  "step_id",
  "step_due_at",
  "started_at",
  "ended_at",
  "reason",
);
type Row = ListRow<(typeof SHOWN)[number]>;
const PAGE_SIZE = 25;

/** The records that are or were in a workflow. */
export function EnrollmentList({ record }: { readonly record: WorkflowRecord }) {
  const { data: kind } = useKind("workflow_enrollment");
  const { data: recordKind } = useKind(String(record.kind));
  if (!kind || !recordKind) return <Skeleton shape="block" />;
  return <Enrollments record={record} kind={kind} recordKind={recordKind} />;
}

interface EnrollmentsProps {
  readonly record: WorkflowRecord;
  readonly kind: Kind;
  readonly recordKind: Kind;
}

function Enrollments({ record, kind, recordKind }: EnrollmentsProps) {
  const t = useText();
  const [status, setStatus] = useState(ALL);
  const definition = readDefinition(record);
  const { names } = useWorkflowNames(recordKind, definition);
  const query = { workflow: record.id, ...(status === ALL ? {} : { status }) };
  const list = useRecordList(kind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const options = useTextOptions();
  const now = new Date().toISOString();
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const total = Number(list.data?.pages[0]?.meta.total ?? rows.length);
  const field = (name: string) => kind.fields.find((candidate) => candidate.name === name);
  const recordField = field("record_id");
  const stepOf = (row: Row): string => {
    const step = row.step_id ? findPlacedStep(definition.steps, String(row.step_id))?.step : undefined;
    return step ? nameStep(step, names) : row.step_id ? t("Step of an earlier version") : EMPTY;
  };
  const timeOf = (value: unknown): string => (value ? formatRelative(String(value), now, options) : EMPTY);
  const columns: TableColumn<Row>[] = [
    {
      id: "record",
      label: recordKind.label,
      render: (row) => (recordField ? <FieldValue record={row} field={recordField} isCell /> : null),
    },
    { id: "status", label: t("Status"), render: (row) => <EnrollmentStatus status={String(row.status)} kind={kind} /> },
    {
      id: "step",
      label: t("Step"),
      render: (row) => (
        <span className="flex flex-col wrap-anywhere">
          <span dir="auto">{stepOf(row)}</span>
          {row.reason ? (
            <span dir="auto" className="text-meta text-text-muted">
              {String(row.reason)}
            </span>
          ) : null}
        </span>
      ),
    },
    { id: "due", label: t("Due"), render: (row) => timeOf(row.step_due_at) },
    { id: "started", label: t("Started"), render: (row) => timeOf(row.started_at) },
    { id: "ended", label: t("Ended"), render: (row) => timeOf(row.ended_at) },
    {
      id: "open",
      label: t("History"),
      render: (row) => (
        <Link variant="value" href={recordPath(kind, row.id)}>
          {t("History")}
        </Link>
      ),
    },
  ];
  const statuses = [
    { id: ALL, label: t("All") },
    ...(field("status")?.choices ?? []).map(({ code, name }) => ({ id: code, label: name })),
  ];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-4">
        <div className="w-full min-w-field-short tablet:w-auto">
          <Select label={t("Status")} options={statuses} value={status} onChange={(key) => setStatus(String(key))} />
        </div>
        {list.isSuccess ? (
          <span className="flex h-control items-center text-control tabular-nums text-text-muted">
            {t("{count, plural, one {# record} other {# records}}", { count: total })}
          </span>
        ) : null}
      </div>
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 && !list.search.isIncomplete ? (
        <EmptyState
          kind={status === ALL ? "empty" : "nothing-found"}
          title={status === ALL ? t("No record is or was in this workflow") : t("No record has this status")}
        >
          {status === ALL ? t("Records are enrolled by the trigger of the published version, or by “Enroll a record”.") : null}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Enrollments")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1 font-medium">
                {recordField ? <FieldValue record={row} field={recordField} isCell /> : null}
              </span>
              <EnrollmentStatus status={String(row.status)} kind={kind} />
            </span>
            <span dir="auto" className="wrap-anywhere">
              {stepOf(row)}
            </span>
            <span className="flex items-center gap-3 text-meta text-text-muted">
              <span className="flex-1">
                {row.ended_at
                  ? t("Ended {time}", { time: timeOf(row.ended_at) })
                  : t("Due {time}", { time: timeOf(row.step_due_at) })}
              </span>
              <Link variant="value" href={recordPath(kind, row.id)}>
                {t("History")}
              </Link>
            </span>
          </>
        )}
        pages={list}
      />
    </div>
  );
}
