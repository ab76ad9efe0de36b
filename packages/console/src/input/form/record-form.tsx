import { createCodeFinder, matchesCondition } from "../../api/condition.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { useTenant } from "../../api/tenant.ts";
import { toFieldNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { Option } from "../../ui/kit/option.tsx";
import { FieldInput } from "../fields/field-input.tsx";
import { omitCreateHelp } from "../fields/help-text.ts";
import { hasFormInput } from "../fields/part-rules.ts";
import { nameFirstOwner } from "./first-owner.ts";
import { type FormState, withLabels } from "./form-state.ts";
import { FormSummary } from "./form-summary.tsx";
import { groupRows, isNumberField, listShortFields } from "./short-form.ts";
import { useItemRecord } from "./use-item-record.ts";

const rowClass = ([first, second]: readonly Field[]): string => {
  if (second) return "grid grid-cols-2 gap-3";
  return first && isNumberField(first) ? "flex max-w-field flex-col" : "contents";
};

const OWNER = "owner_id";

interface RecordFormProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly mode: "create" | "edit";
  /** Only the primary fields. */
  readonly isShort?: boolean;
  /** Fields of the short form in addition to the primary ones. */
  readonly more?: readonly string[];
  readonly labels?: Readonly<Record<string, Option | null>>;
}

/** The inputs of a record by the sections of its layout, or those of its short form. */
export function RecordForm({ kind, form: state, mode, isShort = false, more = [], labels }: RecordFormProps) {
  const t = useText();
  const { settings } = useTenant();
  const form = withLabels(state, kind.fields);
  const itemRecord = useItemRecord(kind, form.values);
  const listText = (texts: readonly string[]): string =>
    new Intl.ListFormat(document.documentElement.lang, { type: "disjunction" }).format(texts);
  const isWritable = (field: Field): boolean => (mode === "create" ? field.creatable : field.editable) && hasFormInput(field);
  const byName = new Map(kind.fields.map((field) => [field.name, mode === "edit" ? omitCreateHelp(field) : field]));
  const select = (names: readonly string[]): Field[] => names.flatMap((name) => byName.get(name) ?? []).filter(isWritable);
  const codeFor = createCodeFinder(kind.fields);
  const isNeeded = ({ required_when }: Field): boolean =>
    required_when !== undefined && matchesCondition(required_when, form.values, codeFor);
  const neededNames = kind.fields.filter(isNeeded).map(({ name }) => name);
  const sections = isShort
    ? [{ name: "primary", label: "", fields: listShortFields(kind, hasFormInput, [...more, ...neededNames]) }]
    : kind.layout.sections.map((section) => ({ ...section, fields: select(section.fields) }));
  // Of a group with a single field in the form, that field is required.
  const shownGroups = kind.any_of.map((group) =>
    sections.flatMap(({ fields }) => fields.flatMap(({ name }) => (group.includes(name) ? name : []))),
  );
  const groups = shownGroups.filter((group) => group.length > 1);
  const requiredNames = new Set([...shownGroups.filter((group) => group.length === 1).flat(), ...neededNames]);
  const shownFields = sections.flatMap(({ fields }) => fields.map(({ name }) => name));
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <FormSummary form={form} shownFields={shownFields} labelFor={(name) => byName.get(name)?.label ?? name} />
      {mode === "create"
        ? groups.map((group) => (
            <p key={group.join(" ")} className="-mb-2 text-meta text-text-muted">
              {t("Fill in at least one: {fields}.", {
                fields: listText(select(group).map(({ label }) => toFieldNoun(label))),
              })}
            </p>
          ))
        : null}
      {sections.map((section) => {
        const fields = section.fields.filter(({ visible_when }) => matchesCondition(visible_when, form.values, codeFor));
        if (fields.length === 0) return null;
        return (
          <fieldset key={section.name} className="flex min-w-0 flex-col gap-4">
            {section.label === "" ? null : <legend className="pb-3 text-section font-semibold">{section.label}</legend>}
            {groupRows(fields).map((row) => (
              <div key={row[0]?.name} className={rowClass(row)}>
                {row.map((field) => (
                  <FieldInput
                    key={field.name}
                    field={field}
                    value={form.values[field.name]}
                    values={form.values}
                    labels={labels}
                    onChange={(value) => form.set(field.name, value)}
                    record={itemRecord}
                    error={form.errors.fields[field.name]}
                    errors={form.errors.fields}
                    note={mode === "create" && (field.required || requiredNames.has(field.name)) ? "required" : undefined}
                    autoFocus={isShort && field === fields[0]}
                    placeholder={mode === "create" && field.name === OWNER ? nameFirstOwner(kind.kind, settings, t) : undefined}
                  />
                ))}
              </div>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}
