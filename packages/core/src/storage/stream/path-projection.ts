import { useTenant } from "../../kernel/context.ts";
import { type PathDeclarations, readDeclarations, refreshDeclarations } from "../read/path-declarations.ts";
import { isNewerFingerprint, type PathCheckpoint, readPathCheckpoints } from "../read/path-entries.ts";
import { splitIntoChunks } from "../table/database.ts";
import { commitSteps } from "./commit.ts";
import { buildPathStep, type RecordState } from "./path-steps.ts";

/**
 * Brings the entries of records up to what is declared and to the version given; one that is there already, or further, stays
 * as it is. Any number of times, in any order, by several at once: each step is on the condition of the checkpoint that it was
 * made from.
 *
 * What is declared may be a minute old here, and where a checkpoint knows more it is read anew. However long a consumer takes, it
 * leaves nothing out for good: it knows all that was declared a minute before the records came to it, and a backfill for what
 * came later begins so late that it goes through those records, after which their checkpoints are newer.
 */
export async function refreshPathEntries(records: readonly RecordState[], options: { now?: boolean } = {}): Promise<void> {
  const tenant = useTenant();
  for (const [collection, ofKind] of Map.groupBy(records, (record) => record.collection)) {
    let known: PathDeclarations = await (options.now ? refreshDeclarations(collection) : readDeclarations(collection));
    if (known.all.length === 0) continue;
    for (const some of splitIntoChunks(ofKind, BATCH_SIZE)) {
      await commitSteps(tenant, some, async (left) => {
        const checkpoints = await readPathCheckpoints(
          tenant,
          left.map(({ id }) => id),
        );
        if (checkpoints.some(({ under }) => isNewerFingerprint(under, known.all))) known = await refreshDeclarations(collection);
        return left.map((record, at) => buildPathStep(tenant, record, checkpoints[at] as PathCheckpoint, known.all));
      });
    }
  }
}

const BATCH_SIZE = 50;
