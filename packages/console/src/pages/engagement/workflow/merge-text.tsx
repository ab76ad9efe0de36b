import { Braces } from "lucide-react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { useBuilder } from "./builder-context.ts";
import { listReadableFields } from "./value-kinds.ts";

interface MergeTextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  readonly help?: string | undefined;
  readonly note?: "required" | undefined;
  readonly isLong?: boolean;
  readonly maxLength?: number | undefined;
}

/** A text that may name fields of the record: `Call {{record.first_name}}`. A menu adds them. */
export function MergeText({ isLong = false, value, onChange, ...props }: MergeTextProps) {
  const t = useText();
  const { kind } = useBuilder();
  const Input = isLong ? TextArea : TextField;
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">
        <Input {...props} value={value} onChange={onChange} />
      </div>
      <span className="pt-6">
        <Menu
          placement="bottom end"
          trigger={<IconButton label={t("Insert a field into {label}", { label: props.label })} icon={<Braces />} />}
          onAction={(name) => onChange(`${value}${value === "" || value.endsWith(" ") ? "" : " "}{{record.${String(name)}}}`)}
        >
          {listReadableFields(kind).map(({ name, label }) => (
            <MenuItem key={name} id={name} label={label} />
          ))}
        </Menu>
      </span>
    </div>
  );
}
