import { ArrowDown, ArrowUp, Plus, RotateCcw, X } from "lucide-react";
import { movePart } from "../../input/fields/part-rules.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { dropOption, type FieldOption } from "./custom-field-rules.ts";

interface OptionEditorProps {
  readonly options: readonly FieldOption[];
  readonly onChange: (options: readonly FieldOption[]) => void;
  readonly error?: string | undefined;
}

/** The choices of a field in their order. One that records may have is retired in place of being removed. */
export function OptionEditor({ options, onChange, error }: OptionEditorProps) {
  const t = useText();
  const rename = (index: number, label: string): void =>
    onChange(options.map((option, place) => (place === index ? { ...option, label } : option)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-1 text-control font-medium">{t("Choices")}</legend>
      {options.map((option, index) => (
        <div key={option.code ?? `new ${index}`} className="flex items-center gap-1">
          <span className={option.is_retired ? "min-w-0 flex-1 opacity-50" : "min-w-0 flex-1"}>
            <TextField
              label={t("Choice {number}", { number: index + 1 })}
              isLabelHidden
              value={option.label}
              onChange={(label) => rename(index, label)}
              maxLength={100}
            />
          </span>
          <IconButton
            isSmall
            label={t("Move up")}
            icon={<ArrowUp />}
            isDisabled={index === 0}
            onPress={() => onChange(movePart(options, index, -1))}
          />
          <IconButton
            isSmall
            label={t("Move down")}
            icon={<ArrowDown />}
            isDisabled={index === options.length - 1}
            onPress={() => onChange(movePart(options, index, 1))}
          />
          <IconButton
            isSmall
            label={option.is_retired ? t("Offer again") : option.code === undefined ? t("Remove") : t("No longer offer")}
            icon={option.is_retired ? <RotateCcw /> : <X />}
            onPress={() => onChange(dropOption(options, index))}
          />
        </div>
      ))}
      <span>
        <Button isSmall icon={<Plus />} onPress={() => onChange([...options, { label: "", is_retired: false }])}>
          {t("Add a choice")}
        </Button>
      </span>
      {error === undefined ? null : <p className="text-meta text-danger">{error}</p>}
    </fieldset>
  );
}
