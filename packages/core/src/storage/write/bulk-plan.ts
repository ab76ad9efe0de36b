import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { type Context, runIn, useContext, useRequest, useTenant } from "../../kernel/context.ts";
import { isConditionFailed, readItem, send, tableName } from "../table/database.ts";
import { tenantKey } from "../table/key.ts";
import { idempotencyMismatch, isRepeat } from "./idempotency.ts";

/**
 * Stores the decisions of a bulk operation before it begins, if its request is keyed. A repeat after a crash continues with the same
 * decisions, so that it does nothing twice.
 */
export async function loadOrCreatePlan<T>(name: string, decide: () => Promise<T>): Promise<T> {
  const { idempotency } = useRequest();
  if (!idempotency) return decide();
  const key = { pk: tenantKey(useTenant(), "PLAN", idempotency.key), sk: name };
  const plan = JSON.stringify(await decide());
  try {
    const Item = { ...key, plan, hash: idempotency.hash, ttl: Clock.toEpochSeconds(Clock.addSeconds(24 * 60 * 60)) };
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
    return JSON.parse(plan) as T;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const storedItem = await readItem(key);
    if (!storedItem || !isRepeat(idempotency, storedItem.hash)) throw idempotencyMismatch();
    return JSON.parse(String(storedItem.plan)) as T;
  }
}

/** Runs one step of a bulk operation. Its commit does not store the answer of the request. */
export function runBulkStep<T>(work: () => Promise<T>): Promise<T> {
  const context: Context = useContext();
  const { idempotency: _answer, ...request } = context.request;
  return runIn({ ...context, request }, work);
}
