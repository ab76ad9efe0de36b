import { useTenant } from "../../kernel/context.ts";
import { type Declared, declared, declaredNow } from "../read/declared.ts";
import { isNewer, type PathCheckpoint, readPathCheckpoints } from "../read/path-entries.ts";
import { type Shown, stepOf } from "./path-steps.ts";
import { commitPacked, type Unit } from "./unit.ts";

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
  for (const [collection, ofKind] of Map.groupBy(records, (record) => record.collection)) {
    for (let at = 0; at < ofKind.length; at += TOGETHER) await bringUpSome(collection, ofKind.slice(at, at + TOGETHER), options);
  }
}

const TOGETHER = 50;
/** Refusals: others are at the same records, and get on with them each time. */
const TRIES = 20;

async function bringUpSome(
  collection: Shown["collection"],
  records: readonly Shown[],
  { now = false }: { now?: boolean },
): Promise<void> {
  const tenant = useTenant();
  let known: Declared = await (now ? declaredNow(collection) : declared(collection));
  if (known.all.length === 0) return;
  let left = records;
  for (let refusals = 0; left.length > 0; ) {
    const checkpoints = await readPathCheckpoints(
      tenant,
      left.map(({ id }) => id),
    );
    if (checkpoints.some(({ under }) => isNewer(under, known.all))) known = await declaredNow(collection);
    const units: Unit[] = [];
    const unfinished: Shown[] = [];
    for (const [at, record] of left.entries()) {
      const step = stepOf(tenant, record, checkpoints[at] as PathCheckpoint, known.all);
      if (!step) continue;
      units.push(step.unit);
      if (!step.done) unfinished.push(record);
    }
    const refused = await commitPacked(tenant, units);
    if (refused && ++refusals >= TRIES) throw refused;
    // After a refusal all are looked at again, a little later: what was committed drops out.
    if (refused) await new Promise((resolve) => setTimeout(resolve, Math.random() * 4 * refusals));
    else left = unfinished;
  }
}
