import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FigureTiles } from "../../../ui/kit/figure-tiles.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { type SubmissionResult, useFormStatistics, useSubmissions } from "./form-data.ts";

type Row = Schemas.FormSubmission;

/** The submissions of a form: what each led to, what was refused, and how many visitors sent the form. */
export function SubmissionList({ record }: { readonly record: ConsoleRecord }) {
  const t = useText();
  const [result, setResult] = useState<SubmissionResult>("accepted");
  const list = useSubmissions(record.id, result);
  const options = useTextOptions();
  const now = new Date().toISOString();
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const time = ({ submitted_at }: Row): string => formatRelative(submitted_at, now, options);
  const columns: TableColumn<Row>[] =
    result === "accepted"
      ? [
          { id: "lead", label: t("Lead"), render: (row) => <SubmittedRecord row={row} /> },
          { id: "time", label: t("Submitted"), render: time },
          { id: "consent", label: t("Consent"), render: (row) => nameConsent(row, t) },
        ]
      : [
          { id: "reason", label: t("Reason"), render: ({ outcome }) => nameRefusal(outcome, t) },
          { id: "time", label: t("Submitted"), render: time },
        ];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Figures id={record.id} />
      <SegmentedControl
        label={t("Submissions")}
        segments={[
          { id: "accepted", label: t("Accepted") },
          { id: "refused", label: t("Refused") },
        ]}
        value={result}
        onChange={(id) => setResult(id === "refused" ? "refused" : "accepted")}
      />
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 ? (
        <EmptyState
          kind="empty"
          title={result === "accepted" ? t("No submissions yet") : t("Nothing was refused in the last 30 days")}
        >
          {result === "accepted" ? t("Publish the form, and submissions appear here with their leads.") : null}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Submissions")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="font-medium">
              {result === "accepted" ? <SubmittedRecord row={row} /> : nameRefusal(row.outcome, t)}
            </span>
            <span className="text-meta text-text-muted">
              {[time(row), result === "accepted" ? nameConsent(row, t) : EMPTY].filter((text) => text !== EMPTY).join(" · ")}
            </span>
          </>
        )}
        pages={list}
      />
    </div>
  );
}

function Figures({ id }: { readonly id: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const { data } = useFormStatistics(id);
  if (!data) return <Skeleton shape="control" />;
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const refused = data.days.reduce((sum, day) => sum + day.spam + day.bot + day.no_consent + day.refused + day.repeated, 0);
  return (
    <FigureTiles
      label={t("Last 30 days")}
      tiles={[
        { label: t("Views in 30 days"), value: numbers.format(data.views) },
        { label: t("Submissions"), value: numbers.format(data.submissions) },
        { label: t("Submission rate"), value: data.rate === null ? EMPTY : `${numbers.format(data.rate)} %` },
        { label: t("Refused"), value: numbers.format(refused) },
      ]}
    />
  );
}

interface ExpandedRow {
  readonly display_name?: string | null;
  readonly email?: string | null;
}

/** The lead of a submission, or its person if the form creates no leads. A record that the user may not see has no name. */
function SubmittedRecord({ row: { lead_id, personal_key_id, expanded } }: { readonly row: Row }) {
  const t = useText();
  const [field, id, path] = lead_id
    ? (["lead_id", lead_id, "/crm/leads"] as const)
    : (["personal_key_id", personal_key_id, "/crm/persons"] as const);
  const shown = (expanded as Readonly<Record<string, ExpandedRow | null>> | undefined)?.[field];
  if (!shown) return <span className="text-text-muted">{lead_id ? t("Lead of another user") : t("Deleted record")}</span>;
  return (
    <Link variant="value" href={`${path}/${id}`}>
      <bdi>{shown.display_name ?? shown.email ?? t("Lead")}</bdi>
    </Link>
  );
}

function nameConsent({ consent, consent_version }: Row, t: Translate): string {
  if (consent === "none") return EMPTY;
  const version = String(consent_version ?? "");
  return consent === "pending"
    ? t("Not confirmed yet, version {version}", { version })
    : t("Given, version {version}", { version });
}

function nameRefusal(outcome: Row["outcome"], t: Translate): string {
  switch (outcome) {
    case "spam":
    case "bot":
      return t("Robot");
    case "no_consent":
      return t("No consent");
    case "repeated":
      return t("Duplicate");
    case "anonymous":
      return t("No email or phone number");
    default:
      return t("Invalid answers, or a website that is not allowed");
  }
}
