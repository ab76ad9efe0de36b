import { useState } from "react";
import { useSharings } from "../data/use-sharings.ts";
import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Checkbox } from "../kit/checkbox.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { TextField } from "../kit/text-field.tsx";
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
  const [form, setForm] = useState(initial);
  const [error, setError] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const change = (part: Partial<ViewForm>): void => {
    setError(undefined);
    setForm({ ...form, ...part });
  };
  const submit = async (): Promise<void> => {
    if (form.name.trim() === "") return setError(t("Give the view a name"));
    setSaving(true);
    try {
      await onSubmit({ ...form, name: form.name.trim() });
      onClose();
    } catch (failure) {
      const { fields, form: message } = readErrors(failure, t);
      setError(message ?? Object.values(fields)[0] ?? t("The view could not be saved"));
    } finally {
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={title}
      isOpen
      onOpenChange={onClose}
      actions={() => (
        <>
          <Button onPress={onClose}>{t("Cancel")}</Button>
          <Button variant="primary" isPending={isSaving} onPress={() => void submit()}>
            {submitLabel}
          </Button>
        </>
      )}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        // A button in the form keeps Enter for itself.
        onKeyDownCapture={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      >
        {content === undefined ? null : <p className="text-control text-text-muted">{content}</p>}
        {error === undefined ? null : <Banner kind="danger" title={error} />}
        <TextField
          label={t("Name")}
          value={form.name}
          onChange={(name) => change({ name })}
          maxLength={MAX_NAME}
          autoFocus
          help={t("Shown as a tab above the list, such as “My open deals”")}
        />
        <div className="flex min-w-0 flex-col items-start gap-1">
          <span className="text-control font-medium">{t("Who sees it")}</span>
          <SegmentedControl
            label={t("Who sees it")}
            value={form.sharing}
            onChange={(sharing) => change({ sharing: sharing as Sharing })}
            segments={sharings}
          />
          {form.sharing === "PRIVATE" ? null : (
            <span className="text-meta text-text-muted">{t("Each of them sees only the records that they may see.")}</span>
          )}
        </div>
        <Checkbox isSelected={form.isDefault} onChange={(isDefault) => change({ isDefault })}>
          {t("Make it my default view")}
        </Checkbox>
      </form>
    </Dialog>
  );
}
