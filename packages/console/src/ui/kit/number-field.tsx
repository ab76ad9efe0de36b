import { Minus, Plus } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { NumberField as AriaNumberField, type NumberFieldProps as AriaNumberFieldProps } from "react-aria-components/NumberField";
import { joinClasses } from "./classes.ts";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { bareInputClass, fieldClass, groupClass } from "./field-classes.ts";

interface NumberFieldProps
  extends FieldProps,
    Omit<AriaNumberFieldProps, "children" | "className" | "style" | "isInvalid" | "validate"> {
  /** Shows buttons for one more and one less. */
  readonly hasSteps?: boolean;
}

const stepClass =
  "flex h-full w-control shrink-0 items-center justify-center text-text-muted data-disabled:opacity-50 data-hovered:bg-hover data-hovered:text-text";

/** A count or a measure. Money has a field of its own: its values are decimal strings. */
export function NumberField({ label, help, error, note, isLabelHidden, hasSteps = false, ...props }: NumberFieldProps) {
  return (
    <AriaNumberField {...props} isInvalid={error !== undefined} className={fieldClass}>
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <Group className={joinClasses(groupClass, "overflow-hidden")}>
        <Input className={joinClasses(bareInputClass, "text-number")} />
        {hasSteps ? (
          <>
            <Button slot="decrement" className={joinClasses(stepClass, "border-s border-border")}>
              <Minus />
            </Button>
            <Button slot="increment" className={joinClasses(stepClass, "border-s border-border")}>
              <Plus />
            </Button>
          </>
        ) : null}
      </Group>
      <FieldMessages help={help} error={error} />
    </AriaNumberField>
  );
}
