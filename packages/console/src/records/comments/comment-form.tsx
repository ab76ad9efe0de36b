import { useState } from "react";
import { crm } from "../../api/client.ts";
import { useInvalidation } from "../../api/records.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { MentionField } from "./mention-field.tsx";
import { encodeMentions, type Mention } from "./mention-text.ts";

interface CommentFormProps {
  readonly recordId: string;
  readonly label: string;
  readonly button: string;
  readonly text?: string;
  readonly mentions?: readonly Mention[];
  readonly method: "POST" | "PATCH";
  readonly path: string;
  /** What the request has besides the content. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly onClose: () => void;
}

const ROWS = 2;
const COMMENT = { kind: "comment" };

/** An answer to a comment, or a change of it, in its place. */
export function CommentForm({
  recordId,
  label,
  button,
  text = "",
  mentions = [],
  method,
  path,
  body,
  onClose,
}: CommentFormProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const [value, setValue] = useState(text);
  const [chosen, setChosen] = useState(mentions);
  const [error, setError] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    if (isSaving) return;
    if (value.trim() === "") return setError(t("Fill this in first"));
    setSaving(true);
    try {
      await crm.request(method, path, { body: { ...body, content: encodeMentions(value.trim(), chosen) } });
      await invalidate(COMMENT);
      onClose();
    } catch (failure) {
      const { form, fields } = readErrors(failure, t);
      setError(fields.content ?? form ?? t("The comment could not be saved"));
      setSaving(false);
    }
  };
  return (
    <form
      noValidate
      className="flex w-full min-w-0 flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void save();
      }}
    >
      <MentionField
        recordId={recordId}
        label={label}
        isLabelHidden
        autoFocus
        rows={ROWS}
        error={error}
        value={value}
        onChange={setValue}
        onMention={(mention) => setChosen((before) => [...before, mention])}
      />
      <span className="flex gap-2">
        <Button type="submit" isSmall isPending={isSaving}>
          {button}
        </Button>
        <Button isSmall variant="quiet" onPress={onClose}>
          {t("Cancel")}
        </Button>
      </span>
    </form>
  );
}
