import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FigureTiles } from "../../../ui/kit/figure-tiles.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { useFiguresOfAll } from "./workflow-data.ts";
import { countEnrollments } from "./workflow-figures.ts";

/** One request reads the figures of so many workflows. */
const PAGE_SIZE = 20;
const SHOWN = rowFields<Schemas.WorkflowRow>()("name", "kind", "status", "published_at");
type Row = ListRow<(typeof SHOWN)[number]>;

interface WorkflowOverviewProps {
  readonly kind: Kind;
  /** The kinds of records of the workflows. Undefined: all. */
  readonly shownKinds: readonly string[] | undefined;
}

/** Workflows with how many records are in each, and how these ended. */
export function WorkflowOverview({ kind, shownKinds }: WorkflowOverviewProps) {
  const t = useText();
  const options = useTextOptions();
  const { locale } = options;
  const query = useMemo(() => (shownKinds ? { "kind[in]": shownKinds.join() } : {}), [shownKinds]);
  const list = useRecordList(kind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const figures = useFiguresOfAll(rows.map(({ id }) => id));
  const now = new Date().toISOString();
  const fieldNamed = (name: string) => kind.fields.find((field) => field.name === name);
  const [kindField, statusField] = [fieldNamed("kind"), fieldNamed("status")];
  const findCounts = ({ id }: Row) => {
    const found = figures.data?.get(id);
    return found ? countEnrollments([found]) : undefined;
  };
  const total = figures.data && countEnrollments([...figures.data.values()]);
  const count = (value: number | undefined): string => (value === undefined ? EMPTY : formatCount(value, locale));
  const name = (row: Row) => (
    <Link variant="title" href={recordPath(kind, row.id)}>
      {String(row.name)}
    </Link>
  );
  const status = (row: Row) => (statusField ? <FieldValue record={row} field={statusField} isCell /> : null);
  const publishedAt = ({ published_at }: Row): string =>
    typeof published_at === "string" ? formatRelative(published_at, now, options) : EMPTY;
  const columns: TableColumn<Row>[] = [
    { id: "name", label: t("Name"), render: name },
    {
      id: "kind",
      label: t("Records"),
      render: (row) => (kindField ? <FieldValue record={row} field={kindField} isCell /> : null),
    },
    { id: "status", label: t("Status"), render: status },
    { id: "open", label: t("In progress"), isNumeric: true, render: (row) => count(findCounts(row)?.open) },
    { id: "completed", label: t("Completed"), isNumeric: true, render: (row) => count(findCounts(row)?.completed) },
    {
      id: "failed",
      label: t("Failed"),
      isNumeric: true,
      render: (row) => <span className={findCounts(row)?.failed ? "text-danger" : ""}>{count(findCounts(row)?.failed)}</span>,
    },
    { id: "published", label: t("Published"), render: publishedAt },
  ];
  const tiles = [
    { label: t("Active workflows"), value: count(rows.filter((row) => row.status === "ACTIVE").length) },
    { label: t("Records in progress"), value: count(total?.open) },
    { label: t("Completed"), value: count(total?.completed) },
    { label: t("Failed"), value: count(total?.failed) },
  ];
  return (
    <>
      {rows.length === 0 ? null : <FigureTiles label={t("Figures of the workflows below")} tiles={tiles} />}
      <ListState
        query={list}
        isEmpty={rows.length === 0 && !list.search.isIncomplete}
        empty={
          <EmptyState kind="empty" title={t("There are no workflows yet")}>
            {t("Begin with a template, or choose the trigger and the steps yourself.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("Workflows")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center justify-between gap-2">
              {name(row)}
              {status(row)}
            </span>
            <span className="text-meta tabular-nums text-text-muted">{describeCounts(findCounts(row), t)}</span>
          </>
        )}
        pages={list}
      />
    </>
  );
}

const describeCounts = (counts: ReturnType<typeof countEnrollments> | undefined, t: Translate): string =>
  counts === undefined
    ? EMPTY
    : t("{open} in progress · {completed} completed · {failed} failed", {
        open: formatCount(counts.open),
        completed: formatCount(counts.completed),
        failed: formatCount(counts.failed),
      });
