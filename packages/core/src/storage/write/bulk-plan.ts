import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { type Context, runIn, useContext, useRequest, useTenant } from "../../kernel/context.ts";
import { get, isConditionFailed, send, tableName } from "../table/database.ts";
import { tenantKey } from "../table/key.ts";
import { idempotencyMismatch, isRepeat } from "./idempotency.ts";

/**
 * What a bulk operation decides before it begins, kept for a keyed request: when it dies midway and is repeated, it
 * goes on with the same decisions, and does nothing twice that two decisions would have done differently.
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
    const kept = await get(key);
    if (!kept || !isRepeat(idempotency, kept.hash)) throw idempotencyMismatch();
    return JSON.parse(String(kept.plan)) as T;
  }
}

/** Runs one step of a bulk operation: its commit is not the request's answer. */
export function runBulkStep<T>(work: () => Promise<T>): Promise<T> {
  const context: Context = useContext();
  const { idempotency: _answer, ...request } = context.request;
  return runIn({ ...context, request }, work);
}
