import { type FormEvent, useId, useState, useSyncExternalStore } from "react";
import { useSession } from "../../api/session.ts";
import { finishSignIn, isSessionOver, subscribeToSessionEnd } from "../../api/session-end.ts";
import { CodeField } from "../../input/fields/code-field.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { useSignOut } from "../shell/use-sign-out.ts";
import { useSignIn } from "./use-sign-in.ts";

/** Asks for the password, and for the code of a second factor, over the page when the session is over. The page stays, and the calls that wait are then repeated. */
export function SignInDialog() {
  const t = useText();
  const isOver = useSyncExternalStore(subscribeToSessionEnd, isSessionOver);
  const formId = useId();
  const signOut = useSignOut();
  return (
    <Dialog
      title={t("Your session is over")}
      isOpen={isOver}
      isBlocking
      actions={() => (
        <>
          <Button onPress={() => void signOut()}>{t("Use another account")}</Button>
          <Button variant="primary" type="submit" form={formId}>
            {t("Sign in")}
          </Button>
        </>
      )}
    >
      <PasswordForm formId={formId} />
    </Dialog>
  );
}

function PasswordForm({ formId }: { readonly formId: string }) {
  const t = useText();
  const { email, tenant } = useSession();
  const [address, setAddress] = useState(email);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { isSending, problem, asksCode, signIn, sendCode } = useSignIn();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // The form stands in a layer over the form of the page, whose handler React would call too.
    event.stopPropagation();
    if (isSending) return;
    const isSignedIn = await (asksCode
      ? sendCode(code)
      : signIn({ email: address, password, tenant: address === email ? tenant.slug : "" }));
    setPassword("");
    setCode("");
    if (isSignedIn) finishSignIn(true);
  };
  return (
    <form id={formId} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <p className="text-text-muted">{t("Sign in again to continue. Your page and your input stay as they are.")}</p>
      {problem === undefined ? null : <Banner kind="danger" title={problem} />}
      {asksCode ? (
        <CodeField value={code} onChange={setCode} takesRecoveryCode autoFocus />
      ) : (
        <>
          <TextField label={t("Email address")} type="email" autoComplete="username" value={address} onChange={setAddress} />
          <TextField
            label={t("Password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            autoFocus
          />
        </>
      )}
    </form>
  );
}
