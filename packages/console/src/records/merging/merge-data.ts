import type { Schemas } from "@crm/sdk/index.ts";
import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { crm, read } from "../../api/client.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import type { MergePreview } from "./merge-rules.ts";

export type DuplicatePair = Schemas.DuplicateRow;
export type PairStatus = DuplicatePair["status"];

const DUPLICATES_PATH = "/api/v1/persons/duplicates";
const PAGE_SIZE = 50;

interface MergeInput {
  readonly survivorId: string;
  readonly mergedId: string;
  readonly choices: Readonly<Record<string, "survivor" | "merged">>;
}

const post = (kind: Pick<Kind, "path">, { survivorId, mergedId, choices }: MergeInput, dry_run: boolean): Promise<MergePreview> =>
  crm
    .request<MergePreview>("POST", `${kind.path}/${survivorId}/merge`, { body: { merged_id: mergedId, choices, dry_run } })
    .then((preview) => preview);

export const mergeRecords = (kind: Pick<Kind, "path">, input: MergeInput): Promise<MergePreview> => post(kind, input, false);

export const unmergeRecords = async (kind: Pick<Kind, "path">, survivorId: string, mergedId: string): Promise<unknown> =>
  crm.request("POST", `${kind.path}/${survivorId}/unmerge`, { body: { merged_id: mergedId } });

/** What a merge would do. The last answer stays while that for other choices loads. */
export function useMergePreview(kind: Kind | undefined, input: MergeInput | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "merge-preview", kind?.kind, input],
    queryFn: kind && input ? () => post(kind, input, true) : skipToken,
    placeholderData: (previous: MergePreview | undefined) =>
      previous && [previous.survivor_id, previous.merged_id].sort().join() === [input?.survivorId, input?.mergedId].sort().join()
        ? previous
        : undefined,
    retry: false,
  });
}

export const pairsKey = (scope: readonly string[], status: PairStatus) => [...scope, "list", "candidate", "pairs", status];

/** Pairs of persons who may be one, those with the best score first. */
export function usePairs(status: PairStatus) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: pairsKey(scope, status),
    initialPageParam: "",
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const { data, meta } = await read<DuplicatePair[]>(DUPLICATES_PATH, {
        status,
        limit: PAGE_SIZE,
        cursor: pageParam === "" ? undefined : pageParam,
      });
      return { rows: data, next: meta.next_cursor as string | null, total: Number(meta.total ?? 0) };
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

export const dismissPair = async (id: string): Promise<unknown> =>
  crm.request("POST", `${DUPLICATES_PATH}/${id}/dismiss`, { body: {} });

/** A merge into a record that was not undone. Only those of persons have a date. */
interface PastMerge {
  readonly mergedId: string;
  readonly at: string | undefined;
}

const readPersonMerges = async (id: string): Promise<PastMerge[]> => {
  const { data } = await read<Schemas.Merge[]>(`/api/v1/persons/${id}/merges`, { limit: PAGE_SIZE });
  return data
    .filter(({ undone_at }) => undone_at === null)
    .map(({ merged_id, created_at }) => ({ mergedId: merged_id, at: created_at }));
};

/** The merges of a person. Other records have the ids of what was merged into them (`mergedIds`). */
export function usePastMerges(survivorId: string, mergedIds: readonly string[] | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "merges", survivorId, mergedIds],
    queryFn: async (): Promise<PastMerge[]> =>
      mergedIds === undefined ? readPersonMerges(survivorId) : mergedIds.map((mergedId) => ({ mergedId, at: undefined })),
  });
}
