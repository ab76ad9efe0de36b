import { type FormEvent, useState } from "react";
import { publicCrm } from "../../api/public-client.ts";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { BannerFrame } from "../../ui/kit/banner-frame.tsx";
import { NativeLink, NativeSubmitButton, NativeTextField } from "../../ui/kit/native-controls.tsx";
import { EntryPage } from "./entry-page.tsx";

/** Requests an email with a link for a new password. The answer is the same whether or not the user exists. */
export function ForgotPasswordPage() {
  const t = useText();
  const form = useFormState({}, t, "visitor");
  const [isSent, setSent] = useState(false);
  const email = String(form.values.email ?? "");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving) return;
    const isDone = await form.submit(() =>
      publicCrm.request("POST", "/api/v1/auth/password/forgot", { body: { email } }).then(() => true),
    );
    if (isDone) setSent(true);
  };
  return (
    <EntryPage title={t("Forgot your password?")} onSubmit={submit}>
      {isSent ? (
        <BannerFrame kind="success" title={t("Look into your mailbox")}>
          {t("If a user has this email address, we sent a mail with a link. The link is valid for an hour.")}
        </BannerFrame>
      ) : (
        <>
          {form.errors.form === undefined ? null : <BannerFrame kind="danger" title={form.errors.form} />}
          <NativeTextField
            label={t("Email address")}
            help={t("We send a link to this address.")}
            type="email"
            autoComplete="username"
            {...bindText(form, "email")}
            autoFocus
          />
          <NativeSubmitButton isPending={form.isSaving}>{t("Send the link")}</NativeSubmitButton>
        </>
      )}
      <span className="text-control">
        <NativeLink href="/crm/">{t("Back to sign-in")}</NativeLink>
      </span>
    </EntryPage>
  );
}
