import { Plus, X } from "lucide-react";
import { fieldLabel } from "../../../api/field-label.ts";
import { type Action, type Field, type Kind, useKind } from "../../../api/schema.ts";
import { hasInput } from "../../../input/fields/editable-field.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { useBuilder } from "./builder-context.ts";
import type { Step } from "./step-tree.ts";
import { findTargetKind } from "./target-kind.ts";
import { ValueField } from "./value-field.tsx";

interface SetFieldProps {
  readonly label: string;
  readonly step: Step;
  readonly onChange: (set: Readonly<Record<string, unknown>>) => void;
  /** Errors by the name of the field: `set.first_name`. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Lists the fields that a step can set. */
function listSettableFields(step: Step, kind: Kind | undefined): Field[] {
  if (!kind) return [];
  if (step.do === "action" || step.do === "convert") {
    const isMeant = ({ name }: Action): boolean => (step.do === "action" ? name === step.action : name.startsWith("convert"));
    return ((kind.actions.find(isMeant)?.fields ?? []) as Field[]).filter(hasInput);
  }
  return kind.fields.filter((field) => (step.do === "create" ? field.creatable : field.editable) && hasInput(field));
}

/** The fields that a step sets, each with its value. A menu adds the others. */
export function SetField({ label, step, onChange, errors }: SetFieldProps) {
  const t = useText();
  const { kind: ownKind, steps } = useBuilder();
  const kindName = findTargetKind(step, ownKind, steps);
  const { data: kind } = useKind(kindName);
  const fields = listSettableFields(step, kind);
  const set = (step.set ?? {}) as Readonly<Record<string, unknown>>;
  const required = fields.filter(
    (field) => field.required && (step.do === "create" || step.do === "action") && !(field.name in set),
  );
  const shown = [...Object.keys(set), ...required.map(({ name }) => name)];
  const others = fields.filter(({ name }) => !shown.includes(name));
  const findField = (name: string): Field =>
    fields.find((field) => field.name === name) ?? ({ name, label: fieldLabel(name), type: "text" } as Field);
  const remove = (name: string): void => {
    const { [name]: _removed, ...rest } = set;
    onChange(rest);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="pb-1 text-control font-medium">{label}</legend>
      {shown.map((name) => {
        const field = findField(name);
        return (
          <div key={name} className="flex min-w-0 items-start gap-1 border-s-2 border-border ps-3">
            <div className="min-w-0 flex-1">
              <ValueField
                field={field}
                value={set[name] ?? null}
                onChange={(value) => onChange({ ...set, [name]: value })}
                error={errors[`set.${name}`]}
                note={field.required && !(name in set) ? "required" : undefined}
              />
            </div>
            {name in set ? (
              <IconButton isSmall label={t("Remove {label}", { label: field.label })} icon={<X />} onPress={() => remove(name)} />
            ) : null}
          </div>
        );
      })}
      {errors.set === undefined ? null : <span className="text-meta text-danger">{errors.set}</span>}
      {others.length === 0 ? null : (
        <span className="-ms-2">
          <Menu
            trigger={
              <Button isSmall variant="quiet" icon={<Plus />}>
                {t("Add a field")}
              </Button>
            }
            onAction={(name) => onChange({ ...set, [String(name)]: null })}
          >
            {others.map(({ name, label: text }) => (
              <MenuItem key={name} id={name} label={text} />
            ))}
          </Menu>
        </span>
      )}
    </fieldset>
  );
}
