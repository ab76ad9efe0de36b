import { createCodeFinder, matchesCondition } from "../data/condition.ts";
import type { Field, Kind } from "../data/schema.ts";
import { hasInput } from "../fields/editable-field.ts";
import { FieldInput } from "../fields/field-input.tsx";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import type { Option } from "../kit/option.tsx";
import type { FormState } from "./form-state.ts";

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

/** More wrong fields than these get a summary above the form. */
const MAX_UNSUMMARIZED = 2;

/** The inputs of a record by the sections of its layout, or those of its short form. */
export function RecordForm({ kind, form, mode, isShort = false, more = [], labels }: RecordFormProps) {
  const t = useText();
  const isWritable = (field: Field): boolean => (mode === "create" ? field.creatable : field.editable) && hasInput(field);
  const byName = new Map(kind.fields.map((field) => [field.name, field]));
  const select = (names: readonly string[]): Field[] => names.flatMap((name) => byName.get(name) ?? []).filter(isWritable);
  const sections = isShort
    ? [{ name: "primary", label: "", fields: withRequired(kind, select([...new Set([...kind.layout.primary, ...more])])) }]
    : kind.layout.sections.map((section) => ({ ...section, fields: select(section.fields) }));
  const wrong = Object.entries(form.errors.fields);
  const shownNames = new Set(sections.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const unplaced = wrong.filter(([name]) => !shownNames.has(name));
  const summary = [
    form.errors.form,
    ...unplaced.map(([name, message]) => `${byName.get(name)?.label ?? name}: ${message}`),
  ].filter((text) => text !== undefined);
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {summary.length > 0 || wrong.length > MAX_UNSUMMARIZED ? (
        <Banner
          kind="danger"
          title={summary[0] ?? t("{count, plural, one {# field needs} other {# fields need}} a change", { count: wrong.length })}
        >
          {summary.slice(1).join(" ")}
          {form.errors.requestId === undefined ? null : (
            <details>
              <summary>{t("Details")}</summary>
              {form.errors.requestId}
            </details>
          )}
        </Banner>
      ) : null}
      {sections.map((section) => {
        const fields = section.fields.filter(({ visible_when }) =>
          matchesCondition(visible_when as never, form.values, createCodeFinder(kind.fields)),
        );
        if (fields.length === 0) return null;
        return (
          <fieldset key={section.name} className="flex min-w-0 flex-col gap-4">
            {section.label === "" ? null : <legend className="pb-3 text-section font-semibold">{section.label}</legend>}
            {fields.map((field, index) => (
              <FieldInput
                key={field.name}
                field={field}
                value={form.values[field.name]}
                values={form.values}
                labels={labels}
                onChange={(value) => form.set(field.name, value)}
                error={form.errors.fields[field.name]}
                note={mode === "create" && field.required ? "required" : undefined}
                autoFocus={isShort && index === 0}
              />
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}

/** A short form always has the fields that a record needs. */
function withRequired({ fields }: Kind, primary: readonly Field[]): Field[] {
  const names = new Set(primary.map(({ name }) => name));
  return [
    ...primary,
    ...fields.filter((field) => field.required && field.creatable && hasInput(field) && !names.has(field.name)),
  ];
}
