import * as z from "zod";
import { runIn, useContext } from "../../kernel/context.ts";
import { invalid, isFailure, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, oneOf } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { compareOnSample } from "../../platform/rule/dry-run.ts";
import type { DryRunResult, DryRunRules, DryRunSample, RuleKind } from "../../platform/rule/rule-kind.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { advanceSequence } from "../../storage/table/sequence.ts";
import { loadOrCreatePlan, runBulkStep } from "../../storage/write/bulk-plan.ts";
import { Records } from "../../storage/write/records.ts";
import type { AssignableKind, Definition } from "./assignable-kind.ts";
import { Assigner, type AssignmentDecision, type Choice } from "./assigner.ts";
import { distributeLeastLoaded, distributeRoundRobin, type Facts } from "./assignment.rules.ts";
import { Loads } from "./loads.ts";

/** Bulk assignment of records of a kind to users. */

const assignMethods = ["LIST", "ROUND_ROBIN", "LEAST_LOADED", "RULE"] as const;

/** Why a record got its owner: by hand, by a list in the request, or by a rule. */
type AssignmentCause =
  | AssignmentDecision
  | { method: Exclude<(typeof assignMethods)[number], "RULE">; rule: null; rule_name: null };

/** What bulk assignment needs of a kind. */
export interface AssignmentTarget<R extends BaseRecord> {
  readonly collection: Collection<R>;
  readonly assignable: AssignableKind;
  /** The title of a record in a dry run. */
  readonly toTitle: (record: R) => string;
  readonly loadFacts: (record: R) => Facts | Promise<Facts>;
  /** Refuses a record that the caller does not see. */
  readonly read: (id: string) => Promise<unknown>;
  readonly assign: (id: string, owner_id: string, why: AssignmentCause) => Promise<unknown>;
}

const commonFields = (rule: string) => ({
  method: oneOf(assignMethods)
    .default("LIST")
    .describe(`To one user (LIST), to several users (ROUND_ROBIN, LEAST_LOADED), or by the rule ${rule}`),
  owner_id: id(USER).optional().describe("User for the method “list”"),
  user_ids: z.array(id(USER)).min(1).max(100).optional().describe("Users for the methods “round robin” and “least loaded”"),
});
type CommonInput = z.output<z.ZodObject<ReturnType<typeof commonFields>>>;

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

/** The new owner of each record and the reason; null: the rule found no user. */
type Plan = Record<string, { owner_id: string; why: AssignmentCause } | null>;

/**
 * Creates the verb that assigns records of a kind, named in `field` such as `lead_ids`. The plan is decided once, also for a repeat of a
 * request with the same idempotency key. Each record is then written on its own.
 */
export function createBulkAssign<const F extends string, R extends BaseRecord>(field: F, giving: AssignmentTarget<R>) {
  const ids = z
    .array(id(giving.collection.kind))
    .min(1)
    .max(500)
    .refine((all) => new Set(all).size === all.length, `Each ${giving.collection.name} can be listed only once`);
  const Assign = z.strictObject({ ...({ [field]: ids } as Record<F, typeof ids>), ...commonFields(giving.assignable.rule.name) });
  return fn(Assign, async (input) => {
    const { method, ...options } = input as CommonInput;
    const all = (input as Record<string, unknown>)[field] as readonly string[];
    const owners = method === "RULE" ? [] : await requireOwners(method, options);
    const plan = await loadOrCreatePlan("assign", () =>
      method === "RULE" ? planByRule(giving, all) : planByList(giving.assignable, all, method, owners),
    );
    const results: Result[] = [];
    for (let start = 0; start < all.length; start += 10) {
      const ids = all.slice(start, start + 10);
      results.push(...(await Promise.all(ids.map((recordId) => assignRecord(giving, recordId, plan[recordId] ?? null)))));
    }
    const assigned = results.filter(({ success }) => success).length;
    return { results, assigned, failed: results.length - assigned };
  });
}

type ListMethod = Exclude<(typeof assignMethods)[number], "RULE">;

async function requireOwners(
  method: ListMethod,
  { owner_id, user_ids }: Omit<CommonInput, "method">,
): Promise<readonly string[]> {
  const [field, owners] = method === "LIST" ? (["owner_id", owner_id && [owner_id]] as const) : (["user_ids", user_ids] as const);
  if (!owners) throw invalid(field, `Required for ${method}`);
  await Promise.all(owners.map((owner, index) => User.requireOwner(owner, field === "owner_id" ? field : `${field}[${index}]`)));
  return owners;
}

async function planByList(
  assignable: AssignableKind,
  ids: readonly string[],
  method: ListMethod,
  owners: readonly string[],
): Promise<Plan> {
  const why = { method, rule: null, rule_name: null };
  return Object.fromEntries(
    [...(await chooseOwners(assignable, ids, method, owners))].map(([recordId, owner_id]) => [recordId, { owner_id, why }]),
  );
}

async function chooseOwners(
  { rule, load }: AssignableKind,
  ids: readonly string[],
  method: ListMethod,
  owners: readonly string[],
) {
  if (method === "ROUND_ROBIN") return distributeRoundRobin(ids, owners, await advanceSequence(rule.name, ids.length));
  if (method === "LIST") return distributeRoundRobin(ids, owners, 0);
  return distributeLeastLoaded(ids, await Loads.countOpen(load, owners));
}

/** Plans by the rule in force. Records that do not exist are left out. */
async function planByRule<R extends BaseRecord>(
  { collection, assignable, loadFacts }: AssignmentTarget<R>,
  ids: readonly string[],
): Promise<Plan> {
  const records = (await Records.loadMany(collection, ids, { live: true })).filter((record) => record !== undefined);
  const choices = await Assigner.distribute(
    assignable,
    await loadActiveRule(assignable.rule),
    await Promise.all(records.map(loadFacts)),
  );
  return Object.fromEntries(
    records.map(({ id }, index) => {
      const { owner_id = null, decision = null } = choices[index] ?? {};
      return [id, owner_id !== null && decision ? { owner_id, why: decision } : null];
    }),
  );
}

async function assignRecord<R extends BaseRecord>(
  { collection, read, assign }: AssignmentTarget<R>,
  recordId: string,
  plan: Plan[string],
): Promise<Result> {
  try {
    await runBulkStep(async () => {
      if (plan) return withAuditReason(plan.why, () => assign(recordId, plan.owner_id, plan.why));
      await read(recordId);
      throw ruleViolation(`No rule matches the ${collection.name}, or no user is free to take it`);
    });
    return { id: recordId, success: true, owner_id: plan?.owner_id ?? null, error: null };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { id: recordId, success: false, owner_id: null, error: { code: error.code, message: error.message } };
  }
}

/** Writes the rule as the reason into the audit trail, unless the caller gave a reason. */
function withAuditReason<T>({ rule, rule_name }: AssignmentCause, verb: () => Promise<T>): Promise<T> {
  const context = useContext();
  if (rule === null || context.request.reason !== undefined) return verb();
  const reason = `${rule.kind} ${rule.number}: ${rule_name ?? "otherwise"}`;
  return runIn({ ...context, request: { ...context.request, reason } }, verb);
}

/** Adds a dry run to the kind of rule: it assigns the newest records by both versions, each with the present loads. */
export const assignmentRuleFor = <R extends BaseRecord>({
  collection,
  assignable,
  toTitle,
  loadFacts,
}: AssignmentTarget<R>): RuleKind =>
  ({
    ...assignable.rule,
    dryRun: ({ before, after }: DryRunRules<Definition>, sample: DryRunSample): Promise<DryRunResult> =>
      compareOnSample(collection, sample, async (records) => {
        const facts = await Promise.all(records.map(loadFacts));
        const [oldChoices, newChoices] = await Promise.all(
          [before, after].map((rule) => Assigner.distribute(assignable, rule, facts, { isRehearsal: true })),
        );
        return Promise.all(
          records.map(async (record, index) => {
            const [old, next] = await Promise.all([describeChoice(oldChoices?.[index]), describeChoice(newChoices?.[index])]);
            return { record_id: record.id, title: toTitle(record), before: old, after: next };
          }),
        );
      }),
  }) as RuleKind;

async function describeChoice(choice: Choice | undefined): Promise<string> {
  if (!choice?.decision) return "Not assigned: no rule matches";
  const rule = choice.decision.rule_name ?? "otherwise";
  const user = choice.owner_id === null ? undefined : await Directory.findActive(choice.owner_id);
  return user ? `${user.display_name} (${rule})` : `Not assigned: no user is free (${rule})`;
}
