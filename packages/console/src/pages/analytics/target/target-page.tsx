import type { Schemas } from "@crm/sdk/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Upload } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useFigureList, useFigures } from "../../../records/figures/analytics-data.ts";
import type { FigureInfo } from "../../../records/figures/analytics-types.ts";
import { FigureError } from "../../../records/figures/figure-error.tsx";
import { formatFigure } from "../../../records/figures/figure-text.ts";
import { formatKey, listTargetPeriods, moveKey, nameKey, resolveKey } from "../../../records/figures/period-rules.ts";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { AnalyticsPage } from "../figure/analytics-page.tsx";
import { useTargetScopes, useTargets } from "./target-data.ts";
import { findTarget, formatTargetInput, ORGANIZATION, parseTarget, type Target, type TargetScope } from "./target-rules.ts";

const DEFAULT_FIGURE = "bookings";
const WRITE_PERMISSION = "target:write";
const TARGET = { kind: "target" } as const;
const PERIOD = /^20\d\d(?:-Q[1-4])?$/;

/** The targets of a figure: of the organization, each team and each user, and what is attained of them. */
export function TargetPage() {
  const t = useText();
  const { locale } = useTextOptions();
  const navigate = useNavigate();
  const { permissions } = useSession();
  const { parameters, today, change } = useAnalyticsAddress();
  const name = parameters.figure ?? DEFAULT_FIGURE;
  const key = PERIOD.test(parameters.in ?? "") ? (parameters.in ?? "") : formatKey(today, "quarter");
  const periods = listTargetPeriods(key);
  const figures = useFigureList();
  const scopes = useTargetScopes();
  const targets = useTargets(name, periods);
  const attained = useFigures<Schemas.TeamPerformance>("/analytics/team-performance", resolveKey(key));
  const figure = figures.data?.find((candidate) => candidate.name === name);
  const canWrite = permissions.includes(WRITE_PERMISSION);
  const isYear = key.length === 4;
  const error = figures.error ?? scopes.error ?? targets.error;
  return (
    <AnalyticsPage
      title={t("Targets")}
      isLoading={targets.isPending || scopes.isPending || figures.isPending}
      actions={
        canWrite ? (
          <Button icon={<Upload />} onPress={() => void navigate({ to: "/crm/imports/add", search: { kind: TARGET.kind } })}>
            {t("Import")}
          </Button>
        ) : undefined
      }
      bar={
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-full min-w-field-short tablet:w-field">
            <Combobox
              label={t("Figure")}
              options={(figures.data ?? []).map(({ name: id, label }) => ({ id, label }))}
              selectedKey={name}
              onSelectionChange={(next) => {
                if (next !== null) change({ figure: String(next) });
              }}
            />
          </div>
          <SegmentedControl
            label={t("Period")}
            value={isYear ? "year" : "quarter"}
            onChange={(length) => change({ in: formatKey(resolveKey(key).from, length === "year" ? "year" : "quarter") })}
            segments={[
              { id: "quarter", label: t("Quarter") },
              { id: "year", label: t("Year") },
            ]}
          />
          <span className="flex items-center gap-1">
            <IconButton
              label={isYear ? t("Year before") : t("Quarter before")}
              icon={<ChevronLeft className="mirror" />}
              onPress={() => change({ in: moveKey(key, -1) })}
            />
            <span className="text-control font-medium tabular-nums">{nameKey(key, locale, t)}</span>
            <IconButton
              label={isYear ? t("Year after") : t("Quarter after")}
              icon={<ChevronRight className="mirror" />}
              onPress={() => change({ in: moveKey(key, 1) })}
            />
          </span>
        </div>
      }
    >
      {error ? <FigureError error={error} onRetry={() => void targets.refetch()} /> : null}
      {figure && scopes.data && targets.data ? (
        <TargetTable
          figure={figure}
          periods={periods}
          scopes={[
            { id: ORGANIZATION, label: t("Organization"), field: undefined },
            ...scopes.data.teams.map(({ id, name: label }) => ({ id, label, field: "team_id" as const })),
            ...scopes.data.users.map(({ id, name: label }) => ({ id, label, field: "user_id" as const })),
          ]}
          targets={targets.data}
          attained={attained.data?.targets.filter((target) => target.figure === name && target.period === key) ?? []}
          canWrite={canWrite}
        />
      ) : error ? null : (
        <Skeleton shape="block" />
      )}
      <p
        className={`flex flex-wrap items-center gap-x-2 text-meta text-text-muted ${targets.data && scopes.data ? "" : "invisible"}`}
      >
        {scopes.data?.isComplete === false ? t("The first 50 users and 20 teams are listed.") : null}
        {t("A period without a target has the sum of its parts. A team has the sum of its users.")}
        <Link variant="muted" href="/crm/targets">
          {t("All targets")}
        </Link>
      </p>
    </AnalyticsPage>
  );
}

interface TargetTableProps {
  readonly figure: FigureInfo;
  /** The last one is the whole. */
  readonly periods: readonly string[];
  readonly scopes: readonly TargetScope[];
  readonly targets: readonly Target[];
  readonly attained: readonly Schemas.Attainment[];
  readonly canWrite: boolean;
}

function TargetTable({ figure, periods, scopes, targets, attained, canWrite }: TargetTableProps) {
  const t = useText();
  const { locale, currency } = useTextOptions();
  const save = useTargetChange(figure);
  const whole = periods.at(-1);
  const attainmentOf = ({ id, field }: TargetScope): Schemas.Attainment | undefined =>
    field === "team_id" ? undefined : attained.find(({ owner_id }) => owner_id === (field === undefined ? null : id));
  const columns: TableColumn<TargetScope>[] = [
    {
      id: "scope",
      label: t("Target of"),
      render: ({ label, field }) => (
        <span className={field === "user_id" ? "" : "font-medium"} dir="auto">
          {label}
        </span>
      ),
    },
    ...periods.map(
      (period): TableColumn<TargetScope> => ({
        id: period,
        label: nameKey(period, locale, t),
        isNumeric: true,
        render: (scope) => {
          const target = findTarget(targets, scope.id, period);
          return (
            <TargetCell
              key={`${figure.name} ${scope.id} ${period} ${target?.value}`}
              label={t("{scope}, {period}", { scope: scope.label, period: nameKey(period, locale, t) })}
              figure={figure}
              target={target}
              // The server adds up the parts of a period that has no target of its own.
              sum={target === undefined && period === whole ? attainmentOf(scope)?.target : undefined}
              onSave={canWrite ? (value) => save(scope, period, target, value) : undefined}
            />
          );
        },
      }),
    ),
    {
      id: "value",
      label: t("Reached"),
      isNumeric: true,
      render: (scope) => formatFigure(attainmentOf(scope)?.value, { unit: figure.unit, currency, locale }),
    },
    {
      id: "attained",
      label: t("Attained"),
      isNumeric: true,
      render: (scope) => formatFigure(attainmentOf(scope)?.percent, { unit: "percent", currency, locale }),
    },
  ];
  return (
    <div className="rounded-card border border-border bg-surface px-4 py-2">
      <Table label={figure.label} columns={columns} rows={scopes} getRowId={({ id }) => id} />
    </div>
  );
}

/** Returns the function that sets, changes or deletes a target. It fails with a message. */
function useTargetChange(figure: FigureInfo) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  return async (
    { id, field }: TargetScope,
    period: string,
    target: Target | undefined,
    value: string | null,
  ): Promise<boolean> => {
    if (value === null && target === undefined) return true;
    const owner = field === undefined ? {} : { [field]: id };
    // An amount keeps its currency. A new one has that of the tenant.
    const currency = target?.currency ? { currency: target.currency } : {};
    try {
      await (value === null
        ? crm.request("DELETE", `/api/v1/targets/${target?.id}`)
        : crm.request("POST", "/api/v1/targets", { body: { figure: figure.name, ...owner, period, value, ...currency } }));
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: Object.values(fields)[0] ?? form ?? t("The target could not be saved"), isError: true });
      return false;
    }
    await Promise.all([invalidate(TARGET), queries.invalidateQueries({ queryKey: [...scope, "analytics"] })]);
    return true;
  };
}

interface TargetCellProps {
  readonly label: string;
  readonly figure: FigureInfo;
  readonly target: Target | undefined;
  /** The sum of the targets of its parts. */
  readonly sum: string | undefined;
  /** Undefined: the user may not set targets. */
  readonly onSave: ((value: string | null) => Promise<boolean>) | undefined;
}

/** A target. Pressing it or Enter changes it in place, Enter saves, Esc takes back. */
function TargetCell({ label, figure, target, sum, onSave }: TargetCellProps) {
  const t = useText();
  const { locale, currency } = useTextOptions();
  const { unit } = figure;
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const value = target?.value ?? sum;
  const text = value === undefined ? EMPTY : formatFigure(value, { unit, currency: target?.currency ?? currency, locale });
  const shown = target === undefined ? <span className="text-text-muted">{text}</span> : text;
  if (!onSave) return shown;
  const begin = (): void => setDraft(target === undefined ? "" : formatTargetInput(target.value, unit, locale));
  const close = (): void => {
    setDraft(undefined);
    setProblem(undefined);
  };
  const save = async (): Promise<void> => {
    if (draft === undefined) return;
    const next = parseTarget(draft, unit, locale);
    if (next === undefined) return setProblem(t("Write a number of at least 0"));
    const isSame =
      next === (target === undefined ? null : parseTarget(formatTargetInput(target.value, unit, locale), unit, locale));
    if (isSame || (await onSave(next))) close();
  };
  if (draft === undefined)
    return (
      <Button isSmall variant="quiet" aria-label={t("{label}: {value}", { label, value: text })} onPress={begin}>
        {shown}
      </Button>
    );
  return (
    <span className="inline-flex w-field-short">
      <TextField
        label={label}
        isLabelHidden
        autoFocus
        value={draft}
        onChange={setDraft}
        inputMode="decimal"
        autoComplete="off"
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key === "Enter") void save();
          else if (event.key === "Escape") close();
          else event.continuePropagation();
        }}
        {...(unit === "ratio" || unit === "percent" ? { suffix: "%" } : {})}
        {...(problem === undefined ? {} : { error: problem })}
      />
    </span>
  );
}
