import type { ComponentProps } from "react";
import { appendField, MergeFieldMenu } from "../../../records/mail/merge-field-menu.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";

type MergeLineProps = ComponentProps<typeof TextField> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** A line of a mail, and the menu of its merge fields. */
export function MergeLine({ value, onChange, ...props }: MergeLineProps) {
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">
        <TextField {...props} value={value} onChange={onChange} />
      </div>
      <span className="pt-6">
        <MergeFieldMenu
          label={props.label}
          isDisabled={props.isDisabled === true}
          onInsert={(field) => onChange(appendField(value, field))}
        />
      </span>
    </div>
  );
}
