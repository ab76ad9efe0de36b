import { type FormEvent, useId } from "react";
import { CodeField } from "../../input/fields/code-field.tsx";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { PasswordField } from "../../input/form/password-field.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button, type ButtonVariant } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";

/** What the user proves before two-factor sign-in changes. */
export interface Proof {
  readonly password: string;
  readonly code: string;
}

interface ProofDialogProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly variant: ButtonVariant;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly send: (proof: Proof) => Promise<void>;
}

/** Asks for the password and a code before a change. */
export function ProofDialog({ title, text, action, variant, isOpen, onClose, send }: ProofDialogProps) {
  const t = useText();
  const formId = useId();
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant={variant} type="submit" form={formId}>
            {action}
          </Button>
        </>
      )}
    >
      <ProofForm formId={formId} text={text} send={send} />
    </Dialog>
  );
}

function ProofForm({ formId, text, send }: Pick<ProofDialogProps, "text" | "send"> & { readonly formId: string }) {
  const t = useText();
  const form = useFormState({}, t, "secrets");
  const read = (name: string): string => String(form.values[name] ?? "");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    event.stopPropagation();
    if (!form.isSaving) await form.submit(() => send({ password: read("password"), code: read("code") }));
  };
  return (
    <form id={formId} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <p className="text-text-muted">{text}</p>
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      <PasswordField form={form} name="password" label={t("Current password")} autoFocus />
      <CodeField {...bindText(form, "code")} takesRecoveryCode />
    </form>
  );
}
