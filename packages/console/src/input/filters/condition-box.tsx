import type { ReactNode } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { FilterBuilder } from "../../ui/kit/filter-builder.tsx";
import type { FilterField } from "../../ui/kit/filter-field.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";
import { Tag } from "../../ui/kit/tag.tsx";

interface ConditionBoxProps {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  /** Undefined: alternatives, which no filter can show. They stay until they are taken away. */
  readonly conditions: readonly FilterCondition[] | undefined;
  readonly fields: readonly FilterField[];
  /** Undefined: the alternatives are taken away. */
  readonly onChange: (conditions: readonly FilterCondition[] | undefined) => void;
  readonly error?: string | undefined;
  readonly help?: string | undefined;
  /** Stands in place of the conditions while they cannot be chosen. */
  readonly placeholder?: ReactNode;
}

/** Conditions of a form as filters. */
export function ConditionBox(props: ConditionBoxProps) {
  const { label, isLabelHidden = false, conditions, fields, onChange, error, help, placeholder } = props;
  const t = useText();
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className={isLabelHidden ? "sr-only" : "pb-1 text-control font-medium"}>{label}</legend>
      {placeholder ??
        (conditions ? (
          <FilterBuilder fields={fields} value={conditions} onChange={onChange} />
        ) : (
          <span className="flex flex-wrap items-center gap-2">
            <Tag label={t("Conditions with alternatives")} />
            <Button isSmall variant="quiet" onPress={() => onChange(undefined)}>
              {t("Clear")}
            </Button>
          </span>
        ))}
      {help === undefined ? null : <span className="text-meta text-text-muted">{help}</span>}
      {error === undefined ? null : (
        <span role="alert" className="text-meta wrap-anywhere text-danger">
          {error}
        </span>
      )}
    </fieldset>
  );
}
