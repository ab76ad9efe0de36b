import { type FormEvent, useState } from "react";
import { crm } from "../../api/client.ts";
import { CodeField } from "../../input/fields/code-field.tsx";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { PasswordField } from "../../input/form/password-field.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { SECOND_FACTOR_PATH } from "./path.ts";
import { QrCode } from "./qr-code.tsx";
import { RecoveryCodeList } from "./recovery-code-list.tsx";
import { groupSecret } from "./secret-text.ts";

interface NewSecret {
  readonly otpauth_uri: string;
  readonly secret: string;
}

/** Sets two-factor sign-in up: the password, the code of the app, and the recovery codes. */
export function SetUp({ onDone }: { readonly onDone: () => void }) {
  const [secret, setSecret] = useState<NewSecret>();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes) return <RecoveryCodeList codes={codes} onDone={onDone} />;
  return secret ? <ConfirmForm {...secret} onConfirm={setCodes} /> : <PasswordForm onBegin={setSecret} />;
}

function PasswordForm({ onBegin }: { readonly onBegin: (secret: NewSecret) => void }) {
  const t = useText();
  const form = useFormState({}, t, "secrets");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving) return;
    const body = { password: String(form.values.password ?? "") };
    const secret = await form.submit(() => crm.request<NewSecret>("POST", SECOND_FACTOR_PATH, { body }).then((data) => data));
    if (secret) onBegin(secret);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-drawer flex-col gap-4">
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      <PasswordField form={form} name="password" label={t("Current password")} autoFocus />
      <span>
        <Button type="submit" isPending={form.isSaving}>
          {t("Continue")}
        </Button>
      </span>
    </form>
  );
}

interface ConfirmFormProps extends NewSecret {
  readonly onConfirm: (codes: readonly string[]) => void;
}

function ConfirmForm({ otpauth_uri, secret, onConfirm }: ConfirmFormProps) {
  const t = useText();
  const form = useFormState({}, t, "secrets");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving) return;
    const body = { code: String(form.values.code ?? "") };
    const path = `${SECOND_FACTOR_PATH}/confirm`;
    const created = await form.submit(() =>
      crm.request<{ recovery_codes: readonly string[] }>("POST", path, { body }).then((data) => data),
    );
    if (created) onConfirm(created.recovery_codes);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-drawer flex-col gap-4">
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      <p>{t("Scan this code with an authenticator app, or open the app on this device.")}</p>
      <QrCode text={otpauth_uri} label={t("QR code of the secret")} />
      <span className="text-control">
        <Link variant="action" href={otpauth_uri}>
          {t("Open in the authenticator app")}
        </Link>
      </span>
      <p className="flex flex-col gap-1">
        <span className="text-meta text-text-muted">{t("Without a camera, type this secret into the app:")}</span>
        <code dir="ltr" className="font-mono text-body select-all wrap-anywhere text-start">
          {groupSecret(secret)}
        </code>
      </p>
      <CodeField {...bindText(form, "code")} autoFocus />
      <span>
        <Button type="submit" variant="primary" isPending={form.isSaving}>
          {t("Switch on")}
        </Button>
      </span>
    </form>
  );
}
