import { useInfiniteQuery } from "@tanstack/react-query";
import { crm } from "../../api/client.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind, recordPath } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { type BulkResult, formatReason } from "../rows/bulk-rules.ts";
import { loadRecords } from "./dry-run.ts";
import { CHANGES_PATH } from "./use-bulk-jobs.ts";

const PAGE_SIZE = 20;

interface ReasonRow {
  readonly id: string;
  readonly record: ConsoleRecord | undefined;
  readonly reason: string;
}

interface ResultListProps {
  readonly kind: Kind;
  readonly changeId: string;
  readonly status: BulkResult["outcome"];
}

/** The records of a bulk change that were left, each with the reason in words. */
export function ResultList({ kind, changeId, status }: ResultListProps) {
  const t = useText();
  const scope = useScope();
  const results = useInfiniteQuery({
    queryKey: [...scope, "bulk-results", changeId, status],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const query = { status, limit: PAGE_SIZE, ...(pageParam === "" ? {} : { cursor: pageParam }) };
      const { data, meta } = await crm
        .request<BulkResult[]>("GET", `${CHANGES_PATH}/${changeId}/results`, { query, signal })
        .withResponse();
      return { rows: await describeResults(kind, data), next: meta.next_cursor as string | null };
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = results.data?.pages.flatMap((page) => page.rows) ?? [];
  if (results.isPending) return <Skeleton shape="block" />;
  return (
    <div className="flex flex-col gap-3">
      <ReasonList kind={kind} rows={rows} />
      {results.hasNextPage ? (
        <span>
          <Button isSmall isPending={results.isFetchingNextPage} onPress={() => void results.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
    </div>
  );
}

/** Adds the names of the records to results. */
export async function describeResults(kind: Kind, results: readonly BulkResult[]): Promise<ReasonRow[]> {
  const records = await loadRecords(
    kind,
    results.map(({ id }) => id),
  );
  return results.map((result, index) => ({
    id: result.id,
    record: records[index],
    reason: formatReason(result, kind.fields),
  }));
}

/** Records, each with the reason why it was refused, or with what changed. */
export function ReasonList({ kind, rows }: { readonly kind: Kind; readonly rows: readonly ReasonRow[] }) {
  const t = useText();
  return (
    <ul className="flex flex-col gap-2">
      {rows.map(({ id, record, reason }) => (
        <li key={id} className="flex min-w-0 flex-col text-control">
          {record === undefined ? (
            <span className="text-text-muted">{t("A record that is deleted, or that you may not see")}</span>
          ) : (
            <Link variant="title" href={recordPath(kind, id)} target="_blank">
              {formatTitle(kind, record)}
            </Link>
          )}
          <span className="wrap-anywhere text-text-muted">{reason}</span>
        </li>
      ))}
    </ul>
  );
}
