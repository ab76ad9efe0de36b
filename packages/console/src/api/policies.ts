import { useQuery } from "@tanstack/react-query";
import { type ReadQuery, read } from "./client.ts";
import { TRANSLATED } from "./master-query.ts";
import { useScope } from "./session.ts";

export const SLA_PATH = "/api/v1/support/sla";
const MAX_ROWS = 100;

interface PolicyRow {
  readonly id: string;
  readonly name: string;
}

/** Reads all policies: a tenant can have more than a page of them. */
async function readPolicies<Policy extends PolicyRow>(query: ReadQuery = {}): Promise<Policy[]> {
  const policies: Policy[] = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await read<Policy[]>(SLA_PATH, { limit: MAX_ROWS, ...query, ...TRANSLATED, cursor });
    policies.push(...data);
    cursor = (meta.next_cursor as string | null) ?? undefined;
  } while (cursor);
  return policies;
}

/** Reads the names of all policies, for records that have their ids alone. */
export function usePolicyNames() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "sla_policy", "names"],
    queryFn: () => readPolicies({ fields: "name" }),
  });
}

/** Reads the policies of service levels. Those with which every tenant starts have names in the language of the page. */
export function usePolicies<Policy extends PolicyRow>() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "sla_policy", "own"],
    queryFn: () => readPolicies<Policy>(),
  });
}
