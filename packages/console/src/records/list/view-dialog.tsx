import { useSharings } from "../../api/use-sharings.ts";
import { FormLayer } from "../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { FormSummary } from "../../input/form/form-summary.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import type { Sharing } from "./saved-views.ts";

interface ViewForm {
  readonly name: string;
  readonly sharing: Sharing;
  readonly isDefault: boolean;
}

interface ViewDialogProps {
  readonly title: string;
  readonly initial: ViewForm;
  readonly submitLabel: string;
  /** What the view keeps, in words. */
  readonly content?: string;
  readonly onSubmit: (form: ViewForm) => Promise<void>;
  readonly onClose: () => void;
}

const MAX_NAME = 100;

/** The name of a view, who sees it, and whether the list opens with it. */
export function ViewDialog({ title, initial, submitLabel, content, onSubmit, onClose }: ViewDialogProps) {
  const t = useText();
  const sharings = useSharings(initial.sharing);
  const form = useFormState({ ...initial }, t, useDraft(`view ${title} ${initial.name}`));
  const { isDefault, sharing } = form.values;
  const submit = async (): Promise<void> => {
    const name = String(form.values.name).trim();
    if (name === "") return form.refuse({ name: t("Give the view a name") });
    const isDone = await form.submit(async () => {
      await onSubmit({ name, sharing: sharing as Sharing, isDefault: isDefault === true });
      return true;
    });
    if (isDone) onClose();
  };
  return (
    <FormLayer layer="dialog" title={title} form={form} submit={{ label: submitLabel, run: submit }} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <FormSummary form={form} shownFields={["name"]} labelFor={() => t("Name")} />
        {content === undefined ? null : <p className="text-control text-text-muted">{content}</p>}
        <TextField
          label={t("Name")}
          {...bindText(form, "name")}
          maxLength={MAX_NAME}
          autoFocus
          help={t("Shown as a tab above the list, such as “My open deals”")}
        />
        <div className="flex min-w-0 flex-col items-start gap-1">
          <span className="text-control font-medium">{t("Who sees it")}</span>
          <SegmentedControl
            label={t("Who sees it")}
            value={String(sharing)}
            onChange={(next) => form.set("sharing", next)}
            segments={sharings}
          />
          {sharing === "PRIVATE" ? null : (
            <span className="text-meta text-text-muted">{t("Each of them sees only the records that they may see.")}</span>
          )}
        </div>
        <Checkbox isSelected={isDefault === true} onChange={(isOn) => form.set("isDefault", isOn)}>
          {t("Make it my default view")}
        </Checkbox>
      </div>
    </FormLayer>
  );
}
