import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { filterVisible } from "../../storage/read/visibility.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Explanation } from "./decision.ts";
import type { DryRunResult, DryRunSample } from "./rule-kind.ts";

/** The decisions of both rules about one record, as texts. */
interface ComparedDecision {
  record_id: string;
  title: string;
  before: string;
  after: string;
  /** Why the version that is tried decides so. */
  explanation?: Explanation;
}

/** Decisions that are explained: the newest ones. */
const MAX_EXPLAINED = 20;

/**
 * Decides the records of a sample that the caller sees by two versions of a rule. Returns the records for which the decisions differ, and the
 * explanations of the newest decisions. Throws FORBIDDEN if the caller may not read such records, and VALIDATION_ERROR on `record_id` if the caller
 * sees no such record.
 */
export async function compareOnSample<R extends BaseRecord>(
  collection: Collection<R>,
  sample: DryRunSample,
  decide: (records: readonly R[]) => Promise<ComparedDecision[]>,
): Promise<DryRunResult> {
  const { read } = collection.kind;
  if (read && !hasPermission(read)) throw forbidden("Your role cannot read these records");
  const records = await loadSample(collection, sample);
  const decisions = await decide(records);
  const differences = decisions.filter(({ before, after }) => before !== after);
  return {
    examined: records.length,
    changed: differences.length,
    differences: differences.map(({ record_id, title, before, after }) => ({ record_id, title, before, after })),
    decisions: decisions
      .slice(0, MAX_EXPLAINED)
      .flatMap(({ record_id, title, after, explanation }) =>
        explanation ? [{ record_id, title, result: after, ...explanation }] : [],
      ),
  };
}

async function loadSample<R extends BaseRecord>(collection: Collection<R>, sample: DryRunSample): Promise<R[]> {
  if (typeof sample !== "number") {
    const record = await Records.find(collection, sample.record_id);
    if (!record) throw invalid("record_id", "No such record");
    return [record];
  }
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), {
    order: "desc",
    after: undefined,
    limit: sample,
  });
  const records = (await Records.loadMany(collection, ids, { live: true })).filter((record) => record !== undefined);
  return filterVisible(collection, records);
}
