import { useTenant } from "../../kernel/context.ts";
import { type PathDeclarations, readDeclarations, refreshDeclarations } from "../read/path-declarations.ts";
import { isNewerFingerprint, type PathCheckpoint, readPathCheckpoints } from "../read/path-entries.ts";
import { splitIntoChunks } from "../table/database.ts";
import { commitSteps } from "./commit.ts";
import { buildPathStep, type RecordState } from "./path-steps.ts";

/**
 * Updates the entries of records to the given versions and the current declarations. Records that are already up to date, or further, stay
 * unchanged. It may run any number of times, in any order and concurrently: each step is conditional on the checkpoint from which it was
 * made.
 *
 * Declarations may be a minute old here; they are read again if a checkpoint was made with newer ones. A slow consumer still omits nothing
 * permanently: it knows all declarations from a minute before it received the records, and the backfill of a later declaration starts late
 * enough to process those records, after which their checkpoints are newer.
 */
export async function refreshPathEntries(records: readonly RecordState[], options: { now?: boolean } = {}): Promise<void> {
  const tenant = useTenant();
  for (const [collection, ofKind] of Map.groupBy(records, (record) => record.collection)) {
    let declarations: PathDeclarations = await (options.now ? refreshDeclarations(collection) : readDeclarations(collection));
    if (declarations.all.length === 0) continue;
    for (const chunk of splitIntoChunks(ofKind, BATCH_SIZE)) {
      await commitSteps(tenant, chunk, async (remainingRecords) => {
        const checkpoints = await readPathCheckpoints(
          tenant,
          remainingRecords.map(({ id }) => id),
        );
        if (checkpoints.some(({ under: fingerprint }) => isNewerFingerprint(fingerprint, declarations.all)))
          declarations = await refreshDeclarations(collection);
        return remainingRecords.map((record, index) =>
          buildPathStep(tenant, record, checkpoints[index] as PathCheckpoint, declarations.all),
        );
      });
    }
  }
}

const BATCH_SIZE = 50;
