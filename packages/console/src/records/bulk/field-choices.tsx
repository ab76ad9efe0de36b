import { X } from "lucide-react";
import type { Kind } from "../../api/schema.ts";
import { hasInput } from "../../input/fields/editable-field.ts";
import { FieldInput } from "../../input/fields/field-input.tsx";
import { omitCreateHelp } from "../../input/fields/help-text.ts";
import type { FormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Combobox } from "../../ui/kit/combobox.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { isSharedField } from "../rows/bulk-rules.ts";

interface FieldChoicesProps {
  readonly kind: Kind;
  /** The chosen fields, in their order. */
  readonly names: readonly string[];
  readonly onNames: (names: readonly string[]) => void;
  readonly form: FormState;
  readonly errors: Readonly<Record<string, string>>;
  /** The fields are given: none is added or removed. */
  readonly isFixed: boolean;
}

/** Fields that are set on many records, and their new values. An empty one clears the field. */
export function FieldChoices({ kind, names, onNames, form, errors, isFixed }: FieldChoicesProps) {
  const t = useText();
  const shared = kind.fields.filter((field) => isSharedField(field, kind) && hasInput(field));
  const chosen = names.flatMap((name) => shared.find((field) => field.name === name) ?? []);
  const options = shared.filter(({ name }) => !names.includes(name)).map(({ name, label }) => ({ id: name, label }));
  const add = (name: string): void => {
    const field = shared.find((candidate) => candidate.name === name);
    // A check box shows no third state, so what it shows is what it sets.
    if (field?.type === "boolean") form.set(name, false);
    onNames([...names, name]);
  };
  return (
    <>
      {chosen.map((field) => (
        <div key={field.name} className="flex min-w-0 items-start gap-2">
          <div className="min-w-0 flex-1">
            <FieldInput
              field={omitCreateHelp(field)}
              value={form.values[field.name]}
              values={form.values}
              onChange={(value) => form.set(field.name, value)}
              error={errors[field.name]}
              autoFocus
            />
          </div>
          {isFixed ? null : (
            <span className={field.type === "boolean" ? "" : "pt-6"}>
              <IconButton
                label={t("Do not change {label}", { label: field.label })}
                icon={<X />}
                onPress={() => onNames(names.filter((name) => name !== field.name))}
              />
            </span>
          )}
        </div>
      ))}
      {isFixed ? null : (
        <Combobox
          // A new one after each choice, so that it is empty again.
          key={names.length}
          label={chosen.length === 0 ? t("Field to change") : t("One more field")}
          options={options}
          selectedKey={null}
          autoFocus={chosen.length === 0}
          onSelectionChange={(key) => {
            if (key !== null) add(String(key));
          }}
        />
      )}
      {chosen.length === 0 ? null : <p className="text-meta text-text-muted">{t("A field that you leave empty is cleared.")}</p>}
    </>
  );
}
