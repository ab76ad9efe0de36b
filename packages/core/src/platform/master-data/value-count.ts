import { usePorts } from "../../kernel/context.ts";
import { Counter } from "../../storage/read/counter.ts";
import { countScope } from "./master.entity.ts";
import { MASTER } from "./master-data.kind.ts";
import { countDefaults } from "./values.ts";

/**
 * Returns the number of values of each kind by its name, including values that are not in use, without reading the values: the defaults of the release, and
 * counters of what the tenant created and deleted. Counters lag writes by seconds.
 */
export async function countValues(): Promise<ReadonlyMap<string, number>> {
  const kinds = usePorts().domains.flatMap(({ masters = [] }) => masters);
  const counters = await Counter.read(
    MASTER.name,
    kinds.flatMap(({ name }) => [countScope(name, true), countScope(name, false)]),
  );
  const count = (kind: string, isDefault: boolean, life: string): number =>
    Counter.sum(counters, [countScope(kind, isDefault)], life);
  return new Map(
    await Promise.all(
      kinds.map(async (kind) => {
        const defaults = (await countDefaults(kind)) - count(kind.name, true, Counter.DELETED);
        return [kind.name, defaults + count(kind.name, false, Counter.LIVE)] as const;
      }),
    ),
  );
}
