import type { ReactNode } from "react";
import type { ConsoleRecord, useRecordList } from "../../../api/records.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { SearchProgress, SearchState } from "../../../records/rows/search-progress.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { CardList } from "../../../ui/kit/card-list.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

interface QueueListProps {
  readonly label: string;
  readonly list: ReturnType<typeof useRecordList>;
  readonly rows: readonly ConsoleRecord[];
  /** Loads further records, as long as there are any. */
  readonly onEnd: () => void;
  readonly queues: readonly { readonly id: string; readonly label: string }[];
  readonly queue: string;
  readonly onQueue: (queue: string) => void;
  /** Search and filters of the list. */
  readonly tools: ReactNode;
  /** What an empty queue says. */
  readonly empty: { readonly title: string; readonly text: string };
  readonly render: (row: ConsoleRecord) => ReactNode;
}

const SKELETON_KEYS = ["a", "b", "c", "d", "e", "f"];

/** Reads the next page of a list, once. */
export function loadNext(list: ReturnType<typeof useRecordList>): void {
  const { isIncomplete, isFilled } = list.search;
  if (list.hasNextPage && !list.isFetchingNextPage && (!isIncomplete || isFilled)) void list.fetchNextPage();
}

/** A queue: which one, and its records as cards. */
export function QueueList({ label, list, rows, onEnd, queues, queue, onQueue, tools, empty, render }: QueueListProps) {
  const t = useText();
  return (
    <>
      <div className="flex min-h-desk-head shrink-0 flex-wrap items-center gap-x-1 gap-y-2 border-b border-border py-2 ps-4 pe-2 tablet:ps-6">
        <span className="min-w-phone flex-1">
          <Select label={t("Queue")} isLabelHidden options={queues} value={queue} onChange={(key) => onQueue(String(key))} />
        </span>
        <div className="flex min-w-0 flex-wrap items-start">{tools}</div>
      </div>
      {list.isPending ? (
        <div className="flex flex-col gap-6 p-4 tablet:ps-6" aria-busy="true">
          {SKELETON_KEYS.map((key) => (
            <Skeleton key={key} shape="control" />
          ))}
        </div>
      ) : list.error && rows.length === 0 ? (
        <div className="p-4">
          <LoadError query={list} text={t("The list could not be loaded")} />
        </div>
      ) : rows.length === 0 && list.search.isIncomplete ? (
        <SearchState search={list.search} />
      ) : rows.length === 0 ? (
        <EmptyState kind="empty" title={empty.title}>
          {empty.text}
        </EmptyState>
      ) : (
        <div className="min-h-0 flex-1">
          <CardList
            label={label}
            rowCount={rows.length}
            getRow={(index) => rows[index]}
            getRowId={({ id }) => id}
            onRange={(_first, last) => {
              if (last >= rows.length - 1) onEnd();
            }}
            render={render}
          />
        </div>
      )}
      {rows.length === 0 || !list.search.isIncomplete ? null : (
        <div className="shrink-0 border-t border-border px-4 py-1 tablet:px-6">
          <SearchProgress search={list.search} />
        </div>
      )}
    </>
  );
}

interface QueueCardProps {
  readonly isShown: boolean;
  readonly title: ReactNode;
  /** At the end of the first line. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

/** A record of a queue. The one that the desk shows is marked. */
export function QueueCard({ isShown, title, end, children }: QueueCardProps) {
  return (
    <div className="flex min-w-0 flex-col text-control">
      {isShown ? <span className="pointer-events-none absolute inset-0 -z-10 border-s-2 border-accent bg-accent-subtle" /> : null}
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="text-own-direction min-w-0 flex-1 truncate">{title}</span>
        {end === undefined ? null : <span className="shrink-0 text-meta text-text-muted">{end}</span>}
      </span>
      {children}
    </div>
  );
}
