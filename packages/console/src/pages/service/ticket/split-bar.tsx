import { type KeyboardEvent, useEffect, useState } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { suggestSplitSubject, type ThreadMessage } from "./thread-rules.ts";

interface SplitBarProps {
  /** The chosen messages, the oldest first. */
  readonly chosen: readonly ThreadMessage[];
  readonly onSplit: (subject: string) => Promise<void>;
  readonly onCancel: () => void;
}

/** Below the thread while messages are chosen: the subject of the new ticket, which begins as the first message does. */
export function SplitBar({ chosen, onSplit, onCancel }: SplitBarProps) {
  const t = useText();
  const [typed, setTyped] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const subject = typed ?? suggestSplitSubject(chosen);
  const canSplit = chosen.length > 0 && subject.trim() !== "";
  const split = async (): Promise<void> => {
    setSaving(true);
    await onSplit(subject.trim());
    setSaving(false);
  };
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented) onCancel();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && canSplit && !isSaving) void split();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing || !canSplit || isSaving) return;
    event.preventDefault();
    void split();
  };
  return (
    <section
      aria-label={t("Split off messages")}
      className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4"
    >
      <p className="text-control text-text-muted">{t("Choose the messages that become a ticket of their own.")}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside */}
      <div onKeyDown={onKeyDown}>
        <TextField label={t("Subject of the new ticket")} value={subject} onChange={setTyped} />
      </div>
      <span className="flex flex-wrap items-center justify-end gap-2">
        <Button isSmall variant="quiet" onPress={onCancel}>
          {t("Cancel")}
        </Button>
        <Button isSmall variant="primary" isDisabled={!canSplit} isPending={isSaving} onPress={() => void split()}>
          {t("{count, plural, =0 {Split off} one {Split off # message} other {Split off # messages}}", { count: chosen.length })}
        </Button>
      </span>
    </section>
  );
}
