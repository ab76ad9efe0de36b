import type { Schemas } from "@crm/sdk/index.ts";
import { Ellipsis, Lock, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { EMPTY, formatDate, formatMoney, listLabels } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Panel } from "../../../ui/kit/panel.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { findAction, useCampaignChange, useCampaignPages, useChannelNames } from "./campaign-data.ts";
import { isEntered, toMetricInput } from "./metric-rows.ts";
import { type OpenPart, PartDialog } from "./part-dialog.tsx";

type Row = ApiRow<Schemas.CampaignMetricRow>;

interface MetricListProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** The first day. Undefined: all days. */
  readonly from: string | undefined;
}

const PAGE_SIZE = 25;

function nameSource(source: unknown, t: Translate): string {
  const names: Readonly<Record<string, string>> = { manual: t("By hand"), file: t("File"), api: t("API") };
  return names[String(source)] ?? t("System");
}

/** The rows of the daily metrics one by one, the latest first. People change and delete those that people, files and the API wrote. */
export function MetricList({ kind, record, from }: MetricListProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const nameChannel = useChannelNames(kind);
  const [dialog, setDialog] = useState<OpenPart>();
  const change = useCampaignChange(["campaign"]);
  const list = useCampaignPages(record.id, "metrics", { limit: PAGE_SIZE, ...(from === undefined ? {} : { from }) });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const update = findAction(kind, "updateCampaignMetric");
  const removal = findAction(kind, "deleteCampaignMetric");
  const path = `/api/v1/campaigns/${record.id}/metrics`;
  const channel = (row: Row): string =>
    nameChannel(String(row.channel_id), listLabels(row, { name: "channel_id", type: "reference" })[0]?.name ?? null);
  const day = (row: Row): string => formatDate(String(row.metric_date), locale);
  const nameOf = (row: Row): string => `${channel(row)}, ${day(row)}`;
  const count = (value: unknown): string => (typeof value === "number" ? formatCount(value, locale) : EMPTY);
  const money = (row: Row, name: "cost" | "revenue"): string => {
    const amount = row[name];
    return typeof amount === "string" ? formatMoney(amount, String(row.currency ?? record.currency), locale) : EMPTY;
  };
  const remove = async (row: Row): Promise<void> => {
    if (!(await change("DELETE", `${path}/${row.id}`))) return;
    showToast({
      text: t("{name} was deleted", { name: nameOf(row) }),
      undo: () => void change("POST", path, toMetricInput(row)),
    });
  };
  const menu = (row: Row) => {
    if (!update && !removal) return null;
    if (!isEntered(row)) return <LockedMark name={nameOf(row)} />;
    return (
      <Menu
        placement="bottom end"
        trigger={<IconButton isSmall label={t("Actions for {name}", { name: nameOf(row) })} icon={<Ellipsis />} />}
      >
        {update ? (
          <MenuItem
            label={t("Edit")}
            icon={<Pencil />}
            onAction={() => setDialog({ action: { ...update, title: t("Edit") }, row, name: nameOf(row) })}
          />
        ) : null}
        {removal ? <MenuItem isDanger label={t("Delete")} icon={<Trash2 />} onAction={() => void remove(row)} /> : null}
      </Menu>
    );
  };
  const columns: TableColumn<Row>[] = [
    { id: "day", label: t("Day"), render: day },
    { id: "channel", label: t("Channel"), render: channel },
    { id: "source", label: t("Source"), render: ({ source }) => nameSource(source, t) },
    { id: "impressions", label: t("Impressions"), isNumeric: true, render: ({ impressions }) => count(impressions) },
    { id: "clicks", label: t("Clicks"), isNumeric: true, render: ({ clicks }) => count(clicks) },
    { id: "conversions", label: t("Conversions"), isNumeric: true, render: ({ conversions }) => count(conversions) },
    { id: "cost", label: t("Cost"), isNumeric: true, render: (row) => money(row, "cost") },
    { id: "revenue", label: t("Revenue"), isNumeric: true, render: (row) => money(row, "revenue") },
    ...(update || removal ? [{ id: "menu", label: t("Actions"), isForActions: true, render: menu }] : []),
  ];
  return (
    <section aria-label={t("Single days")} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Single days")}</h2>
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      <RowList
        label={t("Single days")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1 font-medium wrap-anywhere">{nameOf(row)}</span>
              {menu(row)}
            </span>
            <span className="text-meta tabular-nums text-text-muted">
              {[
                row.clicks === null
                  ? t("Clicks: not tracked")
                  : t("{count, plural, one {# click} other {# clicks}}", { count: row.clicks ?? 0 }),
                money(row, "cost"),
                nameSource(row.source, t),
              ].join(" · ")}
            </span>
          </>
        )}
        pages={list}
      />
      {dialog ? (
        <PartDialog kind={kind} record={record} dialog={dialog} omitted={[]} onClose={() => setDialog(undefined)} />
      ) : null}
    </section>
  );
}

/** Says on demand why a row has no actions. */
function LockedMark({ name }: { readonly name: string }) {
  const t = useText();
  const label = t("Why {name} cannot be changed", { name });
  return (
    <Panel label={label} trigger={<IconButton isSmall label={label} icon={<Lock />} />}>
      <p className="p-3 text-control">
        {t("The system counts this row from mails, text messages and links of the campaign. It cannot be changed.")}
      </p>
    </Panel>
  );
}
