import { hash } from "node:crypto";
import { addWrite, noUnits, readUnits } from "./capacity.ts";
import { constraintError, consumedCapacityByTable, type Input, type Output, readConsumedCapacity } from "./command.ts";
import type { WriteTarget } from "./command-context.ts";
import type { TableDefinition } from "./definition.ts";
import { serializeKey } from "./keys.ts";
import type { Change, NamedToken, TokenRecord } from "./storage.ts";
import { type CancellationReason, SchemaError, TableError, TransactionCanceled, ValidationError } from "./table-error.ts";
import { buildChange, readCheck, readDelete, readPut, readTransactUpdate, type WriteAction } from "./write-actions.ts";

const MAX_ACTIONS = 100;

const readers = { Put: readPut, Update: readTransactUpdate, Delete: readDelete, ConditionCheck: readCheck } as const;

/** Returns a transaction's actions: one to a hundred. */
export function readActions({ TransactItems }: Input): Record<string, Input>[] {
  const actions = (TransactItems ?? []) as Record<string, Input>[];
  if (actions.length === 0)
    throw constraintError(
      "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  if (actions.length > MAX_ACTIONS)
    throw constraintError(
      `Value '[${actions.length} actions]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ACTIONS}`,
    );
  return actions;
}

function readTransaction(input: Input, definition: TableDefinition): WriteAction[] {
  const requests = readActions(input).map((action, index) => {
    const kinds = Object.keys(action).filter((kind) => kind in readers && action[kind] !== undefined) as (keyof typeof readers)[];
    const [kind] = kinds;
    if (kind === undefined)
      throw new ValidationError("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    if (kinds.length > 1) throw new ValidationError("TransactItems can only contain one of Check, Put, Update or Delete");
    const place = `transactItems.${index + 1}.member.${kind[0]?.toLowerCase()}${kind.slice(1)}.`;
    return readers[kind](action[kind] as Input, place);
  });
  const actions = bindActions(requests, definition);
  requireDistinctKeys(actions);
  return actions;
}

/** Binds the requests of a transaction to the table; a key that does not fit cancels the transaction. */
export function bindActions<T>(requests: readonly { bind(definition: TableDefinition): T }[], definition: TableDefinition): T[] {
  return requests.map((request, index) => {
    try {
      return request.bind(definition);
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      const reasons = requests.map((): CancellationReason => ({ Code: "None" }));
      reasons[index] = { Code: "ValidationError", Message: error.message };
      throw new TransactionCanceled(reasons);
    }
  });
}

export function requireDistinctKeys(actions: readonly { key: WriteAction["key"] }[]): void {
  if (new Set(actions.map(({ key }) => serializeKey(key))).size < actions.length)
    throw new ValidationError("Transaction request cannot include multiple operations on one item");
}

const TOKEN_MS = 10 * 60 * 1000;

/** Writes all actions or none. A repeat with the same token within ten minutes changes nothing. */
export function transactWriteItems(input: Input, target: WriteTarget): Output {
  const name = readToken(input);
  readConsumedCapacity(input);
  const actions = readTransaction(input, target.definition);
  const token = name === undefined ? undefined : findToken(name, input, target);
  if (token?.known) return answerRepeat(input, token.known, target);
  const changes: Change[] = [];
  const reasons = actions.map((action) => planAction(action, target, changes));
  if (reasons.some(({ Code }) => Code !== "None")) throw new TransactionCanceled(reasons);
  const units = noUnits();
  for (const change of changes) addWrite(units, { ...change, definition: target.definition, factor: 2 });
  target.commit(
    changes.filter(({ before, after }) => before !== after),
    token && { ...token.first, repeatUnits: repeatUnits(changes) },
  );
  return consumedCapacityByTable(units, input, target.definition, "WriteCapacityUnits");
}

function planAction(action: WriteAction, { storage }: WriteTarget, changes: Change[]): CancellationReason {
  const before = storage.get(action.key);
  if (!action.test(before?.item ?? {}))
    return {
      Code: "ConditionalCheckFailed",
      Message: "The conditional request failed",
      ...(action.returnsOnFailure && before ? { Item: before.item } : {}),
    };
  if (action.kind === "ConditionCheck") {
    changes.push({ ...action.key, before, after: before, isStreamed: false, isExpiry: false });
    return { Code: "None" };
  }
  try {
    changes.push(buildChange(action, before));
    return { Code: "None" };
  } catch (error) {
    if (error instanceof ValidationError) return { Code: "ValidationError", Message: error.message };
    throw error;
  }
}

/** Returns the units of a repeat: for each action a read of the larger of the images before and after the first run, doubled for a transaction. */
const repeatUnits = (changes: readonly Change[]): number =>
  changes.reduce((sum, { before, after }) => sum + readUnits(Math.max(before?.size ?? 0, after?.size ?? 0), true) * 2, 0);

const answerRepeat = (input: Input, { repeatUnits: table }: TokenRecord, { definition }: WriteTarget): Output =>
  consumedCapacityByTable({ ...noUnits(), table }, input, definition, "ReadCapacityUnits");

function readToken({ ClientRequestToken: token }: Input): string | undefined {
  if (typeof token !== "string") return undefined;
  if (token === "" || token.length > 36)
    throw constraintError(
      `Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length ${token === "" ? "greater than or equal to 1" : "less than or equal to 36"}`,
    );
  return token;
}

interface TransactionToken {
  /** The stored record of the first run; undefined in the first run. */
  readonly known: TokenRecord | undefined;
  /** The record that the first run stores, without its units. */
  readonly first: Omit<NamedToken, "repeatUnits">;
}

function findToken(name: string, { TransactItems }: Input, target: WriteTarget): TransactionToken {
  const now = target.now();
  target.storage.dropTokens(now);
  const digest = hash("sha256", JSON.stringify(TransactItems), "hex");
  const stored = target.storage.token(name);
  const storedToken = stored && stored.expiresAt >= now ? stored : undefined;
  if (storedToken && storedToken.digest !== digest)
    throw new TableError(
      "IdempotentParameterMismatchException",
      "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
    );
  return { known: storedToken, first: { name, digest, expiresAt: now + TOKEN_MS } };
}
