import * as z from "zod";
import { invalid, isFailure, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { id, oneOf, text } from "../kernel/schema.ts";
import { inForce } from "../rule/in-force.ts";
import type { Rehearsal, Rehearsed, RuleKind } from "../rule/kind.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { next } from "../storage/table/sequence.ts";
import { planned, step } from "../storage/write/bulk.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { Assigner, type Choice } from "./assigner.ts";
import { type Definition, LeadAssignment } from "./assignment.kind.ts";
import { History } from "./history.ts";
import { LEAD } from "./lead.domain.ts";
import { Leads } from "./lead.entity.ts";
import { leastLoaded, roundRobin } from "./lead.rules.ts";
import { Lead } from "./lead.ts";
import { Loads } from "./loads.ts";

/** Giving many leads to users at once (seed 001, bulk assign). */

const ids = z
  .array(id(LEAD))
  .min(1)
  .max(500)
  .refine((all) => new Set(all).size === all.length, "A lead is named twice");

const methods = ["LIST", "ROUND_ROBIN", "LEAST_LOADED", "RULE"] as const;

const Assign = z.strictObject({
  lead_ids: ids,
  method: oneOf(methods).default("LIST").describe("LIST gives all to owner_id, RULE as the rule lead_assignment says"),
  owner_id: id(USER).optional().describe("For LIST"),
  user_ids: z.array(id(USER)).min(1).max(100).optional().describe("For ROUND_ROBIN and LEAST_LOADED"),
});
type Assign = z.output<typeof Assign>;

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

/** To whom a lead goes and why; null: a rule found nobody. */
type Plan = Record<string, { owner_id: string; why: History.Why } | null>;

/** Who gets which lead is decided once, also for a repeat of the same keyed request; each lead then goes by itself. */
export const assignAll = fn(Assign, async (input) => {
  const { lead_ids, method } = input;
  const owners = method === "RULE" ? [] : await requireOwners(method, input);
  const plan = await planned("assign", () => (method === "RULE" ? ruled(lead_ids) : dealt(lead_ids, method, owners)));
  const results: Result[] = [];
  for (let at = 0; at < lead_ids.length; at += 10) {
    results.push(...(await Promise.all(lead_ids.slice(at, at + 10).map((lead) => give(lead, plan[lead] ?? null)))));
  }
  const assigned = results.filter(({ success }) => success).length;
  return { results, assigned, failed: results.length - assigned };
});

type ByList = Exclude<Assign["method"], "RULE">;

async function requireOwners(method: ByList, { owner_id, user_ids }: Assign): Promise<readonly string[]> {
  const [field, owners] = method === "LIST" ? (["owner_id", owner_id && [owner_id]] as const) : (["user_ids", user_ids] as const);
  if (!owners) throw invalid(field, `Required for ${method}`);
  await Promise.all(owners.map((owner, at) => User.requireOwner(owner, field === "owner_id" ? field : `${field}[${at}]`)));
  return owners;
}

async function dealt(leads: readonly string[], method: ByList, owners: readonly string[]): Promise<Plan> {
  const why = { ...History.byHand, method };
  return Object.fromEntries([...(await ownersOf(leads, method, owners))].map(([lead, owner_id]) => [lead, { owner_id, why }]));
}

async function ownersOf(leads: readonly string[], method: ByList, owners: readonly string[]): Promise<Map<string, string>> {
  if (method === "ROUND_ROBIN") return roundRobin(leads, owners, await next("lead_assignment", leads.length));
  if (method === "LIST") return roundRobin(leads, owners, 0);
  return leastLoaded(leads, await Loads.openLeads(owners));
}

/** What the rule says of leads; of those that are not there, nothing. */
async function ruled(ids: readonly string[]): Promise<Plan> {
  const leads = (await Records.loadMany(Leads, ids, { live: true })).filter((lead) => lead !== undefined);
  const choices = await Assigner.deal(await inForce(LeadAssignment), leads);
  return Object.fromEntries(
    leads.map(({ id }, at) => {
      const { owner_id = null, by = null } = choices[at] ?? {};
      return [id, owner_id !== null && by ? { owner_id, why: by } : null];
    }),
  );
}

async function give(lead: string, planned: Plan[string]): Promise<Result> {
  try {
    await step(async () => {
      if (planned) return Lead.give(lead, planned.owner_id, planned.why);
      await Lead.read(lead);
      throw ruleViolation("No rule fits the lead, or nobody is free to take it");
    });
    return { id: lead, success: true, owner_id: planned?.owner_id ?? null, error: null };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { id: lead, success: false, owner_id: null, error: { code: error.code, message: error.message } };
  }
}

/** Who had a lead, newest first. */
export const history = fn(History.Query.extend({ id: text(64) }), async ({ id, ...query }) =>
  History.of(await Lead.read(id), query),
);

/** Deals the newest leads out by two rules, each beginning with the first in turn and with the loads as they are. */
async function rehearse({ before, after }: Rehearsed<Definition>, sample: number): Promise<Rehearsal> {
  const newest = await keysBehind(Leads, Leads.whole("live"), { order: "desc", after: undefined, most: sample });
  const leads = (await Records.loadMany(Leads, newest, { live: true })).filter((lead) => lead !== undefined);
  const [was, would] = await Promise.all([before, after].map((rule) => Assigner.deal(rule, leads, { isRehearsal: true })));
  const differences = await Promise.all(
    leads.map(async ({ id, display_name, lead_number }, at) => {
      const [old, next] = await Promise.all([described(was?.[at]), described(would?.[at])]);
      return { record_id: id, title: display_name ?? lead_number, before: old, after: next };
    }),
  );
  const changed = differences.filter((each) => each.before !== each.after);
  return { examined: leads.length, changed: changed.length, differences: changed };
}

async function described(choice: Choice | undefined): Promise<string> {
  if (!choice?.by) return "Nobody: no rule fits";
  const rule = choice.by.rule_name ?? "otherwise";
  const user = choice.owner_id === null ? undefined : await Directory.active(choice.owner_id);
  return user ? `${user.display_name} (${rule})` : `Nobody is free (${rule})`;
}

/** The kind of rule, with what it does on leads. */
export const assignmentRule: RuleKind = { ...LeadAssignment, rehearse } as RuleKind;

export * as Assignment from "./assignment.ts";
