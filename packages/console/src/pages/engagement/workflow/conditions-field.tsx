import { ConditionBox } from "../../../input/filters/condition-box.tsx";
import { buildWhere } from "../../../input/filters/view-query.ts";
import { readWhere, useBuilder } from "./builder-context.ts";

interface ConditionsFieldProps {
  readonly label: string;
  readonly value: unknown;
  /** Undefined: there are no conditions. */
  readonly onChange: (where: Readonly<Record<string, unknown>> | undefined) => void;
  readonly error?: string | undefined;
  readonly help?: string | undefined;
}

/** Conditions on the enrolled record, with the filters of its list. */
export function ConditionsField({ value, onChange, ...box }: ConditionsFieldProps) {
  const { kind, filterFields } = useBuilder();
  return (
    <ConditionBox
      {...box}
      conditions={value ? readWhere(value, kind) : []}
      fields={filterFields}
      onChange={(next) => onChange(next && (buildWhere({ conditions: next }) as Readonly<Record<string, unknown>> | undefined))}
    />
  );
}
