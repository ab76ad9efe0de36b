import type { Schemas } from "@crm/sdk/index.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReadQuery, read } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { useScope } from "../../../api/session.ts";

const PAGE_SIZE = 50;

/** The path of the amendments of all contracts. */
const AMENDMENTS_PATH = "/api/v1/contracts/amendments";

/** The page of the form: of a new amendment, or of one that is changed. */
export const amendmentFormPath = (contractId?: string, amendmentId?: string): string => {
  const query = new URLSearchParams({
    ...(contractId === undefined ? {} : { contract: contractId }),
    ...(amendmentId === undefined ? {} : { amendment: amendmentId }),
  }).toString();
  return `/crm/contracts/amendments/create${query === "" ? "" : `?${query}`}`;
};

/** The amendments of all contracts, or of one, newest first. */
export function useAmendmentList(query: ReadQuery) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "list", "contract_amendment", query],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<ApiRow<Schemas.ContractAmendmentRow>[]>(AMENDMENTS_PATH, {
        ...query,
        limit: PAGE_SIZE,
        expand: "labels,contract",
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
}

export const amendmentPath = (contractId: string, id: string): string => `/api/v1/contracts/${contractId}/amendments/${id}`;

export function useAmendment(contractId: string, id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", "contract_amendment", id],
    queryFn: async () => (await read<ConsoleRecord>(amendmentPath(contractId, id), { expand: "labels" })).data,
  });
}

/** Returns a function that drops what the console has cached about an amendment and its contract. */
export function useAmendmentInvalidation(): (contractId: string, id?: string) => Promise<void> {
  const invalidate = useInvalidation();
  return async (contractId, id) => {
    await Promise.all([invalidate({ kind: "contract_amendment" }, id), invalidate({ kind: "contract" }, contractId)]);
  };
}

/** The amendment that the address names, and its contract. */
export const useOpenAmendment = (): { readonly amendment?: string; readonly contract?: string } =>
  useSearch({ strict: false }) as { readonly amendment?: string; readonly contract?: string };
