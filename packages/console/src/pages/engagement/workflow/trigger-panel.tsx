import { useLocale } from "react-aria-components/I18nProvider";
import { listSchemaInputs, type SchemaInput } from "../../../api/step-schema.ts";
import { TimeField } from "../../../input/fields/time-field.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TagField } from "../../../ui/kit/tag-field.tsx";
import { useBuilder } from "./builder-context.ts";
import { ConditionsField } from "./conditions-field.tsx";
import type { Definition, Trigger, WorkflowRecord } from "./definition.ts";
import { RunRightsSelect } from "./run-rights.tsx";
import { formatWeekday } from "./schedule.ts";
import { StepInput } from "./step-input.tsx";
import { changeField } from "./step-panel.tsx";
import { nameTriggerKind } from "./step-text.ts";
import type { Step } from "./step-tree.ts";
import { WebhookAddress } from "./webhook-address.tsx";

interface DefinitionPanelProps {
  readonly definition: Definition;
  readonly onChange: (name: keyof Definition, value: unknown) => void;
  /** All errors of the form. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What a new trigger has beside its kind. */
const firstTriggers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  date: { offset: "0d" },
  schedule: { cron: "0 8 * * *" },
};

/** Values before and after a change are asked for only with one field. */
const isApplicable = ({ name }: SchemaInput, { fields }: Trigger): boolean =>
  (name !== "from" && name !== "to") || (Array.isArray(fields) && fields.length === 1);

/** What enrolls a record: the trigger with its inputs, conditions, and how often. */
export function TriggerPanel({
  definition,
  onChange,
  errors,
  record,
}: DefinitionPanelProps & { readonly record: WorkflowRecord }) {
  const t = useText();
  const { triggerSchemas } = useBuilder();
  const { trigger, where, enrollment } = definition;
  const own = Object.fromEntries(
    Object.entries(errors).flatMap(([name, message]) =>
      name.startsWith("trigger.") ? [[name.slice("trigger.".length), message]] : [],
    ),
  );
  const inputs = listSchemaInputs(triggerSchemas.get(trigger.on) ?? {}).filter((input) => isApplicable(input, trigger));
  const change = (name: string, value: unknown): void => {
    const next = changeField(trigger as unknown as Step, name, value);
    const { from: _from, to: _to, ...rest } = next;
    const keepsValues = name !== "fields" || (Array.isArray(value) && value.length === 1);
    onChange("trigger", keepsValues ? next : rest);
  };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Select
        label={t("Enrollment trigger")}
        error={errors.trigger}
        options={[...triggerSchemas.keys()].map((on) => ({ id: on, label: nameTriggerKind(on, t) }))}
        value={trigger.on}
        onChange={(on) => onChange("trigger", { on, ...firstTriggers[String(on)] })}
      />
      {inputs.map((input) =>
        input.name === "from" || input.name === "to" ? (
          <ChangedValues
            key={input.name}
            label={input.name === "from" ? t("Only from these values") : t("Only to these values")}
            field={String((trigger.fields as readonly unknown[])[0])}
            value={trigger[input.name]}
            error={own[input.name]}
            onChange={(value) => change(input.name, value)}
          />
        ) : (
          <StepInput
            key={input.name}
            input={input}
            step={trigger as unknown as Step}
            errors={own}
            onChange={(value) => change(input.name, value)}
          />
        ),
      )}
      {trigger.on === "webhook" ? <WebhookAddress workflowId={record.id} version={record.published_version} /> : null}
      <ConditionsField
        label={t("Only records that meet these conditions")}
        value={where}
        error={errors.where}
        onChange={(next) => onChange("where", next ?? null)}
      />
      <Select
        label={t("How often may a record be enrolled?")}
        error={errors["enrollment.repeat"]}
        options={[
          { id: "once", label: t("Once") },
          { id: "once_at_a_time", label: t("Again, when it has left") },
          { id: "every_time", label: t("Each time") },
        ]}
        value={enrollment?.repeat ?? "once"}
        onChange={(repeat) => onChange("enrollment", { ...enrollment, repeat: String(repeat) })}
      />
    </div>
  );
}

interface ChangedValuesProps {
  readonly label: string;
  readonly field: string;
  readonly value: unknown;
  readonly error?: string | undefined;
  readonly onChange: (values: readonly string[] | undefined) => void;
}

/** Values of the field that triggers: its choices, or texts. */
function ChangedValues({ label, field, value, error, onChange }: ChangedValuesProps) {
  const { kind } = useBuilder();
  const choices = kind.fields.find(({ name }) => name === field)?.choices;
  const values = ((value ?? []) as readonly unknown[]).map(String);
  const send = (next: readonly string[]): void => onChange(next.length === 0 ? undefined : next);
  if (!choices) return <TagField label={label} error={error} value={values} onChange={send} />;
  return (
    <Select
      label={label}
      error={error}
      selectionMode="multiple"
      options={choices.map(({ code, name }) => ({ id: code, label: name }))}
      value={values}
      onChange={(keys) => send([keys].flat().map(String))}
    />
  );
}

/** When a record leaves before the last step. */
export function ExitPanel({ definition, onChange, errors }: DefinitionPanelProps) {
  const t = useText();
  const { kind } = useBuilder();
  const { exit } = definition;
  const change = (next: Definition["exit"]): void => onChange("exit", next?.where || next?.events ? next : null);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="text-control text-text-muted">
        {t("A record leaves at the last step. It leaves earlier, and counts as reached, in these cases.")}
      </p>
      <ConditionsField
        label={t("When these conditions hold")}
        value={exit?.where}
        error={errors["exit.where"]}
        onChange={(where) => {
          const { where: _before, ...rest } = exit ?? {};
          change(where ? { ...rest, where } : rest);
        }}
      />
      <TagField
        label={t("When one of these events comes")}
        help={t("Such as {event}", { event: `${kind.kind}.updated` })}
        error={Object.entries(errors).find(([name]) => name.startsWith("exit.events"))?.[1]}
        value={exit?.events ?? []}
        onChange={(events) => {
          const { events: _before, ...rest } = exit ?? {};
          change(events.length > 0 ? { ...rest, events } : rest);
        }}
      />
    </div>
  );
}

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const WORKDAYS = weekdays.slice(0, 5);

/** With whose rights steps run, and at which times. */
export function SettingsPanel({ definition, onChange, errors }: DefinitionPanelProps) {
  const t = useText();
  const { locale } = useLocale();
  const { window: times, run_as } = definition;
  const first = { days: WORKDAYS, from: "08:00", to: "18:00" };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <RunRightsSelect value={run_as ?? "owner"} onChange={(value) => onChange("run_as", value)} error={errors.run_as} />
      <Checkbox isSelected={Boolean(times)} onChange={(isOn) => onChange("window", isOn ? first : null)}>
        {t("Steps run only at certain times")}
      </Checkbox>
      {times ? (
        <>
          <fieldset className="flex flex-col gap-1">
            <legend className="pb-1 text-control font-medium">{t("Weekdays")}</legend>
            {weekdays.map((day, index) => (
              <Checkbox
                key={day}
                isSelected={times.days.includes(day)}
                onChange={(isOn) =>
                  onChange("window", {
                    ...times,
                    days: weekdays.filter((other) => (other === day ? isOn : times.days.includes(other))),
                  })
                }
              >
                {formatWeekday((index + 1) % weekdays.length, locale)}
              </Checkbox>
            ))}
            {errors["window.days"] === undefined ? null : <span className="text-meta text-danger">{errors["window.days"]}</span>}
          </fieldset>
          <div className="grid grid-cols-2 gap-3">
            <TimeField
              label={t("From")}
              value={times.from}
              error={errors["window.from"]}
              onChange={(from) => onChange("window", { ...times, from })}
            />
            <TimeField
              label={t("Until")}
              value={times.to}
              error={errors["window.to"]}
              onChange={(to) => onChange("window", { ...times, to })}
            />
          </div>
        </>
      ) : null}
    </div>
  );
}
