import { useMemo } from "react";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { FilterBuilder } from "../../../ui/kit/filter-builder.tsx";
import { DestinationField } from "./destination-field.tsx";
import { readConditions, writeConditions } from "./rule-conditions.ts";
import { toFields } from "./rule-fields.ts";
import { describeEntry, type SentenceSources } from "./rule-sentence.ts";
import { type Entry, pickErrors, type RuleShape } from "./rule-shape.ts";

interface EntryDrawerProps {
  readonly shape: RuleShape;
  readonly sources: SentenceSources;
  /** Undefined: a new one. */
  readonly entry: Entry | undefined;
  /** Names the draft of what is typed. */
  readonly draft: string;
  /** What the API refused, by the path below the entry. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onSave: (entry: Entry) => void;
  readonly onClose: () => void;
}

/** Parts of an entry with inputs of their own, or with none. */
const placedParts: ReadonlySet<string> = new Set(["when", "to", "do"]);

/** Changes an entry of a rule: its name, its conditions, and its effect. The page keeps it until the draft is saved. */
export function EntryDrawer({ shape, sources, entry, draft, errors, onSave, onClose }: EntryDrawerProps) {
  const t = useText();
  const { text, conditionFields } = sources;
  const schema = shape.entry ?? {};
  const fields = useMemo(
    () => toFields(shape.entry ?? {}, text).filter(({ name }) => !placedParts.has(name)),
    [shape.entry, text],
  );
  const defaults = Object.fromEntries(fields.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
  const initial: Entry = entry ?? {
    ...defaults,
    ...(shape.hasWhen ? { when: {} } : {}),
    ...("to" in (schema.properties ?? {}) ? { to: { method: "USER", user_ids: [] } } : {}),
  };
  const form = useFormState(initial, t, useDraft(draft));
  const values = form.values as Entry;
  const isNamed = (name: string): boolean => name === shape.name;
  const renderField = (field: (typeof fields)[number]) => {
    const error = errors[field.name];
    return (
      <FieldInput
        key={field.name}
        field={field}
        value={values[field.name]}
        values={values}
        errors={errors}
        onChange={(value) => form.set(field.name, value)}
        {...(error === undefined ? {} : { error })}
        {...(field.required ? { note: "required" as const } : {})}
        autoFocus={isNamed(field.name) && entry === undefined}
      />
    );
  };
  const save = async (): Promise<void> => {
    form.discard();
    onSave(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)));
    onClose();
  };
  const whenErrors = Object.entries(pickErrors(errors, "when"));
  const sentence = describeEntry(values, shape, sources);
  return (
    <FormLayer
      layer="drawer"
      title={entry === undefined ? t("New rule") : t("Edit rule")}
      form={form}
      submit={{ label: t("Apply"), run: save }}
      onClose={onClose}
    >
      {fields.filter(({ name }) => isNamed(name)).map(renderField)}
      {shape.hasWhen && conditionFields.length > 0 ? (
        <fieldset className="flex min-w-0 flex-col gap-2">
          <legend className="pb-1 text-control font-medium">{t("Conditions")}</legend>
          <FilterBuilder
            fields={conditionFields}
            value={readConditions(values.when as Entry, conditionFields)}
            onChange={(next) => form.set("when", writeConditions(next, conditionFields, values.when as Entry))}
          />
          <span className="text-meta text-text-muted">
            {t("All of them must hold. Without conditions the rule always holds.")}
          </span>
          {whenErrors.map(([name, message]) => (
            <span key={name} role="alert" className="text-meta wrap-anywhere text-danger">
              {message}
            </span>
          ))}
        </fieldset>
      ) : null}
      {"to" in (schema.properties ?? {}) ? (
        <DestinationField
          label={text.nameField("to")}
          value={values.to}
          onChange={(to) => form.set("to", to)}
          errors={pickErrors(errors, "to")}
        />
      ) : null}
      {fields.filter(({ name }) => !isNamed(name)).map(renderField)}
      {sentence === "" ? null : (
        <p className="rounded-control bg-hover px-3 py-2 text-control wrap-anywhere" aria-live="polite" dir="auto">
          {sentence}
        </p>
      )}
    </FormLayer>
  );
}
