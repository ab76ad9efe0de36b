import { type FormEvent, useState } from "react";
import { crm } from "../../api/client.ts";
import { useFormState } from "../../input/form/form-state.ts";
import { PasswordField } from "../../input/form/password-field.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { Section } from "../shell/section.tsx";

/** Changes the password, which ends the sessions of all other devices. */
export function PasswordSection() {
  const t = useText();
  const form = useFormState({}, t, "secrets");
  const [again, setAgain] = useState("");
  const [isChecked, setChecked] = useState(false);
  const read = (name: string): string => String(form.values[name] ?? "");
  const isDifferent = isChecked && again !== read("password");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setChecked(true);
    if (form.isSaving || again !== read("password")) return;
    const body = { current_password: read("current_password"), password: read("password") };
    const isDone = await form.submit(() => crm.request("POST", "/api/v1/auth/password", { body }).then(() => true));
    if (!isDone) return;
    form.reset({});
    setAgain("");
    setChecked(false);
    showToast({ text: t("Your password was changed. Your other devices have to sign in again.") });
  };
  return (
    <Section title={t("Password")} description={t("A new password signs out your other devices.")}>
      <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-drawer flex-col gap-4">
        {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
        <PasswordField form={form} name="current_password" label={t("Current password")} />
        <PasswordField form={form} name="password" label={t("New password")} isNew />
        <TextField
          label={t("New password again")}
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
          error={isDifferent ? t("The two passwords differ") : undefined}
        />
        <span>
          <Button type="submit" isPending={form.isSaving}>
            {t("Change password")}
          </Button>
        </span>
      </form>
    </Section>
  );
}
