import type { Page } from "@crm/sdk/index.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { read } from "./client.ts";
import type { ConsoleRecord } from "./records.ts";
import { formatTitle, type KindSummary, recordPath, useKindIndex } from "./schema.ts";
import { useScope } from "./session.ts";
import type { Total } from "./shown-count.ts";

/** The rows that a block shows. */
export const MAX_ROWS = 5;

interface BlockRows extends Total {
  readonly rows: readonly ConsoleRecord[];
}

type TotalMeta = Page<ConsoleRecord>["meta"] & { total_is_lower_bound?: boolean };

/** Reads how many records a list has beyond the page that was read. */
export function readTotal(meta: unknown, rowCount: number): Total {
  const { total, total_is_lower_bound } = meta as TotalMeta;
  return { total: Number(total ?? rowCount), isLowerBound: total_is_lower_bound === true };
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
      return { rows: data, ...readTotal(meta, data.length) };
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
