import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { FilterBuilder } from "../kit/filter-builder.tsx";
import { Tag } from "../kit/tag.tsx";
import { buildWhere } from "../list/view-query.ts";
import { readWhere, useBuilder } from "./builder-context.ts";

interface ConditionsFieldProps {
  readonly label: string;
  readonly value: unknown;
  /** Undefined: there are no conditions. */
  readonly onChange: (where: Readonly<Record<string, unknown>> | undefined) => void;
  readonly error?: string | undefined;
  readonly help?: string | undefined;
}

/** Conditions on the enrolled record, with the filters of its list. Alternatives, which no chip can show, stay until they are taken away. */
export function ConditionsField({ label, value, onChange, error, help }: ConditionsFieldProps) {
  const t = useText();
  const { kind, filterFields } = useBuilder();
  const conditions = value ? readWhere(value, kind) : [];
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-1 text-control font-medium">{label}</legend>
      {conditions ? (
        <FilterBuilder
          fields={filterFields}
          value={conditions}
          onChange={(next) => {
            const where = buildWhere({ conditions: next });
            onChange(where as Readonly<Record<string, unknown>> | undefined);
          }}
        />
      ) : (
        <span className="flex flex-wrap items-center gap-2">
          <Tag label={t("Conditions with alternatives")} />
          <Button isSmall variant="quiet" onPress={() => onChange(undefined)}>
            {t("Clear")}
          </Button>
        </span>
      )}
      {help === undefined ? null : <span className="text-meta text-text-muted">{help}</span>}
      {error === undefined ? null : (
        <span role="alert" className="text-meta wrap-anywhere text-danger">
          {error}
        </span>
      )}
    </fieldset>
  );
}
