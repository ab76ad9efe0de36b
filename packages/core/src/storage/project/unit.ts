import { Counter, counterKey } from "../read/counter.ts";
import { tableName } from "../table/database.ts";
import type { Action } from "../table/item.ts";
import { limits } from "../table/table.ts";
import { Transaction } from "../write/transaction.ts";

/**
 * Writes that belong together because a checkpoint says that they are done, with what they move in counters. Several units go
 * into one transaction, and counters that they share are moved once for all of them.
 */
export interface Unit {
  actions: Action[];
  /** Scope → count → difference. */
  deltas: Map<string, Map<string, number>>;
  at: string;
}

export function addDeltas(deltas: Unit["deltas"], scope: string, counts: Readonly<Record<string, number>>, sign: 1 | -1): void {
  const ofScope = deltas.get(scope) ?? new Map<string, number>();
  deltas.set(scope, ofScope);
  for (const [count, value] of Object.entries(counts)) ofScope.set(count, (ofScope.get(count) ?? 0) + sign * value);
}

/** Another consumer derived the same record in between. */
class CheckpointRefused extends Error {
  override name = "CheckpointRefused";
}

/** Commits units, as many to a transaction as fit; says which refusal there was, if any, after trying all. */
export async function commitPacked(tenant: string, units: readonly Unit[]): Promise<Error | undefined> {
  let refused: Error | undefined;
  for (const pack of packed(units)) {
    const tx = new Transaction();
    for (const action of pack.flatMap((unit) => unit.actions))
      tx.add(action, () => new CheckpointRefused("The checkpoint has moved"));
    for (const action of counterActions(tenant, pack)) tx.add(action);
    try {
      await tx.commit(undefined);
      for (const scope of pack.flatMap((unit) => [...unit.deltas.keys()])) {
        const [kind = "", owner = ""] = scope.split("/");
        Counter.forget(tenant, kind, owner);
      }
    } catch (error) {
      if (!(error instanceof CheckpointRefused)) throw error;
      refused = error;
    }
  }
  return refused;
}

/** Refusals: others are at the same records, and get on with them each time. */
const TRIES = 20;

/** What brings a record on by one transaction at most; `done` where that is all. */
export interface Step {
  unit: Unit;
  done: boolean;
}

/** Commits the steps that `stepsOf` finds for records, none where one is where it belongs, until none is left. */
export async function commitSteps<R>(
  tenant: string,
  records: readonly R[],
  stepsOf: (left: readonly R[]) => Promise<readonly (Step | undefined)[]>,
): Promise<void> {
  let left = records;
  for (let refusals = 0; left.length > 0; ) {
    const steps = await stepsOf(left);
    const refused = await commitPacked(
      tenant,
      steps.flatMap((step) => step?.unit ?? []),
    );
    if (refused && ++refusals >= TRIES) throw refused;
    // After a refusal all are looked at again, a little later: what was committed drops out.
    if (refused) await new Promise((resolve) => setTimeout(resolve, Math.random() * 4 * refusals));
    else left = left.filter((_, at) => steps[at]?.done === false);
  }
}

function packed(units: readonly Unit[]): Unit[][] {
  const packs: Unit[][] = [];
  let size = Number.POSITIVE_INFINITY;
  let scopes = new Set<string>();
  for (const unit of units) {
    const added = (): number => unit.actions.length + [...unit.deltas.keys()].filter((scope) => !scopes.has(scope)).length;
    if (size + added() > limits.transaction) {
      packs.push([]);
      size = 0;
      scopes = new Set();
    }
    packs.at(-1)?.push(unit);
    size += added();
    for (const scope of unit.deltas.keys()) scopes.add(scope);
  }
  return packs;
}

/** One update for each counter item that the pack touches. */
function counterActions(tenant: string, pack: readonly Unit[]): Action[] {
  const sums: Unit["deltas"] = new Map();
  for (const unit of pack) {
    for (const [scope, counts] of unit.deltas) addDeltas(sums, scope, Object.fromEntries(counts), 1);
  }
  const as_of = pack
    .map((unit) => unit.at)
    .sort()
    .at(-1);
  return [...sums].flatMap(([scope, counts]) => {
    const moved = [...counts].filter(([, delta]) => delta !== 0);
    if (moved.length === 0) return [];
    const [kind = "", owner = ""] = scope.split("/");
    const names = Object.fromEntries(moved.map(([count], at) => [`#c${at}`, count]));
    const values = Object.fromEntries(moved.map(([, delta], at) => [`:d${at}`, delta]));
    const add = [...moved.map((_, at) => `#c${at} :d${at}`), "revision :one"].join(", ");
    const update: Action = {
      Update: {
        TableName: tableName(),
        Key: counterKey(tenant, kind, owner),
        UpdateExpression: `SET as_of = :as_of ADD ${add}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ":as_of": as_of, ":one": 1, ...values },
      },
    };
    return [update];
  });
}
