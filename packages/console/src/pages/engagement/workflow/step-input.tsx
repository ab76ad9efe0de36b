import { menuLabel } from "../../../api/action-label.ts";
import { fieldLabel } from "../../../api/field-label.ts";
import { type Field, useKind } from "../../../api/schema.ts";
import type { SchemaInput } from "../../../api/step-schema.ts";
import { FieldInput, readHelp } from "../../../input/fields/field-input.tsx";
import { UserList } from "../../../input/fields/user-list.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select, toKeys } from "../../../ui/kit/select.tsx";
import { TagField } from "../../../ui/kit/tag-field.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { ApproverInput } from "./approver-input.tsx";
import { nameStep, useBuilder } from "./builder-context.ts";
import { ConditionsField } from "./conditions-field.tsx";
import { DurationField } from "./duration-field.tsx";
import { KindInput } from "./kind-input.tsx";
import { MergeText } from "./merge-text.tsx";
import { ScheduleField } from "./schedule-field.tsx";
import { SetField } from "./set-field.tsx";
import type { Step } from "./step-tree.ts";
import { findTargetKind, listTargets } from "./target-kind.ts";
import { ValueField } from "./value-field.tsx";
import { listDateFields, listReadableFields } from "./value-kinds.ts";

/** The label of an input of a step or a trigger. */
export function nameInput(name: string, t: Translate): string {
  const labels: Readonly<Record<string, string>> = {
    name: t("Name of the step"),
    on_error: t("If it fails"),
    target: t("On which record"),
    set: t("Fields"),
    kind: t("Kind of record"),
    action: t("Action"),
    owner: t("New owner"),
    subject: t("Subject"),
    activity_type_id: t("Type of activity"),
    due_in: t("Due in"),
    assign_to: t("Assigned to"),
    priority_id: t("Priority"),
    template_id: t("Template"),
    channel: t("Channel"),
    purpose: t("Purpose"),
    to: t("To"),
    message: t("Message"),
    segment_id: t("Segment"),
    list_id: t("Contact list"),
    campaign_id: t("Campaign"),
    url: t("Address"),
    save_as: t("Name of the answer"),
    for: t("For a time"),
    until: t("Until a date"),
    until_where: t("Until conditions hold"),
    until_event: t("Until an event comes"),
    until_working: t("Only in working time"),
    calendar_id: t("Calendar"),
    timeout: t("At the latest after"),
    reason: t("Reason"),
    fields: t("Fields"),
    from: t("From"),
    event: t("Event"),
    date_field: t("Date"),
    offset: t("Time before or after"),
    yearly: t("Each year"),
    cron: t("When"),
  };
  return labels[name] ?? fieldLabel(name);
}

/** The label of a choice of an input. */
function nameChoice(name: string, choice: string, t: Translate): string {
  const labels: Readonly<Record<string, string>> = {
    "on_error stop": t("Stop"),
    "on_error continue": t("Go on with the next step"),
    "channel email": t("Email"),
    "channel sms": t("SMS"),
    "purpose marketing": t("Marketing"),
    "purpose service": t("Service"),
  };
  return labels[`${name} ${choice}`] ?? fieldLabel(choice);
}

/** What the API takes if a step does not say it. */
const defaultChoices: Readonly<Record<string, string>> = { on_error: "stop", channel: "email", purpose: "service" };

const readChoice = (name: string, value: unknown, input: SchemaInput): string | null => {
  const choice = value ?? input.default ?? defaultChoices[name];
  return choice === undefined ? null : String(choice);
};

interface StepInputProps {
  readonly input: SchemaInput;
  readonly step: Step;
  /** Undefined takes the value away. */
  readonly onChange: (value: unknown) => void;
  readonly errors: Readonly<Record<string, string>>;
}

const emptyToUndefined = (text: string): string | undefined => (text === "" ? undefined : text);

/** The input of a part of a step or of a trigger, by the type that its JSON Schema has. */
export function StepInput({ input, step, onChange, errors }: StepInputProps) {
  const t = useText();
  const { name, type } = input;
  const value = step[name];
  const label = nameInput(name, t);
  const error = errors[name];
  const note = input.isRequired ? ("required" as const) : undefined;
  const help = readHelp({ custom: false, ...(input.help === undefined ? {} : { help: input.help }) });
  switch (type) {
    case "values":
      return <SetField label={label} step={step} onChange={onChange} errors={errors} />;
    case "conditions":
      return <ConditionsField label={label} value={value} onChange={onChange} error={error} />;
    case "duration":
    case "signed_duration":
      return (
        <DurationField
          label={label}
          note={note}
          error={error}
          isSigned={type === "signed_duration"}
          value={value ?? input.default}
          onChange={onChange}
        />
      );
    case "boolean":
      return (
        <Checkbox isSelected={value === true} onChange={onChange} {...(error === undefined ? {} : { error })}>
          {label}
        </Checkbox>
      );
    case "number":
      return (
        <NumberField
          label={label}
          note={note}
          error={error}
          value={typeof value === "number" ? value : Number.NaN}
          onChange={(number) => onChange(Number.isNaN(number) ? undefined : number)}
        />
      );
    case "choice":
      return (
        <Select
          label={label}
          note={note}
          error={error}
          options={(input.choices ?? []).map((id) => ({ id, label: nameChoice(name, id, t) }))}
          value={readChoice(name, value, input)}
          onChange={(key) => onChange(String(key))}
        />
      );
    case "texts":
    case "events":
      return (
        <TagField
          label={label}
          note={note}
          error={error}
          {...(type === "events" && help !== undefined ? { help } : {})}
          value={((value ?? []) as readonly unknown[]).map(String)}
          onChange={(texts) => onChange(texts.length === 0 ? undefined : texts)}
        />
      );
    case "schedule":
      return <ScheduleField label={label} value={value} onChange={onChange} error={error} />;
    case "text":
      return input.isLong || name === "subject" || name === "to" ? (
        <MergeText
          label={label}
          note={note}
          error={error}
          isLong={input.isLong === true}
          maxLength={input.maxLength}
          value={String(value ?? "")}
          onChange={(text) => onChange(emptyToUndefined(text))}
          {...(name === "to" && help !== undefined ? { help } : {})}
        />
      ) : (
        <TextField
          label={label}
          note={note}
          error={error}
          help={name === "name" ? undefined : help}
          type={name === "url" ? "url" : "text"}
          maxLength={input.maxLength}
          value={String(value ?? "")}
          onChange={(text) => onChange(emptyToUndefined(text))}
        />
      );
    default:
      return <ReferenceInput input={input} step={step} onChange={onChange} errors={errors} />;
  }
}

/** Inputs that name something of the tenant: a record, a user, a field, a kind, an action. */
function ReferenceInput({ input, step, onChange, errors }: StepInputProps) {
  const t = useText();
  const { kind, names, steps } = useBuilder();
  const { name, type } = input;
  const value = step[name];
  const label = nameInput(name, t);
  const error = errors[name];
  const note = input.isRequired ? ("required" as const) : undefined;
  switch (type) {
    case "user":
      return (
        <ValueField
          field={{ name, label, type: "reference", record: "user", required: input.isRequired } as Field}
          value={value ?? null}
          onChange={(next) => onChange(next ?? undefined)}
          error={error}
          note={note}
        />
      );
    case "date":
      return (
        <ValueField
          field={{ name, label, type: "instant" } as Field}
          kinds={DATE_KINDS}
          value={value ?? null}
          onChange={(next) => onChange(next ?? undefined)}
          error={error}
        />
      );
    case "record":
      return (
        <FieldInput
          field={{ name, label, type: "reference", record: input.record } as Field}
          value={value ?? null}
          values={{}}
          onChange={(id) => onChange(id ?? undefined)}
          {...(error === undefined ? {} : { error })}
          {...(note === undefined ? {} : { note })}
        />
      );
    case "activity_field":
      return <ActivityInput input={input} step={step} onChange={onChange} errors={errors} />;
    case "approver":
      return <ApproverInput value={value} onChange={onChange} error={error} />;
    case "people":
      return <PeopleInput label={label} value={value} onChange={onChange} error={error} />;
    case "target":
      return (
        <Select
          label={label}
          error={error}
          options={[
            { id: "record", label: t("The {kind} itself", { kind: toNoun(kind.label) }) },
            ...listTargets(step, kind, steps).map(({ id, field, step: creator }) => ({
              id,
              label: field === undefined ? (creator ? nameStep(creator, names) : id) : names.nameField(field),
            })),
          ]}
          value={String(value ?? "record")}
          onChange={(key) => onChange(key === "record" ? undefined : String(key))}
        />
      );
    case "kind":
      return <KindInput label={label} value={value} onChange={onChange} error={error} />;
    case "action":
      return <ActionInput input={input} step={step} onChange={onChange} errors={errors} />;
    case "fields":
      return (
        <Select
          label={label}
          error={error}
          selectionMode="multiple"
          options={listReadableFields(kind).map((field) => ({ id: field.name, label: field.label }))}
          value={((value ?? []) as readonly unknown[]).map(String)}
          onChange={(keys) => onChange(toKeys(keys).length === 0 ? undefined : toKeys(keys))}
        />
      );
    case "date_field":
      return (
        <Select
          label={label}
          note={note}
          error={error}
          options={listDateFields(kind).map((field) => ({ id: field.name, label: field.label }))}
          value={value === undefined ? null : String(value)}
          onChange={(key) => onChange(String(key))}
        />
      );
    default:
      return <EventInput label={label} value={value} onChange={onChange} error={error} note={note} />;
  }
}

const DATE_KINDS = ["date", "constant"] as const;

/** A field of activities, with its choices. */
function ActivityInput({ input, step, onChange, errors }: StepInputProps) {
  const t = useText();
  const { data: activity } = useKind("activity");
  const field = activity?.fields.find(({ name }) => name === input.name);
  const error = errors[input.name];
  if (!field) return null;
  const { help: _help, ...plain } = field;
  return (
    <FieldInput
      field={{ ...plain, label: nameInput(input.name, t) } as Field}
      value={step[input.name] ?? null}
      values={{}}
      onChange={(value) => onChange(value ?? undefined)}
      {...(error === undefined ? {} : { error })}
      {...(input.isRequired ? { note: "required" as const } : {})}
    />
  );
}

interface PlainInputProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: string | undefined;
}

const ROLES = ["owner", "manager", "team"] as const;

/** Whom a step notifies: the owner, people by their place, and users. */
function PeopleInput({ label, value, onChange, error }: PlainInputProps) {
  const t = useText();
  const people = ((value ?? []) as readonly unknown[]).map(String);
  const users = people.filter((person) => !(ROLES as readonly string[]).includes(person));
  const roles = people.filter((person) => !users.includes(person));
  const labels = { owner: t("The owner"), manager: t("The owner's manager"), team: t("The owner's team") };
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-1 text-control font-medium">{label}</legend>
      {ROLES.map((role) => (
        <Checkbox
          key={role}
          isSelected={roles.includes(role)}
          onChange={(isOn) => onChange([...ROLES.filter((other) => (other === role ? isOn : roles.includes(other))), ...users])}
        >
          {labels[role]}
        </Checkbox>
      ))}
      <UserList label={t("Users")} value={users} onChange={(ids) => onChange([...roles, ...ids])} error={error} />
    </fieldset>
  );
}

/** The actions of the record on which the step acts. */
function ActionInput({ input, step, onChange, errors }: StepInputProps) {
  const t = useText();
  const { kind: ownKind, steps } = useBuilder();
  const { data: kind } = useKind(findTargetKind(step, ownKind, steps));
  const value = step[input.name];
  return (
    <Select
      label={nameInput(input.name, t)}
      note="required"
      error={errors[input.name]}
      options={
        kind?.actions
          .filter(({ on }) => on === "record")
          .map((action) => ({ id: action.name, label: menuLabel(action, kind) })) ?? []
      }
      value={value ? String(value) : null}
      onChange={(key) => onChange(String(key))}
    />
  );
}

/** Events that every kind has. The API names the others if one does not exist. */
const COMMON_EVENTS = ["created", "updated", "deleted", "restored", "status_changed", "owner_changed"];

function EventInput({ label, value, onChange, error, note }: PlainInputProps & { readonly note?: "required" | undefined }) {
  const { kind } = useBuilder();
  const options = COMMON_EVENTS.map((event) => ({ id: `${kind.kind}.${event}`, label: `${kind.kind}.${event}` }));
  return (
    <Combobox
      label={label}
      note={note}
      error={error}
      options={options}
      allowsCustomValue
      inputValue={String(value ?? "")}
      onInputChange={(text) => onChange(emptyToUndefined(text.trim()))}
    />
  );
}
