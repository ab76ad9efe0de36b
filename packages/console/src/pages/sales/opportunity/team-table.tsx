import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import { useSession } from "../../../api/session.ts";
import { EMPTY, formatAmount } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FigureError } from "../../../records/figures/figure-error.tsx";
import { resolveKey } from "../../../records/figures/period-rules.ts";
import { RowsLink } from "../../../records/figures/rows-link.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { useTeamMonth } from "./forecast-data.ts";
import { computeGaps, isNegative, readExpectation } from "./forecast-rules.ts";
import { SubmissionDialog } from "./submission-dialog.tsx";
import { listTeamRows, type MemberRow, NO_OWNER } from "./team-rows.ts";

interface TeamTableProps {
  readonly month: Schemas.ForecastMonth;
  readonly monthName: string;
  readonly currency: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly onChange: () => void;
}

/** What each member of the team expects of the month, beside the deals, what is won, and the target. */
export function TeamTable({ month, monthName, currency, filters, onChange }: TeamTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { id: me, permissions } = useSession();
  const [open, setOpen] = useState<MemberRow>();
  const period = month.forecast_period.slice(0, 7);
  const team = useTeamMonth(resolveKey(period), filters);
  if (team.error) return <FigureError error={team.error} onRetry={() => void team.refetch()} />;
  if (!team.data)
    return (
      <div aria-busy="true">
        <Skeleton shape="block" />
      </div>
    );
  const rows = listTeamRows(month, team.data, t);
  const money = (value: string | null | undefined): string =>
    value === null || value === undefined ? EMPTY : formatAmount(value, currency, locale);
  const canSubmit = ({ id }: MemberRow): boolean =>
    id === me ? permissions.includes("forecast:submit") : id !== NO_OWNER && permissions.includes("forecast:override");
  const gap = (row: MemberRow, basis: "won" | "commit"): string => {
    const value = computeGaps({ ...row, commit: readExpectation(row.submitted).commit })?.[basis];
    if (value === undefined) return EMPTY;
    return isNegative(value) ? t("{amount} above", { amount: money(value.replace("-", "")) }) : money(value);
  };
  const adjusted = ({ submitted }: MemberRow) =>
    submitted?.override_commit ? (
      <span title={submitted.override_note ?? undefined}>{money(submitted.override_commit)}</span>
    ) : (
      EMPTY
    );
  const action = (row: MemberRow) =>
    canSubmit(row) ? (
      <Button
        isSmall
        aria-label={row.id === me ? t("Submit your forecast") : t("Adjust the forecast of {name}", { name: row.name })}
        onPress={() => setOpen(row)}
      >
        {row.id === me ? t("Submit") : t("Adjust")}
      </Button>
    ) : null;
  const columns: TableColumn<MemberRow>[] = [
    { id: "name", label: t("Owner"), render: ({ name, id }) => (id === NO_OWNER ? name : <Avatar name={name} hasName />) },
    {
      id: "open",
      label: t("Open deals"),
      isNumeric: true,
      render: ({ open: deals, name }) =>
        deals ? (
          <RowsLink label={`${name}, ${t("Open deals")}`} requests={deals.opens} text={money(deals.value)}>
            {money(deals.value)}
          </RowsLink>
        ) : (
          EMPTY
        ),
    },
    { id: "weighted", label: t("Weighted"), isNumeric: true, render: ({ open: deals }) => money(deals?.weighted) },
    { id: "won", label: t("Won"), isNumeric: true, render: ({ won }) => money(won) },
    { id: "commit", label: t("Commit"), isNumeric: true, render: ({ submitted }) => money(submitted?.commit) },
    { id: "best", label: t("Best case"), isNumeric: true, render: ({ submitted }) => money(submitted?.best_case) },
    { id: "adjusted", label: t("Adjusted"), isNumeric: true, render: adjusted },
    { id: "target", label: t("Target"), isNumeric: true, render: ({ target }) => money(target) },
    { id: "gap", label: t("Gap to target"), isNumeric: true, render: (row) => gap(row, "won") },
    { id: "gap_with_commit", label: t("Gap with commit"), isNumeric: true, render: (row) => gap(row, "commit") },
    { id: "action", label: t("Actions"), isForActions: true, render: action },
  ];
  if (rows.length === 0)
    return (
      <EmptyState kind="empty" title={t("No member of the team has deals or a target in this month")}>
        {t("Members of the team appear here as soon as a deal of theirs should close.")}
      </EmptyState>
    );
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <RowList
        label={t("Team")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1 font-medium">{row.name}</span>
              {action(row)}
            </span>
            <span className="text-control tabular-nums">
              {t("Commit {commit}, best case {best}", {
                commit: money(readExpectation(row.submitted).commit),
                best: money(readExpectation(row.submitted).best_case),
              })}
            </span>
            <span className="text-meta tabular-nums text-text-muted">
              {t("Won {won}, open {open}, gap {gap}", {
                won: money(row.won),
                open: money(row.open?.value),
                gap: gap(row, "won"),
              })}
            </span>
          </>
        )}
      />
      <p className="text-meta text-text-muted">
        {t(
          "Amounts are in {currency}. The gap is the target less what is won. With commit it is the target less the commit, adjusted where a manager did so. A commit includes what is won, so it never counts less than that.",
          { currency },
        )}
      </p>
      {open ? (
        <SubmissionDialog
          period={period}
          periodName={monthName}
          owner={open}
          isOwn={open.id === me}
          onDone={onChange}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </div>
  );
}
