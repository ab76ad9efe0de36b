import { useMemo } from "react";
import { useKind } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { ConditionBox } from "../filters/condition-box.tsx";
import { useFilterFields } from "../filters/use-filter-fields.ts";
import { buildWhere, parseViewQuery } from "../filters/view-query.ts";
import { type FieldInputProps, useHelp } from "./field-input.tsx";

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
  return (
    <ConditionBox
      label={field.label}
      conditions={state.where === undefined ? conditions : undefined}
      fields={filterFields}
      onChange={(next) => onChange(next === undefined ? null : (buildWhere({ conditions: next }) ?? null))}
      error={found}
      help={useHelp(field)}
      placeholder={
        typeof kindName !== "string" ? (
          <span className="text-control text-text-muted">{t("Choose the kind of the records first")}</span>
        ) : kind ? undefined : (
          <Skeleton />
        )
      }
    />
  );
}
