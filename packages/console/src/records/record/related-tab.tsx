import { Plus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { shortLabel } from "../../api/action-label.ts";
import { fillTemplate } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type RowFields, selectRowFields } from "../../api/row-fields.ts";
import { formatTitle, type Kind, listPath, recordPath, useKind, useKindIndex } from "../../api/schema.ts";
import { countRows } from "../../api/search-rules.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { CreateDrawer } from "../../input/form/create-drawer.tsx";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { formatTotal } from "../../ui/i18n/formatters.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import type { TableColumn, TableSort } from "../../ui/kit/table.tsx";
import { formatRecords } from "../rows/bulk-text.ts";
import { listCardNames, listColumns } from "../rows/list-columns.ts";
import { ListCard } from "../rows/row-card.tsx";
import { useSortedList } from "../rows/use-list-sorts.ts";
import { useListSums } from "../rows/use-list-sums.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { listActions } from "./record-head.tsx";
import { nameRelated } from "./related-name.ts";
import { listRelatedColumns } from "./related-rules.ts";
import { RowList } from "./row-list.tsx";

const PAGE_SIZE = 25;

/** A list of related records. `filter` and `preset` may hold fields of the record: `{id}`. */
export type Related = Kind["related"][number];

const findRelated = ({ related }: Kind, list: string | Related): Related | undefined =>
  typeof list === "string" ? related.find(({ name }) => name === list) : list;

export interface RelatedTab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

interface RelatedTabOptions {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** The lists by the names that the schema has for them, or as they are, in the order of the tabs: `["quote", "customer.parent_customer_id"]`. */
  readonly lists: readonly (string | Related)[];
  /** What a list is good for while it is empty, by the kind of its records. */
  readonly hints?: Readonly<Record<string, string>>;
  /** The names of the actions of the record that create entries, by the kind of these. */
  readonly actions?: Readonly<Record<string, string>>;
}

/**
 * The tabs of related records, for `RecordTabs`. Lists that the user may not see have no tab. The kinds of these lists belong into `shows` or `tabs` of
 * the manifest, so that the cards beside the record leave them out.
 */
export function useRelatedTabs({ kind, record, lists, hints = {}, actions = {} }: RelatedTabOptions): RelatedTab[] {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  return lists.flatMap((list) => {
    const related = findRelated(kind, list);
    const summary = kinds.find((candidate) => candidate.kind === related?.kind);
    if (!related || !summary?.operations.includes("list")) return [];
    return [
      {
        id: summary.path.split("/").at(-1) ?? summary.kind,
        label: nameRelated(related, t),
        content: (
          <RelatedTable kind={kind} record={record} list={list} hint={hints[summary.kind]} action={actions[summary.kind]} />
        ),
      },
    ];
  });
}

interface RelatedTableProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** The name of the list in the schema of the kind, or the list itself. */
  readonly list: string | Related;
  /** Names of the columns after the title. Without it they are those of the list of the related kind. */
  readonly columns?: RowFields;
  /** Says what the list is good for while it is empty. */
  readonly hint?: string | undefined;
  /** The name of the action of the record that creates an entry. */
  readonly action?: string | undefined;
}

/** The related records of a record as a table: they are created, sorted and opened here, and shown in the list of their kind. */
export function RelatedTable({ list, ...props }: RelatedTableProps) {
  const related = findRelated(props.kind, list);
  const { data: rowKind } = useKind(related?.kind);
  return related && rowKind ? (
    <RelatedRows related={related} rowKind={rowKind} {...props} />
  ) : (
    <div aria-busy="true">
      <Skeleton shape="block" />
    </div>
  );
}

interface RelatedRowsProps extends Omit<RelatedTableProps, "list"> {
  readonly related: Related;
  readonly rowKind: Kind;
}

function RelatedRows({ kind, record, related, rowKind, columns: names, hint, action: actionName }: RelatedRowsProps) {
  const t = useText();
  const [isCreating, setCreating] = useState(false);
  const [sort, setSort] = useState<TableSort>();
  const filter = fillTemplate(related.filter, record);
  const listed = useMemo(
    () => listColumns(rowKind, listRelatedColumns(rowKind.layout.columns, related, names)),
    [rowKind, related, names],
  );
  const query = {
    ...filter,
    ...(sort === undefined ? {} : { sort: sort.column, order: sort.direction === "descending" ? "desc" : "asc" }),
  };
  const shown = selectRowFields(rowKind, [...new Set([...listed.map(({ id }) => id), ...listCardNames(rowKind)])]);
  const { list, droppedSort, checkSort } = useSortedList(rowKind, query, { shown, pageSize: PAGE_SIZE });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const { total, isLowerBound } = countRows(list.data?.pages ?? []);
  const isWhole = list.isSuccess && !list.hasNextPage && !isLowerBound;
  const sums = useListSums(listed, isWhole ? rows : undefined);
  const action = listActions(kind, record).find(({ name }) => name === actionName);
  const canCreate = action !== undefined || (related.preset !== undefined && rowKind.operations.includes("create"));
  const label = nameRelated(related, t);
  const columns = listed.map(
    ({ id, label: name, isNumeric, field }): TableColumn<ConsoleRecord> => ({
      id,
      label: name,
      isNumeric,
      isSortable: checkSort(id) === true,
      render: (row) =>
        field === undefined ? (
          <Link variant="title" href={recordPath(rowKind, row.id)}>
            {formatTitle(rowKind, row)}
          </Link>
        ) : (
          <FieldValue record={row} field={field} isCell />
        ),
    }),
  );
  const create = (
    <Button icon={<Plus />} onPress={() => setCreating(true)}>
      {action ? shortLabel(action, kind) : nameCreation(rowKind, t)}
    </Button>
  );
  return (
    <section aria-label={label} aria-busy={list.isPending} className="flex min-w-0 flex-col gap-4">
      {list.isSuccess && rows.length > 0 ? (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span className="min-w-0 text-control tabular-nums text-text-muted">
            {[
              isLowerBound ? formatTotal({ total, isLowerBound }) : formatRecords(total, rowKind, t),
              ...(sums.length === 1 ? [sums[0]?.text] : []),
            ].join(" · ")}
          </span>
          <span className="ms-auto flex flex-wrap items-center gap-4 print:hidden">
            <span className="text-control">
              <Link variant="action" href={`${listPath(rowKind)}?${new URLSearchParams(filter)}`}>
                {t("Show all")}
              </Link>
            </span>
            {canCreate ? create : null}
          </span>
        </div>
      ) : null}
      {list.error ? <LoadError query={list} text={t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 && !list.search.isIncomplete ? (
        <EmptyState
          kind="empty"
          title={t("There are no {kinds} yet", { kinds: toPluralNoun(rowKind.labels) })}
          action={canCreate ? create : undefined}
        >
          {hint ?? null}
        </EmptyState>
      ) : null}
      <RowList
        label={label}
        columns={columns}
        rows={rows}
        renderCard={(row) => <ListCard kind={rowKind} row={row} />}
        pages={list}
        sort={droppedSort === undefined ? sort : undefined}
        onSort={setSort}
      />
      {action && isCreating ? (
        <ActionDialog kind={kind} record={record} action={action} onClose={() => setCreating(false)} />
      ) : null}
      <CreateDrawer
        kindName={isCreating && !action ? rowKind.kind : undefined}
        preset={fillTemplate(related.preset ?? {}, record)}
        labels={{ [related.field]: { id: record.id, label: formatTitle(kind, record) } }}
        onClose={() => setCreating(false)}
      />
    </section>
  );
}
