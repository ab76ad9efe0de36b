import { listDomains } from "../../kernel/tenant-domains.ts";
import { loadValues } from "./values.ts";

/** Returns the number of values of each kind by its name, including values that are not in use. One query for each kind that is not in memory. */
export async function countValues(): Promise<ReadonlyMap<string, number>> {
  const kinds = listDomains().flatMap(({ masters = [] }) => masters);
  return new Map(
    await Promise.all(
      kinds.map(async (kind) => {
        const { byId } = await loadValues(kind);
        return [kind.name, [...byId.values()].filter(({ deleted_at }) => !deleted_at).length] as const;
      }),
    ),
  );
}
