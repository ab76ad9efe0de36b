import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { Drawer } from "../../ui/kit/drawer.tsx";
import { Tooltip } from "../../ui/kit/tooltip.tsx";
import { leaveField } from "../../ui/kit/unread-field.ts";
import { useFaultFocus } from "./fault-focus.ts";
import type { FormState } from "./form-state.ts";
import { useLeaveQuestion } from "./leave-guard.tsx";

interface FormLayerProps {
  readonly layer: "drawer" | "dialog";
  readonly title: string;
  readonly form: FormState;
  /** Enter does it, and the last button, which repeats its verb. */
  readonly submit: {
    readonly label: string;
    readonly isDanger?: boolean;
    /** Where something must be chosen before there is a form to send. */
    readonly isDisabled?: boolean;
    readonly run: () => Promise<void>;
  };
  /** Ctrl+Enter does it. */
  readonly onSubmitAndOpen?: () => Promise<void>;
  /** Stands before the buttons. */
  readonly options?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

const INPUTS = "input, textarea, select, button, [contenteditable], [role=spinbutton]";
const SUBMIT_AND_OPEN_KEYS = "Ctrl Enter";

/** A form over the page. It closes without a question only if there is nothing to lose. */
export function FormLayer({ layer, title, form, submit, onSubmitAndOpen, options, onClose, children }: FormLayerProps) {
  const t = useText();
  const formId = useId();
  const Frame = layer === "drawer" ? Drawer : Dialog;
  const frame = useRef<HTMLFormElement>(null);
  useFaultFocus(frame, form);
  const { close, question } = useLeaveQuestion(form, onClose);
  const sent = useRef<FormState["changes"]>(undefined);
  const send = (run: () => Promise<void>): void => {
    if (form.isSaving || submit.isDisabled === true) return;
    sent.current = form.changes;
    void run();
  };
  const latest = useRef(form);
  useLayoutEffect(() => {
    latest.current = form;
  });
  // A layer that closes with what it has sent has no draft any more.
  useEffect(
    () => () => {
      if (sent.current === latest.current.changes) latest.current.discard();
    },
    [],
  );
  const sendNow = useRef<() => void>(undefined);
  useLayoutEffect(() => {
    sendNow.current = () => send(onSubmitAndOpen ?? submit.run);
  });
  // A dialog without a field begins at its button, so Enter answers it.
  useEffect(() => {
    if (frame.current?.querySelector(INPUTS) === null)
      document.querySelector<HTMLElement>(`button[form="${CSS.escape(formId)}"]`)?.focus();
  }, [formId]);
  return (
    <Frame
      title={title}
      isOpen
      isDismissable={!form.isChanged}
      onOpenChange={close}
      actions={() => (
        <>
          {options === undefined ? null : <span className="me-auto min-w-full tablet:min-w-0">{options}</span>}
          {onSubmitAndOpen === undefined ? (
            <Button onPress={close}>{t("Cancel")}</Button>
          ) : (
            <Tooltip text={t("Create and open")} shortcut={SUBMIT_AND_OPEN_KEYS}>
              <Button onPress={() => send(onSubmitAndOpen)} isPending={form.isSaving}>
                {t("Create and open")}
              </Button>
            </Tooltip>
          )}
          <Button
            variant={submit.isDanger ? "danger" : "primary"}
            type="submit"
            form={formId}
            isDisabled={submit.isDisabled === true}
            isPending={form.isSaving}
          >
            {form.isSaving ? t("Saving…") : submit.label}
          </Button>
        </>
      )}
    >
      <form
        ref={frame}
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // A form inside this one is a form of its own, although events of React pass through both.
          event.stopPropagation();
          send(submit.run);
        }}
        // Before the fields: some of them keep Enter for themselves. A layer over this one is no part of it.
        onKeyDownCapture={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          if (!event.currentTarget.contains(event.target as Node)) return;
          event.preventDefault();
          event.stopPropagation();
          leaveField();
          sendNow.current?.();
        }}
        className="flex flex-col gap-4 tablet:gap-6"
      >
        {children}
      </form>
      {question}
    </Frame>
  );
}
