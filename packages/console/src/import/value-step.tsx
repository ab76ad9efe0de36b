import type { Schemas } from "@crm/sdk/index.ts";
import type { Field, Kind } from "../data/schema.ts";
import { FieldInput } from "../fields/field-input.tsx";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { StepFoot, type StepProps } from "./import-wizard.tsx";
import { labelField, mapValue, type UnknownValues } from "./mapping-rules.ts";
import { useWizard } from "./wizard-state.ts";

interface ValueStepProps extends StepProps {
  readonly file: Schemas.InspectedFile;
  readonly unknown: readonly UnknownValues[];
  readonly onNext: () => void;
}

/** The values of the file that name no choice, user or other master data, each with what it means. */
export function ValueStep({ kind, file, unknown, onBack, onNext }: ValueStepProps) {
  const t = useText();
  const { state, change } = useWizard();
  const open = unknown.reduce(
    (count, { field, values }) => count + values.filter((value) => state.values[field]?.[value] === undefined).length,
    0,
  );
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <Banner
        kind={open === 0 ? "success" : "info"}
        title={
          open === 0
            ? t("Every value has a meaning")
            : t("{count, plural, one {# value has} other {# values have}} no meaning yet", { count: open })
        }
      >
        {open === 0 ? null : t("Rows with such a value are refused, and can be corrected after the import.")}
      </Banner>
      {unknown.map(({ column, field, values }) => {
        const target = findField(field, kind, file);
        return (
          <section key={column} aria-label={column} className="flex max-w-form min-w-0 flex-col gap-2">
            <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
              {t("Values of “{column}” for {field}", { column, field: labelField(field, kind.fields, file.fields) })}
            </h2>
            <ul className="flex min-w-0 flex-col">
              {values.map((value) => (
                <li
                  key={value}
                  className="grid min-w-0 items-center gap-x-6 gap-y-1 border-b border-border py-2 last:border-b-0 tablet:grid-cols-2"
                >
                  <FieldInput
                    field={{ ...target, label: value }}
                    value={state.values[field]?.[value] ?? null}
                    values={{}}
                    onChange={(meaning) =>
                      change({
                        values: mapValue(
                          state.values,
                          field,
                          value,
                          meaning === null || meaning === undefined || meaning === "" ? undefined : String(meaning),
                        ),
                      })
                    }
                  />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      <StepFoot onBack={onBack}>
        <Button variant="primary" onPress={onNext}>
          {t("Continue")}
        </Button>
      </StepFoot>
    </div>
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
