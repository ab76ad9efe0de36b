import { type FormEvent, useState } from "react";
import { publicCrm } from "../../api/public-client.ts";
import { bindText, useFormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { BannerFrame } from "../../ui/kit/banner-frame.tsx";
import { NativeLink, NativeSubmitButton, NativeTextField } from "../../ui/kit/native-controls.tsx";
import { EntryPage } from "./entry-page.tsx";

/** For the link of a mail about a forgotten password. */
export const ResetPasswordPage = () => <ChoosePassword purpose="reset" />;
/** For the link of an invitation. */
export const ActivationPage = () => <ChoosePassword purpose="activate" />;

const paths = { reset: "/api/v1/auth/password/reset", activate: "/api/v1/auth/activate" };

/** Chooses a password with the link of a mail, which can be used once and expires. */
function ChoosePassword({ purpose }: { readonly purpose: keyof typeof paths }) {
  const t = useText();
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const form = useFormState({}, t, "secrets");
  const [isDone, setDone] = useState(false);
  const password = String(form.values.password ?? "");
  const title = purpose === "reset" ? t("Choose a new password") : t("Welcome. Choose your password");
  if (token === "" || form.errors.fields.token !== undefined)
    return (
      <EntryPage title={t("This link is not valid any more")}>
        <p className="text-control text-text-muted">
          {purpose === "reset"
            ? t("A link for a new password works once, within an hour.")
            : t("An invitation is valid for seven days and can be used once. Ask an administrator to invite you again.")}
        </p>
        <span className="flex flex-wrap gap-4 text-control">
          {purpose === "reset" ? <NativeLink href="/crm/forgot-password">{t("Request a new link")}</NativeLink> : null}
          <NativeLink href="/crm/">{t("Back to sign-in")}</NativeLink>
        </span>
      </EntryPage>
    );
  if (isDone)
    return (
      <EntryPage title={t("Your password was changed")}>
        <p className="text-control text-text-muted">{t("All your sessions were ended. Sign in with the new password.")}</p>
        <span className="text-control">
          <NativeLink href="/crm/">{t("Sign in")}</NativeLink>
        </span>
      </EntryPage>
    );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving) return;
    const isChosen = await form.submit(() =>
      publicCrm
        .request("POST", paths[purpose], { body: { token, password, ...(purpose === "activate" ? { session: "cookie" } : {}) } })
        .then(() => true),
    );
    if (!isChosen) return;
    if (purpose === "reset") return setDone(true);
    // The answer set the cookie of the session.
    location.assign("/crm/");
  };
  return (
    <EntryPage title={title} onSubmit={submit}>
      {form.errors.form === undefined ? null : <BannerFrame kind="danger" title={form.errors.form} />}
      <NativeTextField
        type="password"
        autoComplete="new-password"
        {...bindText(form, "password")}
        label={t("New password")}
        help={t("At least 10 characters. A few words in a row are easy to remember.")}
        autoFocus
      />
      <NativeSubmitButton isPending={form.isSaving}>
        {purpose === "reset" ? t("Save the password") : t("Save and continue")}
      </NativeSubmitButton>
    </EntryPage>
  );
}
