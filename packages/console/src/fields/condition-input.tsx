import { useMemo } from "react";
import { useKind } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { FilterBuilder } from "../kit/filter-builder.tsx";
import type { FilterCondition } from "../kit/filter-operators.ts";
import { Skeleton } from "../kit/skeleton.tsx";
import { Tag } from "../kit/tag.tsx";
import { useFilterFields } from "../list/use-filter-fields.ts";
import { buildWhere, parseViewQuery } from "../list/view-query.ts";
import { type FieldInputProps, readHelp } from "./field-input.tsx";

const NO_CONDITIONS: readonly FilterCondition[] = [];
/** While the kind loads, there is nothing to filter by. */
const NO_KIND = { filters: [], fields: [] };

/** Conditions on the records of the kind that another field of the form names, with the filters of its list. */
export function ConditionInput({ field, value, values, onChange, error, errors = {} }: FieldInputProps) {
  const t = useText();
  const kindName = values[field.type_field ?? ""];
  const { data: kind } = useKind(typeof kindName === "string" ? kindName : undefined);
  const state = useMemo(
    () => (kind && value ? parseViewQuery({ where: value }, kind) : { conditions: NO_CONDITIONS, where: undefined }),
    [kind, value],
  );
  const conditions = state.conditions ?? NO_CONDITIONS;
  const filterFields = useFilterFields((kind ?? NO_KIND) as NonNullable<typeof kind>, conditions);
  const found = error ?? Object.entries(errors).find(([path]) => path.startsWith(`${field.name}.`))?.[1];
  const help = readHelp(field);
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-1 text-control font-medium">{field.label}</legend>
      {typeof kindName !== "string" ? (
        <span className="text-control text-text-muted">{t("Choose the kind of the records first")}</span>
      ) : !kind ? (
        <Skeleton />
      ) : state.where === undefined ? (
        <FilterBuilder
          fields={filterFields}
          value={conditions}
          onChange={(next) => onChange(buildWhere({ conditions: next }) ?? null)}
        />
      ) : (
        <span className="flex flex-wrap items-center gap-2">
          <Tag label={t("Conditions with alternatives")} />
          <Button isSmall variant="quiet" onPress={() => onChange(null)}>
            {t("Clear")}
          </Button>
        </span>
      )}
      {help === undefined ? null : <span className="text-meta text-text-muted">{help}</span>}
      {found === undefined ? null : (
        <span role="alert" className="text-meta wrap-anywhere text-danger">
          {found}
        </span>
      )}
    </fieldset>
  );
}
