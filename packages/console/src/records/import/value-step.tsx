import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import type { Field, Kind } from "../../api/schema.ts";
import { FieldInput } from "../../input/fields/field-input.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import type { Option } from "../../ui/kit/option.tsx";
import { Select } from "../../ui/kit/select.tsx";
import {
  canKeepText,
  decideValues,
  defaultValueAction,
  labelField,
  readValueAction,
  type UnknownValues,
  type ValueAction,
} from "./mapping-rules.ts";
import { StepFoot, type StepProps } from "./step-foot.tsx";
import { useWizard } from "./wizard-state.ts";

interface ValueStepProps extends StepProps {
  readonly file: Schemas.InspectedFile;
  readonly unknown: readonly UnknownValues[];
  readonly onNext: () => void;
}

/** The values of the file that name no choice, user or other master data, each with what becomes of it. */
export function ValueStep({ kind, file, unknown, onBack, onNext }: ValueStepProps) {
  const t = useText();
  const { state } = useWizard();
  const open = unknown.reduce(
    (count, { field, values }) => count + values.filter((value) => readValueAction(state, field, value) === undefined).length,
    0,
  );
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <Banner
        kind={open === 0 ? "success" : "info"}
        title={
          open === 0
            ? t("Every value has a meaning")
            : t("{count, plural, one {# value is} other {# values are}} not in your lists", { count: open })
        }
      >
        {open === 0 ? null : t("Their rows are imported. Choose what becomes of each value.")}
      </Banner>
      {unknown.map((entry) => (
        <ValueSection key={entry.column} kind={kind} file={file} entry={entry} />
      ))}
      <StepFoot onBack={onBack}>
        <Button variant="primary" onPress={onNext}>
          {t("Continue")}
        </Button>
      </StepFoot>
    </div>
  );
}

interface ValueSectionProps {
  readonly kind: Kind;
  readonly file: Schemas.InspectedFile;
  readonly entry: UnknownValues;
}

/** The values of one column. */
function ValueSection({ kind, file, entry: { column, field, values } }: ValueSectionProps) {
  const t = useText();
  const { state, change } = useWizard();
  const described = file.fields.find(({ name }) => name === field);
  const canAdd = described?.can_add === true;
  const standard = defaultValueAction(state.options, { can_add: canAdd }, file.note_field);
  const options = [
    { id: "existing", label: t("Choose an existing value") },
    ...(canAdd ? [{ id: "add", label: t("Add it to the list") }] : []),
    { id: "empty", label: t("Leave the field empty") },
    ...(canKeepText(state.options, file.note_field) ? [{ id: "text", label: t("Keep it in the notes") }] : []),
  ];
  const decide = (texts: readonly string[], action: ValueAction, meaning?: string): void =>
    change(decideValues(state, field, texts, action, meaning));
  const label = labelField(field, kind.fields, file.fields);
  return (
    <section aria-label={column} className="flex max-w-form min-w-0 flex-col gap-2">
      <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
        {t("Values of “{column}” for {field}", { column, field: label })}
      </h2>
      {values.length < 2 ? null : (
        <div className="max-w-field">
          <Select
            label={t("For all values of “{column}”", { column })}
            placeholder={t("Choose…")}
            options={options.filter(({ id }) => id !== "existing")}
            value={null}
            onChange={(key) => decide(values, key as ValueAction)}
          />
        </div>
      )}
      <ul className="flex min-w-0 flex-col">
        {values.map((value) => (
          <ValueRow
            key={value}
            value={value}
            field={findField(field, kind, file)}
            options={options}
            standard={standard}
            action={readValueAction(state, field, value)}
            meaning={state.values[field]?.[value] ?? null}
            decide={(action, meaning) => decide([value], action, meaning)}
          />
        ))}
      </ul>
    </section>
  );
}

interface ValueRowProps {
  readonly value: string;
  readonly field: Field;
  readonly options: readonly Option[];
  readonly standard: ValueAction;
  readonly action: ValueAction | undefined;
  readonly meaning: string | null;
  readonly decide: (action: ValueAction, meaning?: string) => void;
}

/** One value, and what becomes of it. */
function ValueRow({ value, field, options, standard, action, meaning, decide }: ValueRowProps) {
  const t = useText();
  const [isChoosing, setChoosing] = useState(false);
  const shown = isChoosing || action === "existing" ? "existing" : (action ?? standard);
  return (
    <li className="grid min-w-0 items-end gap-x-6 gap-y-2 border-b border-border py-3 last:border-b-0 tablet:grid-cols-2">
      <Select
        label={value}
        options={options}
        value={shown}
        onChange={(key) => {
          setChoosing(key === "existing");
          if (key !== "existing") decide(key as ValueAction);
        }}
      />
      {shown === "existing" ? (
        <FieldInput
          field={{ ...field, label: t("Meaning of {value}", { value }) }}
          value={meaning}
          values={{}}
          onChange={(next) => {
            if (next === null || next === undefined || next === "") return;
            setChoosing(false);
            decide("existing", String(next));
          }}
        />
      ) : null}
    </li>
  );
}

/** The field as the schema has it, for one value. Fields that only imports have are described by the file. */
function findField(name: string, { fields }: Pick<Kind, "fields">, file: Schemas.InspectedFile): Field {
  const known = fields.find((field) => field.name === name);
  const described = file.fields.find((field) => field.name === name);
  const base = known ?? ({ name, label: described?.label ?? name, type: "text" } as Field);
  return {
    ...base,
    ...(known === undefined && described?.values !== undefined
      ? { type: "choice" as const, choices: described.values.map((code) => ({ code, name: code })) }
      : {}),
    ...(known === undefined && described?.master !== undefined ? { type: "master" as const, master: described.master } : {}),
    multiple: false,
    required: false,
    help: undefined,
  } as Field;
}
