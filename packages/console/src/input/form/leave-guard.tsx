import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import type { FormState } from "./form-state.ts";

interface LeaveDialogProps {
  readonly isOpen: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks whether changes may be lost. */
function LeaveDialog({ isOpen, onStay, onLeave }: LeaveDialogProps) {
  const t = useText();
  return (
    <Dialog
      role="alertdialog"
      title={t("Leave without saving?")}
      isOpen={isOpen}
      onOpenChange={onStay}
      actions={() => (
        <>
          <Button onPress={onStay} autoFocus>
            {t("Keep editing")}
          </Button>
          <Button variant="danger" onPress={onLeave}>
            {t("Discard changes")}
          </Button>
        </>
      )}
    >
      {t("Your changes are not saved yet.")}
    </Dialog>
  );
}

/** Asks before the user leaves a page with changes. The browser asks before the page is closed. */
export function LeaveGuard({ form }: { readonly form: Pick<FormState, "isChanged" | "isSaving" | "discard"> }) {
  const isActive = form.isChanged && !form.isSaving;
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isActive && current.pathname !== next.pathname,
    enableBeforeUnload: isActive,
    withResolver: true,
  });
  const leave = (): void => {
    form.discard();
    blocker.proceed?.();
  };
  return <LeaveDialog isOpen={blocker.status === "blocked"} onStay={() => blocker.reset?.()} onLeave={leave} />;
}

/** Closes a layer with a form: at once if there is nothing to lose, else after a question, which the layer renders. */
export function useLeaveQuestion(
  form: FormState,
  onClose: () => void,
): { readonly close: () => void; readonly question: ReactNode } {
  const [isAsking, setAsking] = useState(false);
  const leave = (): void => {
    form.discard();
    onClose();
  };
  return {
    close: () => (form.isChanged ? setAsking(true) : onClose()),
    question: (
      <>
        <LeaveDialog isOpen={isAsking} onStay={() => setAsking(false)} onLeave={leave} />
        <LeaveGuard form={form} />
      </>
    ),
  };
}
