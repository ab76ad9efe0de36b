import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { Counter } from "../read/counter.ts";
import { type BatchWrite, isConditionFailed, send, tableName, writeAll } from "../table/database.ts";
import type { WriteStep as Transacted, WriteAction } from "../table/item.ts";
import { dynamodbLimits } from "../table/table.ts";
import { retryTransient, writeSteps } from "../write/transaction.ts";
import { moveToCell, resolveCounterKey } from "./counter-cells.ts";

/**
 * The writes of one projection step of a record. `idempotentWrites` may be written any number of times by any consumer at the same
 * checkpoint, and are written before the checkpoint. `actions`, with the checkpoint first, and the counter changes must be applied exactly
 * once, so they share a transaction. One transaction takes several units and updates each of their shared counters once.
 */
export interface CommitUnit {
  idempotentWrites: BatchWrite[];
  actions: WriteAction[];
  /** Scope → count → difference. */
  deltas: Map<string, Map<string, number>>;
  at: string;
}

export function addDeltas(
  deltas: CommitUnit["deltas"],
  scope: string,
  counts: Readonly<Record<string, number>>,
  sign: 1 | -1,
): void {
  const ofScope = deltas.get(scope) ?? new Map<string, number>();
  deltas.set(scope, ofScope);
  for (const [count, value] of Object.entries(counts)) ofScope.set(count, (ofScope.get(count) ?? 0) + sign * value);
}

/** Another consumer projected the same record in between. */
export class CheckpointConflict extends Error {
  override name = "CheckpointRefused";
  /** Marks the error as retryable for the SDK. */
  readonly $retryable = {};
}

/** Concurrent puts. */
const MAX_CONCURRENCY = 8;

/** Commits units, as many in each transaction as fit. Tries all of them, and returns an error if any failed. */
export async function commitUnits(tenant: string, units: readonly CommitUnit[]): Promise<Error | undefined> {
  await writeAll(units.flatMap(({ idempotentWrites }) => idempotentWrites));
  const [alone, countedUnits] = [units.filter((unit) => !movesCounters(unit)), units.filter(movesCounters)];
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const ends = await Promise.allSettled(alone.map(({ actions }) => limited(() => commitWithoutCounters(actions))));
  // One after the other: they update the same counters and would conflict.
  for (const pack of packUnits(countedUnits)) ends.push(...(await Promise.allSettled([commitPack(tenant, pack)])));
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
  return errors.find((error) => !(error instanceof CheckpointConflict)) ?? errors[0];
}

const movesCounters = ({ deltas }: CommitUnit): boolean => listChangedScopes(deltas).length > 0;

const listChangedScopes = (deltas: CommitUnit["deltas"]): string[] =>
  [...deltas].flatMap(([scope, counts]) => ([...counts.values()].some((delta) => delta !== 0) ? [scope] : []));

const checkpointConflict = (): Error => new CheckpointConflict("The checkpoint was changed concurrently");

/**
 * Commits actions that change no counter. If a response is lost, the retry is refused; the next read of the checkpoint shows that it is up
 * to date.
 */
async function commitWithoutCounters(actions: readonly WriteAction[]): Promise<void> {
  const [{ Put } = {}] = actions.length === 1 ? actions : [];
  if (!Put) return writeSteps(actions.map((action): Transacted => ({ action, rejection: checkpointConflict })));
  try {
    await retryTransient(() => send(new PutCommand(Put)));
  } catch (error) {
    throw isConditionFailed(error) ? checkpointConflict() : error;
  }
}

async function commitPack(tenant: string, pack: readonly CommitUnit[]): Promise<void> {
  const unitSteps = pack.flatMap((unit) => unit.actions.map((action): Transacted => ({ action, rejection: checkpointConflict })));
  const counterDeltas = sumDeltas(pack);
  const counting = (): Promise<Transacted[]> => Promise.all(counterDeltas.map((delta) => buildCounterStep(tenant, delta)));
  await writeSteps([...unitSteps, ...(await counting())], async (conflictPositions) => {
    for (const position of conflictPositions) {
      const counter = counterDeltas[position - unitSteps.length];
      if (counter) await moveToCell(tenant, counter.kind, counter.scope);
    }
    return [...unitSteps, ...(await counting())];
  });
  for (const { kind, scope } of counterDeltas) Counter.invalidate(tenant, kind, scope);
}

/** Maximum refusals in a row. Other consumers process the same records, and each refusal means that they made progress. */
const MAX_REFUSALS = 20;

/** A step of a record that fits into one transaction. `done` if no further step follows. */
export interface CommitStep {
  unit: CommitUnit;
  done: boolean;
}

/** Commits the steps that `buildSteps` returns until all records are up to date. `buildSteps` returns undefined for a record that is. */
export async function commitSteps<R>(
  tenant: string,
  records: readonly R[],
  buildSteps: (left: readonly R[]) => Promise<readonly (CommitStep | undefined)[]>,
): Promise<void> {
  let remainingRecords = records;
  for (let refusals = 0; remainingRecords.length > 0; ) {
    const steps = await buildSteps(remainingRecords);
    const refusal = await commitUnits(
      tenant,
      steps.flatMap((step) => step?.unit ?? []),
    );
    if (refusal && ++refusals >= MAX_REFUSALS) throw refusal;
    // After a refusal, all records are checked again after a short delay. Those that were committed drop out.
    if (refusal) await new Promise((resolve) => setTimeout(resolve, Math.random() * 4 * refusals));
    else remainingRecords = remainingRecords.filter((_, index) => steps[index]?.done === false);
  }
}

function packUnits(units: readonly CommitUnit[]): CommitUnit[][] {
  const packs: CommitUnit[][] = [];
  let size = Number.POSITIVE_INFINITY;
  let scopes = new Set<string>();
  for (const unit of units) {
    const changedScopes = listChangedScopes(unit.deltas);
    const added = (): number => unit.actions.length + changedScopes.filter((scope) => !scopes.has(scope)).length;
    if (size + added() > dynamodbLimits.transaction) {
      packs.push([]);
      size = 0;
      scopes = new Set();
    }
    packs.at(-1)?.push(unit);
    size += added();
    for (const scope of changedScopes) scopes.add(scope);
  }
  return packs;
}

interface CounterDelta {
  kind: string;
  scope: string;
  changes: readonly (readonly [count: string, delta: number])[];
  as_of: string | undefined;
}

/** Sums the counter changes of a pack. */
function sumDeltas(pack: readonly CommitUnit[]): CounterDelta[] {
  const sums: CommitUnit["deltas"] = new Map();
  for (const unit of pack) {
    for (const [scope, counts] of unit.deltas) addDeltas(sums, scope, Object.fromEntries(counts), 1);
  }
  const as_of = pack
    .map((unit) => unit.at)
    .sort()
    .at(-1);
  return [...sums].flatMap(([name, counts]) => {
    const countChanges = [...counts].filter(([, delta]) => delta !== 0);
    const [kind = "", scope = ""] = name.split("/");
    return countChanges.length > 0 ? [{ kind, scope, changes: countChanges, as_of }] : [];
  });
}

/** Builds one update of a counter, or of its cell. */
async function buildCounterStep(tenant: string, { kind, scope, changes, as_of }: CounterDelta): Promise<Transacted> {
  const names = Object.fromEntries(changes.map(([count], index) => [`#c${index}`, count]));
  const values = Object.fromEntries(changes.map(([, delta], index) => [`:d${index}`, delta]));
  const add = [...changes.map((_, index) => `#c${index} :d${index}`), "revision :one"].join(", ");
  const action: WriteAction = {
    Update: {
      TableName: tableName(),
      Key: await resolveCounterKey(tenant, kind, scope),
      UpdateExpression: `SET as_of = :as_of ADD ${add}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ":as_of": as_of, ":one": 1, ...values },
    },
  };
  return { action, rejection: checkpointConflict };
}
