import { FieldInput } from "../../../input/fields/field-input.tsx";
import type { FormState } from "../../../input/form/form-state.ts";
import { isNumberField } from "../../../input/form/short-form.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { toField } from "./rule-fields.ts";
import type { SentenceSources } from "./rule-sentence.ts";
import type { Definition, RuleInfo, RuleShape } from "./rule-shape.ts";

interface SettingsPartProps {
  readonly info: RuleInfo;
  readonly shape: RuleShape;
  readonly definition: Definition;
  readonly form: FormState;
  readonly sources: SentenceSources;
  readonly canManage: boolean;
}

/** What a rule has beside its entries, such as points and days. */
export function SettingsPart({ info, shape, definition, form, sources, canManage }: SettingsPartProps) {
  const t = useText();
  const fields = shape.settings.flatMap((name) => {
    const part = info.schema.properties?.[name];
    return part ? (toField(name, part, false, sources.text) ?? []) : [];
  });
  if (fields.length === 0) return null;
  const errors = Object.fromEntries(
    Object.entries(form.errors.fields).map(([name, message]) => [name.replace(/^definition\./, ""), message]),
  );
  return (
    <section aria-label={t("Settings")} className="flex min-w-0 flex-col gap-3">
      <h2 className="text-section font-semibold">{t("Settings")}</h2>
      {canManage ? (
        <div className="flex w-full max-w-form min-w-0 flex-col gap-4">
          {fields.map((field) => (
            <div key={field.name} className={isNumberField(field) ? "flex max-w-field flex-col" : "contents"}>
              <FieldInput
                field={field}
                value={definition[field.name]}
                values={definition}
                errors={errors}
                onChange={(value) => form.set("definition", { ...definition, [field.name]: value })}
                {...(errors[field.name] === undefined ? {} : { error: errors[field.name] as string })}
              />
            </div>
          ))}
        </div>
      ) : (
        <SettingList value={definition} names={shape.settings} sources={sources} />
      )}
    </section>
  );
}

interface SettingListProps {
  readonly value: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  readonly sources: SentenceSources;
}

/** Settings as words, for users who may not change them. */
function SettingList({ value, names, sources }: SettingListProps) {
  const t = useText();
  const write = (name: string, part: unknown): string => {
    if (part === null || part === undefined) return t("none");
    if (typeof part === "boolean") return part ? t("Yes") : t("No");
    if (typeof part === "number") return formatCount(part);
    if (typeof part === "string") return sources.nameId(part) ?? sources.text.nameChoice(name, part);
    if (Array.isArray(part)) return part.length === 0 ? t("none") : part.map((item) => write(name, item)).join("; ");
    return Object.entries(part)
      .map(([inner, item]) => t("{label}: {value}", { label: sources.text.nameField(inner), value: write(inner, item) }))
      .join(", ");
  };
  return (
    <dl className="flex min-w-0 flex-col gap-2 text-control">
      {names.map((name) => (
        <div key={name} className="flex min-w-0 flex-col">
          <dt className="text-text-muted">{sources.text.nameField(name)}</dt>
          <dd dir="auto" className="wrap-anywhere">
            {write(name, value[name])}
          </dd>
        </div>
      ))}
    </dl>
  );
}
