import { useQuery } from "@tanstack/react-query";
import { read } from "./client.ts";
import { TRANSLATED } from "./master-query.ts";
import { useScope } from "./session.ts";

export const SLA_PATH = "/api/v1/support/sla";
const MAX_ROWS = 100;

interface PolicyRow {
  readonly id: string;
  readonly name: string;
}

/** Reads the names of all policies, for records that have their ids alone. */
export function usePolicyNames() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "sla_policy", "names"],
    queryFn: async () => (await read<PolicyRow[]>(SLA_PATH, { limit: MAX_ROWS, fields: "name", ...TRANSLATED })).data,
  });
}

/** Reads the policies of service levels. Those with which every tenant starts have names in the language of the page. */
export function usePolicies<Policy extends PolicyRow>() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "sla_policy", "own"],
    queryFn: async () => (await read<Policy[]>(SLA_PATH, { limit: MAX_ROWS, ...TRANSLATED })).data,
  });
}
