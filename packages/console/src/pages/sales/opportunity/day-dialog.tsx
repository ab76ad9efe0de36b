import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { DateField } from "../../../ui/kit/date-field.tsx";

interface DayDialogProps {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  readonly onSave: (day: string) => void;
  readonly onClose: () => void;
}

/** Asks for a day. */
export function DayDialog({ title, label, value, onSave, onClose }: DayDialogProps) {
  const t = useText();
  const form = useFormState({ day: value }, t, useDraft(`day ${title} ${value}`));
  const { value: day } = bindText(form, "day");
  return (
    <FormLayer
      layer="dialog"
      title={title}
      form={form}
      submit={{
        label: t("Save"),
        run: async () => {
          if (day !== "") onSave(day);
          onClose();
        },
      }}
      onClose={onClose}
    >
      <DateField label={label} value={day === "" ? null : day} onChange={(next) => form.set("day", next ?? "")} />
    </FormLayer>
  );
}
