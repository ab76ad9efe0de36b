import type * as z from "zod";
import { usePorts } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, isFailure } from "../../kernel/error.ts";
import { resolveFieldType } from "../../kernel/field.ts";
import type { Json } from "../../kernel/json.ts";
import type { OperatedKind } from "../../kernel/ports.ts";
import { findMasterReferences, findReferencedKind } from "../../kernel/schema.ts";
import { joinSentences } from "../../kernel/text.ts";
import { SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Master } from "../../platform/master-data/master.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKind, findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { findApprovalProblems } from "./approval-step.ts";
import { resolveConditions } from "./condition.ts";
import { parseCron } from "./cron.rules.ts";
import { type Definition, isSystemRecipient, isYearly, MAX_DEPTH, MAX_STEPS, type Step, type Trigger } from "./definition.ts";
import { type ChangingStep, findChangeOperation } from "./step-plan.ts";
import { listSteps, type PlacedStep } from "./step-tree.rules.ts";
import { isComputed, listPaths } from "./values.rules.ts";
import { findWorkingProblems } from "./working-wait.ts";

/**
 * Checks a definition beyond its schema: whether its kind, fields, conditions, operations and references exist. Every message names the step and the
 * field of the request.
 */

/** Loads the collection of a kind that workflows can be about; undefined if there is none. */
export async function loadWorkflowKind(
  name: string,
): Promise<{ collection: Collection<BaseRecord>; operations: OperatedKind } | undefined> {
  const kind = findKind(name);
  if (!kind?.load || kind.path === undefined || kind.isStandalone || kind.isDerived) return undefined;
  const operations = await usePorts().operations.describeKind(name);
  return operations && { collection: await loadCollection(kind), operations };
}

/** Returns all that is wrong with a definition. */
export async function findDefinitionProblems(definition: Definition): Promise<ErrorDetail[]> {
  const known = await loadWorkflowKind(definition.kind);
  if (!known)
    return [{ field: "kind", message: "No kind of record with this name can be automated. GET /api/v1/schema lists the kinds" }];
  const { collection } = known;
  const placed = listSteps(definition.steps);
  const stepProblems: ErrorDetail[] = [];
  for (const [index, place] of placed.entries())
    stepProblems.push(
      ...(await findStepProblems(place, { collection, earlier: placed.slice(0, index), trigger: definition.trigger })),
    );
  return [
    ...findTriggerProblems(definition, collection),
    ...(await findConditionProblems(collection, definition.where, "where", definition.trigger.on !== "schedule")),
    ...(await findConditionProblems(collection, definition.exit?.where, "exit.where", true)),
    ...findEnrollmentProblems(definition, collection),
    ...(definition.exit?.events ?? []).flatMap((event, index) => findEventProblems(collection, event, `exit.events[${index}]`)),
    ...findShapeProblems(placed),
    ...findPayloadProblems(definition, placed),
    ...findSenderProblems(definition, placed),
    ...stepProblems,
  ];
}

function findTriggerProblems({ trigger, where }: Definition, collection: Collection<BaseRecord>): ErrorDetail[] {
  const detail = (field: string, message: string): ErrorDetail[] => [{ field: `trigger.${field}`, message }];
  switch (trigger.on) {
    case "changed":
      return findChangeProblems(trigger, collection, where);
    case "event":
      return findEventProblems(collection, trigger.event, "trigger.event");
    case "date": {
      const type = fieldType(collection, trigger.date_field);
      return type === "date" || type === "instant"
        ? []
        : detail("date_field", `Must be a field of ${collection.name} with a date`);
    }
    case "schedule": {
      const cron = parseCron(trigger.cron);
      return typeof cron === "string" ? detail("cron", cron) : [];
    }
    default:
      return [];
  }
}

function findChangeProblems(
  { fields, from, to, direction }: Extract<Trigger, { on: "changed" }>,
  collection: Collection<BaseRecord>,
  where: Definition["where"],
): ErrorDetail[] {
  const problems = (fields ?? []).flatMap((field, index) =>
    hasField(collection, field)
      ? []
      : [{ field: `trigger.fields[${index}]`, message: `${collection.name} has no field ${field}` }],
  );
  if (!fields && !where) problems.push({ field: "trigger.fields", message: "Required unless `where` says which changes count" });
  if ((from || to) && fields?.length !== 1)
    problems.push({ field: from ? "trigger.from" : "trigger.to", message: "Only allowed with one field in trigger.fields" });
  const ordered = findMasterReferences(collection.definition.schema.shape).get(fields?.[0] ?? "");
  if (direction && (fields?.length !== 1 || ordered?.storageForm !== "id"))
    problems.push({
      field: "trigger.direction",
      message: "Only allowed with one field of master data in trigger.fields, such as stage_id",
    });
  return problems;
}

const hasField = ({ definition }: Collection<BaseRecord>, name: string): boolean => {
  const [field = ""] = name.split(".");
  const { internal = [], secret = [] } = definition;
  return Object.hasOwn(definition.schema.shape, field) && ![...internal, ...secret].map(String).includes(field);
};

function fieldType(collection: Collection<BaseRecord>, name: string): string | undefined {
  const declared = collection.definition.schema.shape[name] as z.ZodType | undefined;
  return declared && hasField(collection, name) ? resolveFieldType(declared) : undefined;
}

function findEnrollmentProblems({ enrollment, trigger }: Definition, collection: Collection<BaseRecord>): ErrorDetail[] {
  const { per, repeat } = enrollment;
  if (per === undefined) return [];
  if (repeat !== "once" || isYearly({ trigger }))
    return [{ field: "enrollment.per", message: "Only allowed with repeat once, and not with a yearly date" }];
  return hasField(collection, per) ? [] : [{ field: "enrollment.per", message: `${collection.name} has no field ${per}` }];
}

/** Events of every kind, beside those that it declares. */
const baseEvents = ["created", "updated", "deleted", "restored"];

function findEventProblems({ name, definition }: Collection<BaseRecord>, event: string, field: string): ErrorDetail[] {
  const known = [...baseEvents, ...Object.keys(definition.events ?? {})].filter((each) => each !== "continue_requested");
  const [kind, type = ""] = event.split(".");
  if (kind === name && known.includes(type)) return [];
  return [{ field, message: `Must be an event of ${name}: ${known.map((each) => `${name}.${each}`).join(", ")}` }];
}

async function findConditionProblems(
  collection: Collection<BaseRecord>,
  where: Definition["where"],
  field: string,
  isWatched: boolean,
): Promise<readonly ErrorDetail[]> {
  if (!where) return [];
  const problems = await tryConditions(collection, where, field, false);
  if (problems.length > 0 || !isWatched) return problems;
  const message = "Relative dates are only for the conditions of a schedule and of branches: give a date, YYYY-MM-DD";
  return (await tryConditions(collection, where, field, true)).map((problem) => ({ ...problem, message }));
}

async function tryConditions(
  collection: Collection<BaseRecord>,
  where: NonNullable<Definition["where"]>,
  field: string,
  isWatched: boolean,
): Promise<readonly ErrorDetail[]> {
  try {
    await resolveConditions(collection, where, field, { isNew: true, isWatched });
    return [];
  } catch (error) {
    if (isFailure(error, "VALIDATION_ERROR")) return error.details;
    throw error;
  }
}

function findShapeProblems(placed: readonly PlacedStep[]): ErrorDetail[] {
  const ids = placed.map(({ step }) => step.id);
  const repeated = placed.flatMap(({ step: { id }, path }, index) =>
    ids.indexOf(id) === index ? [] : [{ field: `${path}.id`, message: `Another step has the id ${id}: give each step its own` }],
  );
  const deep = placed.find(({ depth }) => depth > MAX_DEPTH);
  return [
    ...repeated,
    ...(deep ? [{ field: deep.path, message: `Steps must be at most ${MAX_DEPTH} levels deep` }] : []),
    ...(placed.length > MAX_STEPS ? [{ field: "steps", message: `Must have at most ${MAX_STEPS} steps in all` }] : []),
  ];
}

function findPayloadProblems({ trigger }: Definition, placed: readonly PlacedStep[]): ErrorDetail[] {
  if (trigger.on !== "webhook") return [];
  return placed.flatMap(({ step, path }) => {
    const message = `Must not be ${PAYLOAD_OUTPUT}, the name of what the webhook sent`;
    if (step.id === PAYLOAD_OUTPUT) return [{ field: `${path}.id`, message }];
    return step.do === "webhook" && step.save_as === PAYLOAD_OUTPUT ? [{ field: `${path}.save_as`, message }] : [];
  });
}

/** A step that sends by the mail service of the product says to whom, and only administrators publish it. */
function findSenderProblems({ run_as }: Definition, placed: readonly PlacedStep[]): ErrorDetail[] {
  return placed.flatMap(({ step, path }) => {
    if (step.do !== "send" || step.sender !== "system") return [];
    const detail = (field: string, message: string): ErrorDetail[] => [
      { field: `${path}.${field}`, message: `${step.id}: ${message}` },
    ];
    if (run_as !== "system") return detail("sender", "Only workflows with run_as: system may send as the system");
    if (step.channel !== "email") return detail("channel", "Must be email with sender: system");
    return isSystemRecipient(step.to) ? [] : detail("to", "Must be contact, owner or manager with sender: system");
  });
}

/** What the check of a step needs. */
interface StepCheck {
  readonly collection: Collection<BaseRecord>;
  /** The steps before it in the definition. */
  readonly earlier: readonly PlacedStep[];
  readonly trigger: Trigger;
}

/** The output with the payload of the webhook that enrolled the record. */
const PAYLOAD_OUTPUT = "webhook";

async function findStepProblems({ step, path }: PlacedStep, check: StepCheck): Promise<ErrorDetail[]> {
  const details = [...findPathProblems(step, check), ...(await findOwnProblems(step, check))];
  return details.map(({ field, message }) => ({
    field: field === "" ? path : `${path}.${field}`,
    message: `${step.id}: ${message}`,
  }));
}

async function findOwnProblems(step: Step, check: StepCheck): Promise<readonly ErrorDetail[]> {
  const { collection } = check;
  switch (step.do) {
    case "branch": {
      const found = await Promise.all(
        step.cases.map(({ where }, index) => findConditionProblems(collection, where, `cases[${index}].where`, false)),
      );
      return found.flat();
    }
    case "wait":
      return [
        ...findWaitProblems(step, collection),
        ...(await findWorkingProblems(step)),
        ...(await findConditionProblems(collection, step.until_where, "until_where", true)),
      ];
    case "create": {
      const create = (await loadWorkflowKind(step.kind))?.operations.create;
      if (create === undefined) return [{ field: "kind", message: "No kind of record with this name can be created" }];
      return findSetProblems(create, step.set);
    }
    case "update":
    case "assign":
    case "convert":
    case "action":
      return findTargetProblems(step, check);
    case "task":
      return findInputProblems(
        "createActivity",
        {
          subject: step.subject,
          activity_type_id: step.activity_type_id,
          ...(step.priority_id === undefined ? {} : { priority_id: step.priority_id }),
        },
        ["due_date"],
      );
    case "send":
      return [
        ...(await findInputProblems(
          "sendMessage",
          { template_id: step.template_id, purpose: step.purpose, channel: step.channel },
          ["person_id"],
        )),
        ...(await findSubscriptionProblems(step)),
      ];
    case "add_to":
    case "remove_from":
      return findMembershipProblems(step);
    case "approval":
      return findApprovalProblems(step, collection);
    case "webhook": {
      const problem = await usePorts().outbound.findProblem(step.url);
      return problem === undefined ? [] : [{ field: "url", message: problem }];
    }
    default:
      return [];
  }
}

async function findSubscriptionProblems({ purpose, channel, subscription_type }: Extract<Step, { do: "send" }>) {
  if (subscription_type === undefined) return [];
  const details: ErrorDetail[] = [];
  if (purpose !== "marketing")
    details.push({ field: "subscription_type", message: "Only messages with the purpose marketing have a subscription type" });
  const type = await collectDetails(
    details,
    (async () => {
      const code = await Master.resolveCode(SUBSCRIPTION_TYPES, subscription_type, "subscription_type");
      return SubscriptionTypes.load(code);
    })(),
    undefined,
  );
  const fault = type && SubscriptionTypes.findFault(type, channel);
  return fault === undefined ? details : [...details, { field: "subscription_type", message: fault }];
}

function findWaitProblems(step: Extract<Step, { do: "wait" }>, collection: Collection<BaseRecord>): ErrorDetail[] {
  const byTime = step.until_working ? "working" : step.for;
  const ways = [byTime, step.until, step.until_where ?? step.until_event].filter((way) => way !== undefined && way !== null);
  if (ways.length !== 1)
    return [{ field: "for", message: "Give exactly one of for or until_working, until, and until_where or until_event" }];
  const isConditional = step.until_where !== undefined || step.until_event !== undefined;
  if (step.timeout !== undefined && !isConditional)
    return [{ field: "timeout", message: "Only allowed with until_where or until_event" }];
  return step.until_event === undefined ? [] : findEventProblems(collection, step.until_event, "until_event");
}

/** The kind that each field of a membership step names. */
const membershipKinds = { segment_id: "segment", list_id: "contact_list", campaign_id: "campaign" } as const;
type MembershipField = keyof typeof membershipKinds;

function findMembershipProblems(step: Extract<Step, { do: "add_to" | "remove_from" }>): ErrorDetail[] {
  const named = (Object.keys(membershipKinds) as MembershipField[]).filter((field) => step[field] !== undefined);
  const [field = "segment_id"] = named;
  if (named.length !== 1) return [{ field, message: "Give exactly one of segment_id, list_id and campaign_id" }];
  const expected = membershipKinds[field];
  return findKindById(step[field] ?? "")?.name === expected
    ? []
    : [{ field, message: `Must be the id of a ${expected.replace("_", " ")}` }];
}

/** Finds the kind of the record that a step acts on. */
function findTargetKind(target: string | undefined, { collection, earlier }: StepCheck): string | undefined {
  if (target === undefined || target === "record") return collection.name;
  const [first = "", ...rest] = target.split(".");
  if (first === "created") {
    const creating = earlier.find(({ step }) => step.id === rest[0])?.step;
    if (creating?.do === "create") return creating.kind;
    return creating?.do === "task" ? "activity" : undefined;
  }
  const kind = referencedKind(collection, first);
  return rest.length === 0
    ? kind
    : rest[0] === "manager" && kind === "user"
      ? "user"
      : kind && rest.length === 1
        ? kind
        : undefined;
}

function referencedKind({ definition: { schema } }: Collection<BaseRecord>, name: string): string | undefined {
  const field = (schema.shape[`${name}_id`] ?? schema.shape[name]) as Parameters<typeof findReferencedKind>[0] | undefined;
  return field && findReferencedKind(field)?.name;
}

async function findTargetProblems(step: ChangingStep, check: StepCheck): Promise<readonly ErrorDetail[]> {
  const kind = findTargetKind(step.target, check);
  const operations = kind === undefined ? undefined : await usePorts().operations.describeKind(kind);
  if (kind === undefined || !operations)
    return [{ field: "target", message: "Must be record, a field that names a record, or created.<id of an earlier step>" }];
  const name = findChangeOperation(step, operations);
  if (name === undefined)
    return step.do === "action"
      ? [{ field: "action", message: joinSentences(`Must be an action of ${kind}`, operations.actions.join(", ")) }]
      : [{ field: "target", message: `A ${kind} cannot be ${step.do === "convert" ? "converted" : "changed"} by an operation` }];
  if (step.do === "action") return [...findRetryProblems(step, check), ...(await findSetProblems(name, step.set))];
  if (step.do !== "assign") return findSetProblems(name, step.set);
  return (await findInputProblems(name, { owner_id: step.owner })).map(({ message }) => ({ field: "owner", message }));
}

const findRetryProblems = ({ retry_on = [] }: Extract<Step, { do: "action" }>, { collection }: StepCheck): ErrorDetail[] =>
  retry_on.flatMap((field, index) =>
    hasField(collection, field) ? [] : [{ field: `retry_on[${index}]`, message: `${collection.name} has no field ${field}` }],
  );

/** Checks the values of `set`. */
const findSetProblems = async (operation: string, set: Readonly<Record<string, Json>>): Promise<ErrorDetail[]> =>
  (await findInputProblems(operation, set)).map(({ field, message }) => ({ field: `set.${field}`, message }));

/** The fields of operations that name what the operation does: a publication approves it. */
const instructionFields: Readonly<Record<string, string>> = { applyTicketMacro: "macro_id", sendMessage: "template_id" };

const UNNAMED_INSTRUCTION = "Must be an id: the publication approves what it names, so it cannot be computed later";

/** Checks the constants of an input with the operation that will take them. `later` are the fields that only a run of the step knows. */
async function findInputProblems(
  operation: string,
  input: Readonly<Record<string, Json>>,
  later: readonly string[] = [],
): Promise<readonly ErrorDetail[]> {
  const computed = Object.keys(input).filter((field) => isComputed(input[field] as Json));
  const details = await usePorts().operations.findProblems(operation, input, [...computed, ...later]);
  const instruction = instructionFields[operation];
  const unnamed = computed.filter((field) => field === instruction).map((field) => ({ field, message: UNNAMED_INSTRUCTION }));
  return [...details.filter(({ field }) => !later.includes(field)), ...unnamed];
}

/** Checks the fields, dates and outputs that the values of a step read. */
function findPathProblems(step: Step, { collection, earlier, trigger }: StepCheck): ErrorDetail[] {
  if (step.do === "branch" || step.do === "split") return [];
  const { id: _id, ...given } = step.do === "approval" ? { ...step, rejected: undefined } : step;
  return Object.entries(given as Record<string, Json>).flatMap(([field, value]) =>
    listPaths(value).flatMap((path) => {
      const [object = "", name = ""] = path.split(".");
      if (object === "record")
        return hasField(collection, name) || ["id", "created_at", "updated_at"].includes(name)
          ? []
          : [{ field, message: `${collection.name} has no field ${name}` }];
      if (object === "owner")
        return ["id", "first_name", "last_name", "email"].includes(name)
          ? []
          : [{ field, message: "Must be owner.id, owner.first_name, owner.last_name or owner.email" }];
      const isSaved = earlier.some(({ step: each }) => each.id === name || (each.do === "webhook" && each.save_as === name));
      const isPayload = object === "output" && name === PAYLOAD_OUTPUT && trigger.on === "webhook";
      if (object === "created" || object === "output")
        return isSaved || isPayload ? [] : [{ field, message: `No step before this one is called ${name}` }];
      return [{ field, message: `${path} must begin with record, owner, created or output` }];
    }),
  );
}
