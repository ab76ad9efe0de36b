import { listKeysAfter } from "../../storage/read/partition-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { DryRunResult } from "./rule-kind.ts";

/** Decides the newest `sample` records by two versions of a rule, and returns the records for which the decisions differ. */
export async function compareOnNewest<R extends BaseRecord>(
  collection: Collection<R>,
  sample: number,
  decide: (records: readonly R[]) => Promise<DryRunResult["differences"]>,
): Promise<DryRunResult> {
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), {
    order: "desc",
    after: undefined,
    most: sample,
  });
  const records = (await Records.loadMany(collection, ids, { live: true })).filter((record) => record !== undefined);
  const differences = (await decide(records)).filter(({ before, after }) => before !== after);
  return { examined: records.length, changed: differences.length, differences };
}
