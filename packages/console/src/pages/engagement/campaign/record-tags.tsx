import { useText } from "../../../ui/i18n/use-text.ts";
import type { Option } from "../../../ui/kit/option-type.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";

interface RecordTagsProps {
  readonly label: string;
  readonly help?: string;
  readonly error?: string;
  readonly note?: "optional" | "required";
  readonly value: readonly Option[];
  readonly search: SearchOptions;
  readonly max: number;
  readonly onChange: (value: readonly Option[]) => void;
}

/** Several records, one added after another. */
export function RecordTags({ value, max, onChange, ...props }: RecordTagsProps) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Reference
        {...props}
        value={null}
        placeholder={t("Add…")}
        isDisabled={value.length >= max}
        onChange={(option) => {
          if (option && !value.some(({ id }) => id === option.id)) onChange([...value, { id: option.id, label: option.label }]);
        }}
      />
      {value.length === 0 ? null : (
        <ul aria-label={props.label} className="flex min-w-0 flex-wrap gap-1">
          {value.map((option) => (
            <li key={option.id} className="max-w-full min-w-0">
              <Tag label={option.label} onRemove={() => onChange(value.filter(({ id }) => id !== option.id))} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
