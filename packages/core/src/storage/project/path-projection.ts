import { useTenant } from "../../kernel/context.ts";
import { type Declared, declared, declaredNow } from "../read/declared.ts";
import { isNewer, type PathCheckpoint, readPathCheckpoints } from "../read/path-entries.ts";
import { chunksOf } from "../table/database.ts";
import { type Shown, stepOf } from "./path-steps.ts";
import { commitSteps } from "./unit.ts";

/**
 * Brings the entries of records up to what is declared and to the version given; one that is there already, or further, stays
 * as it is. Any number of times, in any order, by several at once: each step is on the condition of the checkpoint that it was
 * made from.
 *
 * What is declared may be a minute old here, and where a checkpoint knows more it is read anew. However long a consumer takes, it
 * leaves nothing out for good: it knows all that was declared a minute before the records came to it, and a backfill for what
 * came later begins so late that it goes through those records, after which their checkpoints are newer.
 */
export async function bringUp(records: readonly Shown[], options: { now?: boolean } = {}): Promise<void> {
  const tenant = useTenant();
  for (const [collection, ofKind] of Map.groupBy(records, (record) => record.collection)) {
    let known: Declared = await (options.now ? declaredNow(collection) : declared(collection));
    if (known.all.length === 0) continue;
    for (const some of chunksOf(ofKind, TOGETHER)) {
      await commitSteps(tenant, some, async (left) => {
        const checkpoints = await readPathCheckpoints(
          tenant,
          left.map(({ id }) => id),
        );
        if (checkpoints.some(({ under }) => isNewer(under, known.all))) known = await declaredNow(collection);
        return left.map((record, at) => stepOf(tenant, record, checkpoints[at] as PathCheckpoint, known.all));
      });
    }
  }
}

const TOGETHER = 50;
