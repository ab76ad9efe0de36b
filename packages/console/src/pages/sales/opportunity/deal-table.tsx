import type { Schemas } from "@crm/sdk/index.ts";
import { ChevronDown } from "lucide-react";
import { useMemo, useState } from "react";
import type { ListQuery } from "../../../api/kind.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Field, formatTitle, type Kind } from "../../../api/schema.ts";
import { EMPTY, formatDate } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { canEditCell } from "../../../records/list/cell-edit.ts";
import { ConflictDialog } from "../../../records/list/conflict-dialog.tsx";
import { type EditConflict, useCellEdit } from "../../../records/list/use-cell-edit.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { type BoardColumn, listBoardColumns } from "../../../records/rows/board-columns.ts";
import { useSortedList } from "../../../records/rows/use-list-sorts.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Menu, MenuItem, MenuSection } from "../../../ui/kit/menu.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn, TableSort } from "../../../ui/kit/table.tsx";
import { nameCategory } from "./category-name.ts";
import { DayDialog } from "./day-dialog.tsx";
import { DealTitle } from "./deal-title.tsx";
import { isCategory, listCategoryStages, listCloseDates, type Stage } from "./forecast-rules.ts";
import { useDealMoves } from "./use-deal-moves.ts";

const PAGE_SIZE = 50;
const SHOWN = rowFields<Schemas.OpportunityRow>()(
  "name",
  "customer_id",
  "owner_id",
  "amount",
  "stage_id",
  "forecast_category",
  "close_date",
  "next_step_date",
  "is_closed",
  "probability",
);
type Row = ListRow<(typeof SHOWN)[number]>;

interface DealTableProps {
  readonly kind: Kind;
  readonly query: ListQuery;
  readonly stages: readonly Stage[];
  /** Says that no deal is there. */
  readonly emptyTitle: string;
  /** Called after a change that moves figures. */
  readonly onChange: () => void;
}

/** The deals behind a figure of the forecast. Their category and close date are changed in place. */
export function DealTable({ kind, query, stages, emptyTitle, onChange }: DealTableProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const [sort, setSort] = useState<TableSort>({ column: "close_date", direction: "ascending" });
  const [dated, setDated] = useState<Row>();
  const order = { sort: sort.column, order: sort.direction === "descending" ? "desc" : "asc" };
  const { list, droppedSort, checkSort } = useSortedList(kind, { ...query, ...order }, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const columns = useMemo(() => listBoardColumns(kind, [], t("None")), [kind, t]);
  const moves = useDealMoves(kind, columns, onChange);
  const cells = useCellEdit(kind, SHOWN);
  const field = (name: string): Field | undefined => kind.fields.find((candidate) => candidate.name === name);
  const closeDate = field("close_date");
  const saveDate = async (row: ConsoleRecord, day: string): Promise<void> => {
    if (!closeDate) return;
    await cells.save(row, closeDate, { value: day });
    onChange();
  };
  const title = (row: Row) => <DealTitle kind={kind} row={row} />;
  const category = (row: Row) => (
    <CategoryMenu
      row={row}
      stages={stages}
      columns={columns.filter((column) => moves.canMove(row, column))}
      onMove={(column) => moves.moveDeal(row, column)}
    />
  );
  const canDate = closeDate !== undefined && canEditCell(kind, closeDate);
  const date = (row: Row) => (
    <DateMenu
      row={row}
      today={readDay(new Date().toISOString(), timeZone)}
      canEdit={canDate && row.is_closed !== true}
      onChoose={(day) => void saveDate(row, day)}
      onOther={() => setDated(row)}
    />
  );
  const plain = (name: string, isNumeric = false): TableColumn<Row>[] => {
    const shown = field(name);
    if (!shown) return [];
    const render = (row: Row) => <FieldValue record={row} field={shown} isCell />;
    return [{ id: name, label: shown.label, isNumeric, isSortable: checkSort(name) === true, render }];
  };
  const tableColumns: TableColumn<Row>[] = [
    { id: "name", label: field("name")?.label ?? "", isSortable: checkSort("name") === true, render: title },
    ...plain("owner_id"),
    ...plain("amount", true),
    ...plain("stage_id"),
    {
      id: "forecast_category",
      label: field("forecast_category")?.label ?? "",
      isSortable: checkSort("forecast_category") === true,
      render: category,
    },
    { id: "close_date", label: closeDate?.label ?? "", isSortable: true, render: date },
  ];
  const amount = field("amount");
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  if (list.isPending)
    return (
      <div aria-busy="true">
        <Skeleton shape="block" />
      </div>
    );
  if (rows.length === 0 && !list.search.isIncomplete) return <EmptyState kind="nothing-found" title={emptyTitle} />;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <RowList
        label={t("Deals")}
        columns={tableColumns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1">{title(row)}</span>
              <span className="tabular-nums">{amount ? <FieldValue record={row} field={amount} isCell /> : null}</span>
            </span>
            <span className="flex flex-wrap items-center gap-2">
              {category(row)}
              {date(row)}
            </span>
          </>
        )}
        pages={list}
        sort={droppedSort === undefined ? sort : undefined}
        onSort={setSort}
      />
      {moves.asked ? (
        <ActionDialog
          key={moves.asked.record.id}
          kind={kind}
          record={moves.asked.record}
          action={moves.asked.move.action}
          preset={moves.asked.move.preset}
          {...(moves.asked.question ? { question: moves.asked.question } : {})}
          onDone={(answer) => {
            if (moves.asked) moves.finish(moves.asked, answer);
          }}
          onClose={moves.closeAsked}
        />
      ) : null}
      {cells.conflict ? (
        <ConflictDialog
          conflict={cells.conflict}
          onClose={cells.closeConflict}
          onReplace={() => {
            const { stored, field: edited, edit } = cells.conflict as EditConflict;
            void cells.save(stored, edited, edit);
          }}
        />
      ) : null}
      {dated && closeDate ? (
        <DayDialog
          title={t("Close date of {name}", { name: formatTitle(kind, dated) })}
          label={closeDate.label}
          value={String(dated.close_date ?? "")}
          onSave={(day) => void saveDate(dated, day)}
          onClose={() => setDated(undefined)}
        />
      ) : null}
    </div>
  );
}

interface CategoryMenuProps {
  readonly row: Row;
  readonly stages: readonly Stage[];
  /** The stages that the row may be moved to. */
  readonly columns: readonly BoardColumn[];
  readonly onMove: (column: BoardColumn) => void;
}

const nameOf = (category: unknown, t: Translate): string => {
  const text = String(category);
  return isCategory(text) ? nameCategory(text, t) : t("Not in the forecast");
};

/** The category of a deal follows its stage, so another category is another stage. */
function CategoryMenu({ row, stages, columns, onMove }: CategoryMenuProps) {
  const t = useText();
  const label = nameOf(row.forecast_category, t);
  const find = ({ id }: Stage): BoardColumn | undefined => columns.find(({ value }) => value === id);
  const choices = listCategoryStages(stages, String(row.stage_id)).flatMap((stage) => {
    const column = find(stage);
    return column ? [{ stage, column }] : [];
  });
  const ends = columns.filter((column) => stages.find(({ id }) => id === column.value)?.is_closed && row.is_closed !== true);
  if (choices.length + ends.length === 0) return label;
  return (
    <Menu
      trigger={
        <Button isSmall aria-label={t("Category of {name}: {category}", { name: String(row.name), category: label })}>
          <span className="inline-flex items-center gap-1">
            {label} <ChevronDown />
          </span>
        </Button>
      }
      onAction={(key) => {
        const column = columns.find(({ code }) => code === key);
        if (column) onMove(column);
      }}
    >
      <MenuSection title={t("Move to")}>
        {[
          ...choices.map(({ stage, column }) => ({ column, category: stage.forecast_category })),
          ...ends.map((column) => ({ column, category: undefined })),
        ].map(({ column, category }) => (
          <MenuItem
            key={column.code}
            id={column.code}
            label={category === undefined ? column.name : nameOf(category, t)}
            isDanger={column.isExit}
            {...(category === undefined ? {} : { description: t("Stage {stage}", { stage: column.name }) })}
          />
        ))}
      </MenuSection>
    </Menu>
  );
}

interface DateMenuProps {
  readonly row: Row;
  readonly today: string;
  readonly canEdit: boolean;
  readonly onChoose: (day: string) => void;
  readonly onOther: () => void;
}

const OTHER = "other";

/** The close date of a deal, with the days that a meeting often chooses. */
function DateMenu({ row, today, canEdit, onChoose, onOther }: DateMenuProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const day = row.close_date ? formatDate(String(row.close_date), locale) : EMPTY;
  const isOverdue = row.is_closed !== true && typeof row.close_date === "string" && row.close_date < today;
  const text = <span className={isOverdue ? "text-danger" : ""}>{day}</span>;
  if (!canEdit) return text;
  const names = {
    week: t("In a week"),
    month: t("End of this month"),
    next_month: t("End of next month"),
    quarter: t("End of the quarter"),
  };
  return (
    <Menu
      trigger={
        <Button isSmall aria-label={t("Close date of {name}: {day}", { name: String(row.name), day })}>
          <span className="inline-flex items-center gap-1">
            {text} <ChevronDown />
          </span>
        </Button>
      }
      onAction={(key) => (key === OTHER ? onOther() : onChoose(String(key)))}
    >
      {[
        ...listCloseDates(today).map(({ id, day: end }) => (
          <MenuItem key={id} id={end} label={names[id]} description={formatDate(end, locale)} />
        )),
        <MenuItem key={OTHER} id={OTHER} label={t("Another day…")} />,
      ]}
    </Menu>
  );
}
