import type { Page } from "@crm/sdk/index.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { formatTitle, type KindSummary, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { formatCount } from "../i18n/formatters.ts";

/** The rows that a block shows. */
export const MAX_ROWS = 5;

interface BlockRows {
  readonly rows: readonly ConsoleRecord[];
  readonly total: number;
  /** There may be more than `total`. */
  readonly isLowerBound: boolean;
}

/** The key of all data of the home page. The kind and the name of a block follow. */
export const HOME_KEY = "home";

/** Reads a block: one request for a few rows of a list. The key has the kind, so that a change of its records reads the block again. */
export function useBlock(
  name: string,
  kind: string,
  path: string,
  query: Readonly<Record<string, string | number>>,
  isEnabled = true,
): UseQueryResult<BlockRows> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, HOME_KEY, kind, name],
    queryFn: async (): Promise<BlockRows> => {
      const { data, meta } = await read<ConsoleRecord[]>(`/api/v1${path}`, query);
      const { total, total_is_lower_bound } = meta as unknown as Page<ConsoleRecord>["meta"] & { total_is_lower_bound?: boolean };
      return { rows: data, total: Number(total ?? data.length), isLowerBound: total_is_lower_bound === true };
    },
    enabled: isEnabled,
  });
}

/** Returns the function that finds a kind that the user may list. */
export function useListedKinds(): (name: string) => KindSummary | undefined {
  const { data: kinds = [] } = useKindIndex();
  return (name) => kinds.find(({ kind, operations }) => kind === name && operations.includes("list"));
}

export interface RecordLink {
  readonly title: string;
  readonly href: string;
}

/** Names the record that a field of a row names, if the user may see it. `kind` is that of the record. */
export function linkExpanded(row: ConsoleRecord, field: string, kind: KindSummary | undefined): RecordLink | undefined {
  const record = row.expanded?.[field] as (Record<string, unknown> & { id?: string }) | undefined;
  if (!record?.id || !kind) return undefined;
  return { title: formatTitle(kind, record), href: recordPath(kind, record.id) };
}

/** Writes a total, with a plus if there may be more. */
export function formatTotal({ total, isLowerBound }: Pick<BlockRows, "total" | "isLowerBound">, locale: string): string {
  return `${formatCount(total, locale)}${isLowerBound ? "+" : ""}`;
}
