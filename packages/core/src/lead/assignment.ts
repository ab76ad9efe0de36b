import * as z from "zod";
import { invalid, isFailure } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { id, oneOf } from "../kernel/schema.ts";
import { planned, step } from "../storage/bulk.ts";
import { Counter } from "../storage/counter.ts";
import { next } from "../storage/sequence.ts";
import { User } from "../user/user.ts";
import { leastLoaded, roundRobin } from "./lead.rules.ts";
import { Lead } from "./lead.ts";

/** Giving many leads to users at once (seed 001, bulk assign). */

const ids = z
  .array(id("lead"))
  .min(1)
  .max(500)
  .refine((all) => new Set(all).size === all.length, "A lead is named twice");

const Assign = z.strictObject({
  lead_ids: ids,
  method: oneOf(["LIST", "ROUND_ROBIN", "LEAST_LOADED"]).default("LIST").describe("LIST gives all to owner_id"),
  owner_id: id("user").optional().describe("For LIST"),
  user_ids: z.array(id("user")).min(1).max(100).optional().describe("For ROUND_ROBIN and LEAST_LOADED"),
});

export const Results = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      success: z.boolean(),
      owner_id: z.string().nullable(),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  assigned: z.number().int(),
  failed: z.number().int(),
});

type Result = z.output<typeof Results>["results"][number];

/** Who gets which lead is decided once, also for a repeat of the same keyed request; each lead then goes by itself. */
export const assignAll = fn(Assign, async ({ lead_ids, method, owner_id, user_ids }) => {
  const owners = await requireOwners(method, owner_id, user_ids);
  const plan = await planned("assign", async () => Object.fromEntries(await dealt(lead_ids, method, owners)));
  const results: Result[] = [];
  for (let at = 0; at < lead_ids.length; at += 10) {
    results.push(...(await Promise.all(lead_ids.slice(at, at + 10).map((lead) => give(lead, plan[lead] as string)))));
  }
  const assigned = results.filter(({ success }) => success).length;
  return { results, assigned, failed: results.length - assigned };
});

async function requireOwners(
  method: string,
  owner_id: string | undefined,
  user_ids: readonly string[] | undefined,
): Promise<readonly string[]> {
  const [field, owners] = method === "LIST" ? (["owner_id", owner_id && [owner_id]] as const) : (["user_ids", user_ids] as const);
  if (!owners) throw invalid(field, `Required for ${method}`);
  await Promise.all(owners.map((owner, at) => User.requireOwner(owner, field === "owner_id" ? field : `${field}.${at}`)));
  return owners;
}

async function dealt(leads: readonly string[], method: string, owners: readonly string[]): Promise<Map<string, string>> {
  if (method === "ROUND_ROBIN") return roundRobin(leads, owners, await next("lead_assignment", leads.length));
  if (method === "LIST") return roundRobin(leads, owners, 0);
  const counters = await Counter.read("lead", owners);
  return leastLoaded(leads, new Map(owners.map((owner) => [owner, Counter.sum(counters, [owner], Counter.LIVE)])));
}

async function give(lead: string, owner: string): Promise<Result> {
  try {
    await step(() => Lead.assign({ id: lead, owner_id: owner }));
    return { id: lead, success: true, owner_id: owner, error: null };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { id: lead, success: false, owner_id: null, error: { code: error.code, message: error.message } };
  }
}

export * as Assignment from "./assignment.ts";
