import { useQuery } from "@tanstack/react-query";
import type { Kind, ListQuery } from "../../api/kind.ts";
import { countRecords } from "../../api/records.ts";
import type { RowCount } from "../../api/search-rules.ts";
import { useScope } from "../../api/session.ts";
import { chooseCandidates, listCandidateQueries } from "./sort-rules.ts";

/** How many records the API looks at for a list: all that the user sees, or those of the filter with an index that has the fewest. */
export function useCandidateCount(kind: Kind, query: ListQuery, isEnabled: boolean): RowCount | undefined {
  const scope = useScope();
  const queries = listCandidateQueries(kind, query);
  const { data } = useQuery({
    queryKey: [...scope, "list", kind.kind, queries, "candidates"],
    queryFn: () => Promise.all(queries.map((part) => countRecords(kind.path, part))),
    enabled: isEnabled,
  });
  return data && chooseCandidates(data);
}
