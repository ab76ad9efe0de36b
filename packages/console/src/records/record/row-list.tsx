import type { ReactNode } from "react";
import type { RecordSearch } from "../../api/record-search.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Table, type TableColumn, type TableSort } from "../../ui/kit/table.tsx";
import { useIsPhone } from "../../ui/kit/use-media.ts";
import { SearchProgress } from "../rows/search-progress.tsx";

interface RowListProps<R> {
  readonly label: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
  /** The content of a card, which a phone shows in place of a row. */
  readonly renderCard: (row: R) => ReactNode;
  /** The list that reads further pages. Without it the rows are all there are. */
  readonly pages?: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
    readonly search?: RecordSearch;
  };
  readonly sort?: TableSort | undefined;
  /** Called with the order that a press on the head of a sortable column asks for. */
  readonly onSort?: (sort: TableSort) => void;
}

/** Rows of a list beside a record: a table, or cards on a phone, and the button for the next page. */
export function RowList<R extends { readonly id: string }>({
  label,
  columns,
  rows,
  renderCard,
  pages,
  ...order
}: RowListProps<R>) {
  const t = useText();
  const isPhone = useIsPhone();
  return (
    <>
      {rows.length === 0 ? null : isPhone ? (
        <ul className="flex flex-col gap-2">
          {rows.map((row) => (
            <li key={row.id} className="flex flex-col gap-1 rounded-card border border-border bg-surface p-3 text-control">
              {renderCard(row)}
            </li>
          ))}
        </ul>
      ) : (
        <div className="rounded-card border border-border bg-surface px-4 py-2">
          <Table label={label} columns={columns} rows={rows} getRowId={(row) => row.id} {...order} />
        </div>
      )}
      {pages?.search?.isIncomplete ? (
        <SearchProgress search={pages.search} />
      ) : pages?.hasNextPage ? (
        <span>
          <Button isSmall isPending={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
    </>
  );
}
