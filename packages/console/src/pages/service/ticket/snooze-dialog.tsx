import { useState } from "react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { resolveSnooze } from "./snooze-rules.ts";

interface SnoozeDialogProps {
  readonly onClose: () => void;
  readonly onChoose: (until: string) => void;
}

/** Asks for the time at which a snoozed ticket returns. */
export function SnoozeDialog({ onClose, onChoose }: SnoozeDialogProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const [until, setUntil] = useState<string | null>(() => resolveSnooze("tomorrow", new Date().toISOString(), timeZone));
  const isPast = until !== null && Date.parse(until) <= Date.now();
  return (
    <Dialog
      title={t("Snooze until")}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <Button
          variant="primary"
          isDisabled={until === null || isPast}
          onPress={() => {
            if (until === null) return;
            close();
            onChoose(until);
          }}
        >
          {t("Snooze")}
        </Button>
      )}
    >
      <InstantField
        label={t("Return to the queue")}
        value={until}
        onChange={setUntil}
        timeZone={timeZone}
        autoFocus
        {...(isPast ? { error: t("Choose a time in the future") } : {})}
      />
    </Dialog>
  );
}
