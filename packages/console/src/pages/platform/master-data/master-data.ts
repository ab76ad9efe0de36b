import { useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { read, readFresh } from "../../../api/client.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { listUses, type MasterKind, type MasterValue, sortByIds } from "./master-rules.ts";

const STALE_MS = 5 * 60_000;
const PAGE_SIZE = 100;
/** Values whose records are counted: as many as two requests take. */
const MAX_COUNTED = 40;

/** The kinds of master data, with the fields of their values. */
export function useMasterKinds() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "master-kinds"],
    queryFn: async () => (await read<readonly MasterKind[]>("/api/v1/masters", { counts: "true" })).data,
    staleTime: STALE_MS,
  });
}

interface MasterPage {
  readonly data: readonly MasterValue[];
  readonly meta: { readonly total?: number; readonly next_cursor?: string | null };
}

/** The values of a kind in their order. They are read fresh, because browsers keep the answers of the list for a minute. */
export function useMasterValues(kind: MasterKind, search: string) {
  const scope = useScope();
  const queries = useQueryClient();
  const queryKey = [...scope, "list", "master", kind.kind, search];
  const list = useInfiniteQuery({
    queryKey,
    initialPageParam: "",
    queryFn: async ({ pageParam }): Promise<MasterPage> => {
      const query = {
        limit: PAGE_SIZE,
        search: search === "" ? undefined : search,
        cursor: pageParam === "" ? undefined : pageParam,
      };
      return readFresh<readonly MasterValue[]>(kind.path, query);
    },
    getNextPageParam: ({ meta }) => meta.next_cursor ?? undefined,
  });
  const values = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const change = (edit: (values: readonly MasterValue[]) => readonly MasterValue[]): void =>
    void queries.setQueryData<typeof list.data>(queryKey, (before) => {
      const [first] = before?.pages ?? [];
      if (!before || !first) return before;
      const all = edit(before.pages.flatMap(({ data }) => data));
      const last = before.pages.at(-1)?.meta ?? first.meta;
      return { pages: [{ data: all, meta: { ...first.meta, next_cursor: last.next_cursor ?? null } }], pageParams: [""] };
    });
  return {
    list,
    values,
    total: Math.max(Number(list.data?.pages[0]?.meta.total ?? 0), values.length),
    isWhole: list.isSuccess && !list.hasNextPage,
    /** Puts a value that was stored in place of the former one, or a new one in its order. */
    put: (value: MasterValue): void =>
      change((all) =>
        all.some(({ id }) => id === value.id) ? all.map((old) => (old.id === value.id ? value : old)) : insertValue(all, value),
      ),
    remove: (id: string): void => change((all) => all.filter((value) => value.id !== id)),
    order: (ids: readonly string[]): void => change((all) => sortByIds(all, ids)),
    /** Forms and filters have the names of the values from the schema of kinds. */
    refresh: async (): Promise<void> => {
      await Promise.all([
        queries.invalidateQueries({ queryKey }),
        queries.invalidateQueries({ queryKey: [...scope, "kind"], refetchType: "none" }),
      ]);
    },
  };
}

const readPlace = ({ sequence }: MasterValue): number => Number(sequence ?? Number.POSITIVE_INFINITY);

const insertValue = (values: readonly MasterValue[], value: MasterValue): readonly MasterValue[] => {
  const next = values.findIndex((other) => readPlace(other) > readPlace(value));
  return next < 0 ? [...values, value] : [...values.slice(0, next), value, ...values.slice(next)];
};

interface UseCount {
  readonly kind: string;
  readonly path: string;
  readonly filter: string;
  readonly total: number;
}

/** Whether the page counts the records that have the values. */
export const areCounted = (kind: MasterKind, values: readonly MasterValue[]): boolean =>
  listUses(kind.kind).length > 0 && values.length <= MAX_COUNTED;

/** How many records have each value, where a list can be filtered by it. Values of long lists are not counted. */
export function useUseCounts(kind: MasterKind, values: readonly MasterValue[]): ReadonlyMap<string, readonly UseCount[]> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const sources = listUses(kind.kind).flatMap(([name, filter]) => {
    const summary = kinds.find((candidate) => candidate.kind === name);
    return summary ? [{ summary, filter }] : [];
  });
  const counted = areCounted(kind, values) ? values : [];
  const wanted = sources.flatMap(({ summary, filter }) => counted.map((value) => ({ summary, filter, value })));
  const totals = useQueries({
    queries: wanted.map(({ summary, filter, value }) => ({
      queryKey: [...scope, "master-use", summary.kind, filter, value.id],
      queryFn: async () => Number((await read(summary.path, { [filter]: value.id, limit: 1, fields: "id" })).meta.total ?? 0),
      staleTime: 60_000,
      retry: false,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  const counts = wanted.flatMap(({ summary, filter, value }, index) => {
    const total = totals[index];
    return total === undefined ? [] : [[value.id, { kind: summary.labels, path: summary.path, filter, total }] as const];
  });
  return new Map([...Map.groupBy(counts, ([id]) => id)].map(([id, entries]) => [id, entries.map(([, count]) => count)] as const));
}
