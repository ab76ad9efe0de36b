import type { Schemas } from "@crm/sdk/index.ts";
import { skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { crm, read } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import type { ColumnMapping, CreatedValues, ValueMap } from "./mapping-rules.ts";

/** An import as the API has it. The generated type leaves out that these are empty until the import has such an end. */
export type ImportJob = Omit<Schemas.Import, "error" | "reverted"> & {
  readonly error: Schemas.Import["error"] | null;
  readonly reverted: Schemas.Import["reverted"] | null;
};

const IMPORTS_PATH = "/api/v1/imports";
const POLL_MS = 1000;

/** Whether a worker is at it. */
export const isOpenImport = ({ status }: Pick<ImportJob, "status">): boolean =>
  status === "queued" || status === "running" || status === "reverting";

const readImport = async (id: string): Promise<ImportJob> => (await read<ImportJob>(`${IMPORTS_PATH}/${id}`)).data;

const importKey = (scope: readonly string[], id: string | undefined) => [...scope, "import", id];

/** An import, read again every second until it has ended. */
export function useImport(id: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: importKey(scope, id),
    queryFn: id === undefined ? skipToken : () => readImport(id),
    refetchInterval: ({ state }) => (state.data && !isOpenImport(state.data) ? false : POLL_MS),
  });
}

interface InspectionInput {
  readonly entity: string;
  readonly upload_id: string;
  readonly mapping?: ColumnMapping;
  readonly value_map?: ValueMap;
  readonly options?: Readonly<Record<string, unknown>>;
}

const inspect = (body: InspectionInput): Promise<Schemas.InspectedFile> =>
  crm.request<Schemas.InspectedFile>("POST", `${IMPORTS_PATH}/inspect`, { body }).then((file) => file);

/** What is in the file of an upload. The same question is asked once. */
export function useInspection(input: InspectionInput | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "import-file", input],
    queryFn: input ? () => inspect(input) : skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    // The file does not change, so a refusal stays one.
    retry: false,
  });
}

export interface ImportRequest {
  readonly upload_id: string;
  readonly mapping: ColumnMapping;
  readonly value_map: ValueMap;
  readonly new_values: CreatedValues;
  readonly options: Readonly<Record<string, unknown>>;
  readonly list_id?: string;
}

/** Starts an import. Returns its id. */
export const startImport = async (kindPath: string, body: ImportRequest): Promise<string> =>
  (await crm.request<{ import_id: string }>("POST", `${kindPath}/import`, { body })).import_id;

export const cancelImport = async (id: string): Promise<ImportJob> =>
  (await crm.request<ImportJob>("POST", `${IMPORTS_PATH}/${id}/cancel`, { body: {} })) as ImportJob;

export const revertImport = async (id: string): Promise<ImportJob> =>
  (await crm.request<ImportJob>("POST", `${IMPORTS_PATH}/${id}/revert`, { body: {} })) as ImportJob;

const PAGE_ROWS = 500;

/** The refused rows of an import, a page at a time. */
export function useRejectedRows(id: string | undefined) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "rejected-rows", id],
    initialPageParam: "",
    queryFn:
      id === undefined
        ? skipToken
        : async ({ pageParam }): Promise<Schemas.RejectedRows> =>
            (
              await read<Schemas.RejectedRows>(`${IMPORTS_PATH}/${id}/rejected-rows`, {
                limit: PAGE_ROWS,
                cursor: pageParam === "" ? undefined : pageParam,
              })
            ).data,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
