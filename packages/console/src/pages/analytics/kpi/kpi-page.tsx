import type { Schemas } from "@crm/sdk/index.ts";
import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { FigureError } from "../../../records/figures/figure-error.tsx";
import { formatFigure } from "../../../records/figures/figure-text.ts";
import { nameKey } from "../../../records/figures/period-rules.ts";
import { RowsLink } from "../../../records/figures/rows-link.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Sparkline } from "../../../ui/kit/sparkline.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { AnalyticsPage } from "../figure/analytics-page.tsx";
import { KpiStatus } from "./kpi-content.tsx";
import { KpiDrawer } from "./kpi-drawer.tsx";
import { KpiForm } from "./kpi-form.tsx";
import type { Kpi } from "./kpi-value.ts";

/** A batch of reads takes so many. */
const PAGE_SIZE = 20;
const KPI = { kind: "kpi" } as const;

/** A KPI of the list. Its value comes with a read of its own. */
interface KpiEntry {
  readonly id: string;
  readonly row: Schemas.KpiRow;
  readonly kpi: Kpi | undefined;
  readonly error: Error | null;
}

/** Reads the KPIs that the caller sees, and the value of each. */
function useKpis() {
  const scope = useScope();
  const list = useInfiniteQuery({
    queryKey: [...scope, "list", "kpi", "values"],
    initialPageParam: "",
    queryFn: async ({ pageParam }) =>
      read<Schemas.KpiRow[]>("/api/v1/kpis", { limit: PAGE_SIZE, ...(pageParam === "" ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ meta }) => (meta.next_cursor as string | null) ?? undefined,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const values = useQueries({
    queries: rows.map(({ id }) => ({
      queryKey: [...scope, "record", "kpi", id],
      queryFn: async () => (await read<Kpi>(`/api/v1/kpis/${id}`)).data,
      retry: false,
    })),
  });
  const entries = rows.map(
    (row, index): KpiEntry => ({ id: row.id, row, kpi: values[index]?.data, error: values[index]?.error ?? null }),
  );
  return { list, entries };
}

/** KPIs with value, target, trend and status. */
export function KpiPage() {
  const t = useText();
  const { locale } = useTextOptions();
  const { id: userId } = useSession();
  const invalidate = useInvalidation();
  const { list, entries } = useKpis();
  const [opened, setOpened] = useState<Kpi>();
  const [edited, setEdited] = useState<Kpi | "new">();
  const call = async (method: "DELETE" | "POST", path: string): Promise<boolean> => {
    try {
      await crm.request(method, `/api/v1/kpis/${path}`);
      await invalidate(KPI);
      return true;
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The KPI could not be changed"), isError: true });
      return false;
    }
  };
  const remove = async ({ id, name }: Kpi): Promise<void> => {
    if (!(await call("DELETE", id))) return;
    showToast({ text: t("{name} was deleted", { name }), undo: () => void call("POST", `${id}/restore`) });
  };
  const text = ({ unit, value_currency }: Kpi, value: string | number | null): string =>
    formatFigure(value, { unit, currency: value_currency, locale });
  const name = ({ row, kpi }: KpiEntry) =>
    kpi ? (
      <Link variant="title" onPress={() => setOpened(kpi)}>
        {row.name}
      </Link>
    ) : (
      row.name
    );
  const menu = ({ kpi }: KpiEntry) =>
    kpi?.created_by === userId ? (
      <Menu
        placement="bottom end"
        trigger={<IconButton isSmall label={t("Actions for {name}", { name: kpi.name })} icon={<Ellipsis />} />}
      >
        <MenuItem label={t("Edit")} icon={<Pencil />} onAction={() => setEdited(kpi)} />
        <MenuItem isDanger label={t("Delete")} icon={<Trash2 />} onAction={() => void remove(kpi)} />
      </Menu>
    ) : null;
  const value = ({ kpi, error }: KpiEntry) =>
    kpi ? (
      <RowsLink label={kpi.name} requests={kpi.opens}>
        {text(kpi, kpi.value)}
      </RowsLink>
    ) : error ? (
      <span className="text-text-muted">{readErrors(error, t).form ?? t("This could not be loaded")}</span>
    ) : null;
  const columns: TableColumn<KpiEntry>[] = [
    { id: "name", label: t("Name"), render: name },
    { id: "period", label: t("Period"), render: ({ kpi }) => (kpi ? nameKey(kpi.period, locale, t) : null) },
    { id: "value", label: t("Value"), isNumeric: true, render: value },
    { id: "target", label: t("Target"), isNumeric: true, render: ({ kpi }) => (kpi ? text(kpi, kpi.target) : null) },
    {
      id: "attained",
      label: t("Attained"),
      isNumeric: true,
      render: ({ kpi }) => (kpi ? formatFigure(kpi.percent, { unit: "percent", currency: "", locale }) : null),
    },
    {
      id: "trend",
      label: t("Trend"),
      render: ({ kpi }) => (kpi && kpi.trend.length > 1 ? <Sparkline values={kpi.trend.map((point) => point.value)} /> : null),
    },
    { id: "status", label: t("Status"), render: ({ kpi }) => (kpi ? <KpiStatus status={kpi.status} /> : null) },
    { id: "menu", label: t("Actions"), isForActions: true, render: menu },
  ];
  const create = (
    <Button variant="primary" icon={<Plus />} onPress={() => setEdited("new")}>
      {t("New KPI")}
    </Button>
  );
  return (
    <AnalyticsPage title={t("KPIs")} isLoading={list.isPending} actions={entries.length > 0 ? create : undefined}>
      {list.error ? <FigureError error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.data && entries.length === 0 ? (
        <EmptyState kind="empty" title={t("No KPIs yet")} action={create}>
          {t("A KPI compares a figure of this month, quarter or year with its target.")}
        </EmptyState>
      ) : null}
      <RowList
        label={t("KPIs")}
        columns={columns}
        rows={entries}
        pages={list}
        renderCard={(entry) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1 wrap-anywhere">{name(entry)}</span>
              {entry.kpi ? <KpiStatus status={entry.kpi.status} /> : null}
              {menu(entry)}
            </span>
            <span className="flex min-h-target min-w-0 flex-wrap items-baseline gap-x-2 tabular-nums">
              {value(entry)}
              {entry.kpi?.target ? (
                <span className="text-text-muted">
                  {t("Target of {period}: {target}", {
                    period: nameKey(entry.kpi.period, locale, t),
                    target: text(entry.kpi, entry.kpi.target),
                  })}
                </span>
              ) : null}
            </span>
          </>
        )}
      />
      {opened ? <KpiDrawer kpi={opened} onClose={() => setOpened(undefined)} /> : null}
      {edited ? <KpiForm kpi={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} /> : null}
    </AnalyticsPage>
  );
}
