import { fieldLabel } from "../../../api/field-label.ts";
import { formatPercent } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Trigger } from "./definition.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { describeSchedule } from "./schedule.ts";
import type { Step } from "./step-tree.ts";

/** Says in words what the steps of a workflow do. */

/** The names of what steps refer to. */
export interface WorkflowNames {
  readonly t: Translate;
  readonly locale: string;
  /** The label of the kind of the workflow. */
  readonly kind: string;
  /** The label of a field of the kind. */
  readonly nameField: (name: string) => string;
  readonly nameKind: (kind: string) => string;
  readonly nameAction: (action: string) => string;
  /** The name of a record, a user, or a value of master data. Undefined while it is not known. */
  readonly nameRecord: (id: string) => string | undefined;
  /** The name of a choice of a field. */
  readonly nameChoice: (field: string, value: unknown) => string | undefined;
  /** The name of a step. */
  readonly nameStep: (id: string) => string | undefined;
  readonly describeWhere: (where: unknown) => string;
}

/** A sentence, and what is worth a line below it. */
export interface StepText {
  readonly title: string;
  readonly detail?: string;
}

const join = (texts: readonly string[], locale: string, type: "conjunction" | "disjunction" = "conjunction"): string =>
  new Intl.ListFormat(locale, { type }).format(texts);

const MERGE_FIELD = /\{\{\s*([\w.-]+)(?:\|[^{}]*)?\s*\}\}/g;

/** Writes a text with the labels of its merge fields: `Call [First name]`. */
const describeText = (value: unknown, names: WorkflowNames): string =>
  String(value ?? "").replaceAll(MERGE_FIELD, (_, path: string) => `[${namePath(path, names)}]`);

/** Names what a path reads: `record.owner_id`, `owner.email`, `created.call`. */
function namePath(path: string, names: WorkflowNames): string {
  const [object = "", ...rest] = path.split(".");
  const name = rest.join(".");
  if (object === "record") return names.nameField(name);
  if (object === "owner") return names.t("{field} of the owner", { field: fieldLabel(name) });
  return names.nameStep(rest[0] ?? "") ?? fieldLabel(rest.at(-1) ?? object);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Says what a value is: a constant, the value of a field, a date, one of several in turn. */
export function describeValue(value: unknown, names: WorkflowNames): string {
  const { t, locale } = names;
  if (value === null || value === "") return t("empty");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (Array.isArray(value)) return value.map((item) => describeValue(item, names)).join(", ");
  if (!isObject(value)) return names.nameRecord(String(value)) ?? describeText(value, names);
  if (Array.isArray(value.round_robin))
    return t("{names} in turn", {
      names: join(
        value.round_robin.map((item) => describeValue(item, names)),
        locale,
      ),
    });
  if (typeof value.date === "string") return describeDate(value, names);
  if (typeof value.field === "string" && value.plus !== undefined) return describeDate({ ...value, date: value.field }, names);
  if (typeof value.field === "string") return namePath(value.field, names);
  if (typeof value.output === "string") return namePath(`output.${value.output}`, names);
  return Object.values(value)
    .map((item) => describeValue(item, names))
    .join(", ");
}

function describeDate({ date, plus }: Readonly<Record<string, unknown>>, names: WorkflowNames): string {
  const { t, locale } = names;
  const base = date === "today" ? t("today") : date === "now" ? t("now") : namePath(String(date), names);
  return describeOffset(base, plus, { t, locale });
}

/** Writes a time before or after a date: `3 days before Close date`. */
function describeOffset(date: string, offset: unknown, { t, locale }: Pick<WorkflowNames, "t" | "locale">): string {
  const parsed = parseDuration(offset);
  if (!parsed || parsed.count === 0) return date;
  const duration = formatDuration(offset, locale) ?? "";
  return parsed.isBefore ? t("{duration} before {date}", { duration, date }) : t("{duration} after {date}", { duration, date });
}

/** Names the record that a step acts on. Undefined: the enrolled record. */
function describeTarget(target: unknown, names: WorkflowNames): string | undefined {
  if (target === undefined || target === null || target === "record") return undefined;
  const [first = "", second] = String(target).split(".");
  if (first === "created") return names.nameStep(second ?? "") ?? fieldLabel(second ?? "");
  const name = names.nameField(`${first}_id`);
  return second === "manager" ? names.t("Manager of {name}", { name }) : name;
}

function describePeople(to: unknown, names: WorkflowNames): string {
  const { t, locale } = names;
  const people = (Array.isArray(to) ? to : []).map((person: unknown) =>
    person === "owner"
      ? t("the owner")
      : person === "manager"
        ? t("the owner's manager")
        : person === "team"
          ? t("the owner's team")
          : person === "DIRECTOR"
            ? t("a director")
            : person === "ADMIN"
              ? t("an administrator")
              : (names.nameRecord(String(person)) ?? "…"),
  );
  return join(people, locale);
}

/** Short names of what steps do, for menus and titles. */
export function nameStepKind(kind: string, t: Translate): string {
  const labels: Readonly<Record<string, string>> = {
    update: t("Change fields"),
    create: t("Create a record"),
    action: t("Run an action"),
    convert: t("Convert"),
    assign: t("Assign"),
    task: t("Create a task"),
    send: t("Send a message"),
    notify: t("Notify people"),
    add_to: t("Add to a list"),
    remove_from: t("Remove from a list"),
    webhook: t("Call an address"),
    wait: t("Wait"),
    branch: t("Branch"),
    split: t("Split"),
    approval: t("Ask for approval"),
    ai: t("Run an AI action"),
    end: t("End"),
  };
  return labels[kind] ?? fieldLabel(kind);
}

/** The sentence of a step: what it does, and with what. */
export function describeStep(step: Step, names: WorkflowNames): StepText {
  const { t, locale } = names;
  const target = describeTarget(step.target, names);
  const withTarget = (title: string): StepText =>
    target === undefined ? { title } : { title, detail: t("On: {record}", { record: target }) };
  const setNames = isObject(step.set) ? Object.keys(step.set) : [];
  switch (step.do) {
    case "update": {
      const [field = ""] = setNames;
      const nameOther = target === undefined ? names.nameField : fieldLabel;
      if (setNames.length === 0) return withTarget(t("Change fields"));
      if (setNames.length > 1) return withTarget(t("Change {fields}", { fields: join(setNames.map(nameOther), locale) }));
      const given = (step.set as Record<string, unknown>)[field];
      const value = (target === undefined ? names.nameChoice(field, given) : undefined) ?? describeValue(given, names);
      return withTarget(t("Set {field} to {value}", { field: nameOther(field), value }));
    }
    case "create":
      return { title: t("Create: {name}", { name: names.nameKind(String(step.kind ?? "")) || "…" }) };
    case "action":
      return withTarget(names.nameAction(String(step.action ?? "")) || t("Run an action"));
    case "assign":
      return withTarget(t("Assign to {name}", { name: isMissing(step.owner) ? "…" : describeValue(step.owner, names) }));
    case "task":
      return {
        title: t("Create a task: {subject}", { subject: describeText(step.subject, names) || "…" }),
        detail: t("Due in {duration}", { duration: formatDuration(step.due_in ?? "1d", locale) ?? "" }),
      };
    case "send": {
      const template = isMissing(step.template_id) ? "…" : (names.nameRecord(String(step.template_id)) ?? "…");
      return {
        title: step.channel === "sms" ? t("Send an SMS: {template}", { template }) : t("Send an email: {template}", { template }),
      };
    }
    case "notify":
      return {
        title: t("Notify {people}", { people: describePeople(step.to, names) || "…" }),
        detail: describeText(step.message, names),
      };
    case "approval": {
      const people = isMissing(step.to) ? "…" : describePeople([step.to], names);
      const detail = isMissing(step.subject) ? {} : { detail: describeText(step.subject, names) };
      return { title: t("Ask {people} for approval", { people }), ...detail };
    }
    case "add_to":
    case "remove_from": {
      const id = step.segment_id ?? step.list_id ?? step.campaign_id;
      const name = isMissing(id) ? "…" : (names.nameRecord(String(id)) ?? "…");
      return { title: step.do === "add_to" ? t("Add to {name}", { name }) : t("Remove from {name}", { name }) };
    }
    case "webhook":
      return { title: t("Call {address}", { address: String(step.url ?? "").replace(/^https?:\/\//, "") || "…" }) };
    case "wait":
      return describeWait(step, names);
    case "end":
      return { title: t("End"), ...(isMissing(step.reason) ? {} : { detail: String(step.reason) }) };
    default:
      return withTarget(nameStepKind(step.do, t));
  }
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

function describeWait(step: Step, names: WorkflowNames): StepText {
  const { t, locale } = names;
  if (step.until_working === true)
    return {
      title: isMissing(step.for)
        ? t("Wait until working time")
        : t("Wait {duration} of working time", { duration: formatDuration(step.for, locale) ?? "" }),
    };
  if (!isMissing(step.for)) return { title: t("Wait {duration}", { duration: formatDuration(step.for, locale) ?? "" }) };
  if (!isMissing(step.until)) return { title: t("Wait until {date}", { date: describeValue(step.until, names) }) };
  const timeout = formatDuration(step.timeout ?? "90d", locale) ?? "";
  const detail = t("At most {duration}", { duration: timeout });
  if (!isMissing(step.until_event)) return { title: t("Wait for {event}", { event: describeEvent(step.until_event) }), detail };
  if (!isMissing(step.until_where))
    return { title: t("Wait until {conditions}", { conditions: names.describeWhere(step.until_where) }), detail };
  return { title: t("Wait") };
}

/** `lead.status_changed` is `Lead status changed`. */
const describeEvent = (event: unknown): string => fieldLabel(String(event ?? "").replace(".", "_")) || "…";

/** Says for which records a way of a step is. */
export function describeWay(step: Step, place: string, names: WorkflowNames): string {
  const { t, locale } = names;
  const [, field = place, index = "0"] = /^(\w+)\[(\d+)\]/.exec(place) ?? [];
  const part = (step[field] as readonly Readonly<Record<string, unknown>>[] | undefined)?.[Number(index)];
  if (place === "else") return t("Otherwise");
  if (step.do === "approval") return t("If not approved");
  if (step.do === "branch") return t("If {conditions}", { conditions: names.describeWhere(part?.where) || "…" });
  if (step.do !== "split") return fieldLabel(field);
  const percent = formatPercent(Number(part?.percent ?? 0), locale, 0);
  // The text is isolated, so that a percentage does not decide the direction of the sentence.
  return t("{percent} of the records", { percent: `\u2068${percent}\u2069` });
}

export function nameTriggerKind(on: string, t: Translate): string {
  const labels: Readonly<Record<string, string>> = {
    created: t("A record is created"),
    changed: t("A record changes"),
    event: t("An event comes"),
    date: t("A date is reached"),
    schedule: t("A schedule"),
    webhook: t("A call of its address"),
    manual: t("A user enrolls a record"),
  };
  return labels[on] ?? fieldLabel(on);
}

/** The sentence of a trigger. */
export function describeTrigger(trigger: Trigger, where: unknown, names: WorkflowNames): StepText {
  const { t, locale, kind } = names;
  const conditions = names.describeWhere(where);
  const detail = conditions === "" ? {} : { detail: t("Only if {conditions}", { conditions }) };
  switch (trigger.on) {
    case "created":
      return { title: t("{kind} is created", { kind }), ...detail };
    case "changed": {
      const fields = (Array.isArray(trigger.fields) ? trigger.fields : []).map((name) => names.nameField(String(name)));
      if (fields.length === 0) return { title: t("{kind} begins to meet the conditions", { kind }), ...detail };
      return { title: t("{kind}: {fields} changes", { kind, fields: join(fields, locale, "disjunction") }), ...detail };
    }
    case "event":
      return { title: t("Event: {event}", { event: describeEvent(trigger.event) }), ...detail };
    case "date": {
      const date = isMissing(trigger.date_field) ? "…" : names.nameField(String(trigger.date_field));
      const title = describeOffset(date, trigger.offset, names);
      return {
        title: trigger.yearly === true ? t("Each year: {date}", { date: title }) : t("On: {date}", { date: title }),
        ...detail,
      };
    }
    case "schedule":
      return { title: describeSchedule(trigger.cron, t, locale), ...detail };
    default:
      return { title: nameTriggerKind(trigger.on, t), ...detail };
  }
}
