import { keepPreviousData, skipToken, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { type AccountEntry, findPath, findTops, type Hierarchy, isSeen, linkPath, listAccounts } from "./tree-rules.ts";

const CUSTOMERS_PATH = "/api/v1/customers";
/** Customers below one that the picture shows at first, and at most. The list has the others. */
const [FIRST_CHILDREN, MAX_CHILDREN] = [20, 100];
/** Groups that the page shows if it is about no customer, and the rows that it finds them from. */
const [MAX_GROUPS, GROUP_ROWS] = [20, 100];

const readHierarchy = async (id: string, limit: number): Promise<Hierarchy> =>
  (await read<Hierarchy>(`${CUSTOMERS_PATH}/${id}/hierarchy`, { limit })).data;

export interface AccountTree {
  readonly entries: readonly AccountEntry[];
  readonly isPending: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  readonly toggle: (id: string) => void;
  readonly showMore: (entry: AccountEntry) => void;
  /** Whether the picture can show more customers below one. The list has the others. */
  readonly canShowMore: (entry: AccountEntry) => boolean;
  readonly expandLevel: () => void;
  readonly collapseAll: () => void;
}

/** The tree around a customer, or the groups of the organization. The customers below one are read when it is expanded. */
export function useAccountTree(focus: string | undefined): AccountTree {
  const scope = useScope();
  const queries = useQueryClient();
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [limits, setLimits] = useState<ReadonlyMap<string, number>>(new Map());
  const keyFor = (id: string, limit: number) => [...scope, "hierarchy", "customer", id, limit];
  const limitFor = (id: string): number => limits.get(id) ?? FIRST_CHILDREN;
  const findAnswer = (id: string): Hierarchy | undefined =>
    queries.getQueryData<Hierarchy>(keyFor(id, limitFor(id))) ?? queries.getQueryData<Hierarchy>(keyFor(id, FIRST_CHILDREN));
  const center = useQuery({
    queryKey: keyFor(focus ?? "", FIRST_CHILDREN),
    queryFn: focus === undefined ? skipToken : () => readHierarchy(focus, FIRST_CHILDREN),
    placeholderData: keepPreviousData,
  });
  const groups = useQuery({
    queryKey: [...scope, "hierarchy-tops", "customer"],
    queryFn: async () =>
      findTops(
        (
          await read<{ parent_customer_id?: string }[]>(CUSTOMERS_PATH, {
            hierarchy_level: 1,
            limit: GROUP_ROWS,
            fields: "parent_customer_id",
          })
        ).data,
        MAX_GROUPS,
      ),
    enabled: focus === undefined,
  });
  const way = focus !== undefined && center.data ? findPath(center.data) : [];
  const tops = focus === undefined ? (groups.data ?? []) : [];
  const roots = focus === undefined ? tops.map((id) => findAnswer(id)?.customer).filter(isSeen) : way.slice(0, 1);
  const opened = focus === undefined ? tops.slice(0, 1) : way.map(({ id }) => id);
  const expanded = new Set([...opened, ...toggled.keys()].filter((id) => toggled.get(id) ?? true));
  const entries = listAccounts({ roots, expanded, findAnswer, path: linkPath(way) });
  const shown = [...new Set([...tops, ...entries.filter(({ kind }) => kind === "account").map(({ id }) => id)])];
  const answers = useQueries({
    queries: shown.map((id) => ({ queryKey: keyFor(id, limitFor(id)), queryFn: () => readHierarchy(id, limitFor(id)) })),
    combine: (results) => ({
      failed: results.find(({ error }) => error)?.error ?? null,
      isPending: results.some(({ isPending }) => isPending),
      // The entries are read from the cache, so the page follows each answer.
      updated: results.map(({ dataUpdatedAt }) => dataUpdatedAt),
    }),
  });
  const retry = (): void => {
    void queries.refetchQueries({ queryKey: [...scope, "hierarchy"], predicate: ({ state }) => state.status === "error" });
    void queries.refetchQueries({ queryKey: [...scope, "hierarchy-tops"], predicate: ({ state }) => state.status === "error" });
  };
  const toggle = (id: string): void => setToggled((before) => new Map(before).set(id, !expanded.has(id)));
  const canShowMore = ({ node }: AccountEntry): boolean => limitFor(node.id) < MAX_CHILDREN;
  return {
    entries,
    isPending: (focus === undefined ? groups.isPending : center.isPending) || (roots.length === 0 && answers.isPending),
    error: center.error ?? groups.error ?? answers.failed,
    retry,
    toggle,
    canShowMore,
    showMore: ({ node }) => setLimits((before) => new Map(before).set(node.id, MAX_CHILDREN)),
    expandLevel: () =>
      setToggled(
        (before) =>
          new Map([...before, ...entries.filter(({ isExpanded }) => isExpanded === false).map(({ id }) => [id, true] as const)]),
      ),
    collapseAll: () =>
      setToggled(
        new Map([...expanded, ...opened].filter((id) => !roots.some((root) => root.id === id)).map((id) => [id, false])),
      ),
  };
}
