import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { sortRules } from "./pricing-rules.ts";

export const PRICING_PATH = "/crm/quotes/pricing";
const RULES_PATH = "/api/v1/quotes/pricing-rules";
/** More rules than an organization can have active are not read. */
const MAX_RULES = 100;
const EXPAND = "labels,customer,product,together_with";

/** The rules in the order in which they are tried. The rows of the list leave out conditions, so each rule is read; all of them are one request. */
export function usePricingRules(kind: Kind | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "pricing_rule", "page"],
    enabled: kind !== undefined,
    queryFn: async (): Promise<readonly ConsoleRecord[]> => {
      const { data } = await read<ConsoleRecord[]>(RULES_PATH, { limit: MAX_RULES, fields: "id" });
      const rules = await Promise.all(data.map(({ id }) => read<ConsoleRecord>(`${RULES_PATH}/${id}`, { expand: EXPAND })));
      return sortRules(rules.map(({ data: rule }) => rule));
    },
  });
}
