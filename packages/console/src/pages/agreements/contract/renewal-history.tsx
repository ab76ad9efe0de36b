import { useQuery } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY, formatDate, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";

interface Term {
  readonly start_date: string;
  readonly end_date: string;
  readonly contract_value: string;
}

interface Renewal extends ConsoleRecord, Term {
  readonly term_number: number;
  readonly status: string;
  readonly is_automatic: boolean;
  readonly reason: string | null;
  readonly next: Term | null;
  readonly opportunity_id: string | null;
}

interface Instalment {
  readonly number: number;
  readonly due_date: string;
  readonly period_start: string;
  readonly period_end: string;
  readonly amount: string;
}

const statusHues: Readonly<Record<string, Hue>> = { PROPOSED: "orange", PLANNED: "blue", BEGUN: "green" };

const nameStatus = (status: string, t: Translate): string =>
  ({ PROPOSED: t("Waits for a person"), PLANNED: t("Planned"), BEGUN: t("Started"), VOID: t("Void") })[status] ?? status;

interface RenewalHistoryProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const MAX_TERMS = 100;

/** The terms of a contract that have ended or been decided, and when the value of the present term is due. */
export function RenewalHistory({ record }: RenewalHistoryProps) {
  const t = useText();
  const scope = useScope();
  const history = useQuery({
    queryKey: [...scope, "related", "contract", "renewals", record.id],
    queryFn: async () =>
      (await read<Renewal[]>(`/api/v1/contracts/${record.id}/renewals`, { limit: MAX_TERMS, expand: "labels" })).data,
  });
  const plan = useQuery({
    queryKey: [...scope, "related", "contract", "plan", record.id, record.version],
    queryFn: ({ signal }) =>
      crm
        .request<{ instalments: Instalment[] }>("GET", `/api/v1/contracts/${record.id}/plan`, { signal })
        .then(({ instalments }) => instalments),
  });
  if (history.isPending || plan.isPending) return <Skeleton shape="block" />;
  if (history.error || plan.error) return <LoadError query={[history, plan]} text={t("The list could not be loaded")} />;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <section aria-label={t("Terms and renewals")} className="flex min-w-0 flex-col gap-2">
        <h2 className="text-section font-semibold">{t("Terms and renewals")}</h2>
        {history.data?.length === 0 ? (
          <p className="text-control text-text-muted">{t("The first term has not ended and is not renewed yet")}</p>
        ) : null}
        <TermTable rows={history.data ?? []} currency={String(record.currency)} />
      </section>
      <section aria-label={t("Payments of the present term")} className="flex min-w-0 flex-col gap-2">
        <h2 className="text-section font-semibold">{t("Payments of the present term")}</h2>
        <PlanTable rows={plan.data ?? []} currency={String(record.currency)} />
      </section>
    </div>
  );
}

function TermTable({ rows, currency }: { readonly rows: readonly Renewal[]; readonly currency: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const opportunity = kinds.find((candidate) => candidate.kind === "opportunity");
  const days = (term: Term): string => `${formatDate(term.start_date, locale)} – ${formatDate(term.end_date, locale)}`;
  const money = (amount: string): string => formatMoney(amount, currency, locale, "exact");
  const status = (row: Renewal) => <Tag hasDot hue={statusHues[row.status] ?? "gray"} label={nameStatus(row.status, t)} />;
  const how = (row: Renewal) => (
    <span className="flex flex-col">
      {row.is_automatic ? t("Automatic") : t("By hand")}
      {row.reason ? <span className="text-meta text-text-muted">{row.reason}</span> : null}
      {row.opportunity_id && opportunity ? (
        <Link variant="value" href={recordPath(opportunity, row.opportunity_id)}>
          {opportunity.label}
        </Link>
      ) : null}
    </span>
  );
  const columns: TableColumn<Renewal>[] = [
    { id: "term", label: t("Term"), render: (row) => `${row.term_number} · ${days(row)}` },
    { id: "value", label: t("Contract value"), isNumeric: true, render: (row) => money(row.contract_value) },
    { id: "status", label: t("State"), render: status },
    { id: "how", label: t("Renewal"), render: how },
    { id: "next", label: t("Next term"), render: (row) => (row.next ? days(row.next) : EMPTY) },
    {
      id: "nextValue",
      label: t("Next value"),
      isNumeric: true,
      render: (row) => (row.next ? money(row.next.contract_value) : EMPTY),
    },
  ];
  return (
    <RowList
      label={t("Terms and renewals")}
      columns={columns}
      rows={rows}
      renderCard={(row) => (
        <>
          <span className="font-medium">{`${row.term_number} · ${days(row)}`}</span>
          <span className="flex flex-wrap items-center gap-2">
            {status(row)}
            {money(row.contract_value)}
          </span>
          {row.next ? (
            <span className="text-meta text-text-muted">{`${days(row.next)} · ${money(row.next.contract_value)}`}</span>
          ) : null}
        </>
      )}
    />
  );
}

function PlanTable({ rows, currency }: { readonly rows: readonly Instalment[]; readonly currency: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  if (rows.length === 0) return <p className="text-control text-text-muted">{t("Nothing is due")}</p>;
  return (
    <div className="rounded-card border border-border bg-surface px-4 py-2">
      <Table
        label={t("Payments of the present term")}
        columns={[
          { id: "due", label: t("Due date"), render: (row) => formatDate(row.due_date, locale) },
          {
            id: "period",
            label: t("Period"),
            render: (row) => `${formatDate(row.period_start, locale)} – ${formatDate(row.period_end, locale)}`,
          },
          {
            id: "amount",
            label: t("Amount"),
            isNumeric: true,
            render: (row) => formatMoney(row.amount, currency, locale, "exact"),
          },
        ]}
        rows={rows}
        getRowId={({ number }) => String(number)}
      />
    </div>
  );
}
