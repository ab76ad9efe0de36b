import { type FormEvent, lazy, Suspense, useEffect, useState } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { BannerFrame } from "../../ui/kit/banner-frame.tsx";
import { NativeLink, NativeSubmitButton, NativeTextField } from "../../ui/kit/native-controls.tsx";
import { EntryPage } from "./entry-page.tsx";
import { SIGN_UP_PATH } from "./entry-paths.ts";
import { useSignIn } from "./use-sign-in.ts";

/** Few users have a second factor, and its field comes with React Aria. */
const CodeField = lazy(() => import("../../input/fields/code-field.tsx").then(({ CodeField: field }) => ({ default: field })));

export interface SignInPageProps {
  /** Whether visitors may create a company. */
  readonly canSignUp: boolean;
  /** Opens the page that the user asked for. */
  readonly onSignIn: () => Promise<void>;
  /** Called when the user sees the page. */
  readonly onShow: () => void;
}

/** Signs a user in. It asks for the tenant only if the email is in several. */
export function SignInPage({ canSignUp, onSignIn, onShow }: SignInPageProps) {
  const t = useText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tenant, setTenant] = useState("");
  const [code, setCode] = useState("");
  const [isOpening, setOpening] = useState(false);
  const { isSending, problem, asksTenant, asksCode, signIn, sendCode } = useSignIn();
  const isPending = isSending || isOpening;
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTimeout(onShow));
    return () => cancelAnimationFrame(frame);
  }, [onShow]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isPending) return;
    if (await (asksCode ? sendCode(code) : signIn({ email, password, tenant }))) {
      setOpening(true);
      return onSignIn();
    }
    setPassword("");
    setCode("");
  };
  return (
    <EntryPage title={t("Sign in")} onSubmit={submit}>
      {problem === undefined ? null : <BannerFrame kind="danger" title={problem} />}
      {asksCode ? (
        <Suspense>
          <CodeField value={code} onChange={setCode} takesRecoveryCode autoFocus />
        </Suspense>
      ) : (
        <>
          <NativeTextField
            label={t("Email address")}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            autoFocus
          />
          <NativeTextField
            label={t("Password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
        </>
      )}
      {asksTenant && !asksCode ? (
        <NativeTextField
          label={t("Organization")}
          help={t("Its short name, as in the addresses of its pages")}
          value={tenant}
          onChange={setTenant}
        />
      ) : null}
      <NativeSubmitButton isPending={isPending}>{isPending ? t("Signing in…") : t("Sign in")}</NativeSubmitButton>
      {asksCode ? null : (
        <div className="flex flex-col items-start gap-1 text-control text-text-muted">
          <NativeLink href="/crm/forgot-password">{t("Forgot your password?")}</NativeLink>
          {canSignUp ? (
            <span>
              {t("New here?")} <NativeLink href={SIGN_UP_PATH}>{t("Create a company")}</NativeLink>
            </span>
          ) : null}
          <span>{t("Joining a team? Ask for an invitation.")}</span>
        </div>
      )}
    </EntryPage>
  );
}
