import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ME_KEY } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Link } from "../kit/link.tsx";
import { TextField } from "../kit/text-field.tsx";
import { CodeField } from "../second-factor/code-field.tsx";
import { EntryPage } from "./entry-page.tsx";
import { useSignIn } from "./use-sign-in.ts";

/** Signs a user in. It asks for the tenant only if the email is in several. */
export function SignInPage({ canSignUp }: { readonly canSignUp: boolean }) {
  const t = useText();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tenant, setTenant] = useState("");
  const [code, setCode] = useState("");
  const { isPending, problem, asksTenant, asksCode, signIn, sendCode } = useSignIn();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isPending) return;
    if (await (asksCode ? sendCode(code) : signIn({ email, password, tenant }))) {
      await queries.invalidateQueries({ queryKey: ME_KEY });
      return;
    }
    setPassword("");
    setCode("");
  };
  return (
    <EntryPage title={t("Sign in")} onSubmit={submit}>
      {problem === undefined ? null : <Banner kind="danger" title={problem} />}
      {asksCode ? (
        <CodeField value={code} onChange={setCode} takesRecoveryCode autoFocus />
      ) : (
        <>
          <TextField
            label={t("Email address")}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            autoFocus
          />
          <TextField
            label={t("Password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
        </>
      )}
      {asksTenant && !asksCode ? (
        <TextField
          label={t("Organization")}
          help={t("Its short name, as in the addresses of its pages")}
          value={tenant}
          onChange={setTenant}
        />
      ) : null}
      <Button type="submit" variant="primary" isPending={isPending}>
        {isPending ? t("Signing in…") : t("Sign in")}
      </Button>
      {asksCode ? null : (
        <div className="flex flex-col items-start gap-1 text-control text-text-muted">
          <Link variant="value" href="/crm/forgot-password">
            {t("Forgot your password?")}
          </Link>
          {canSignUp ? (
            <Link variant="value" href="/crm/signup">
              {t("Create a company")}
            </Link>
          ) : null}
          <span>{t("No account? Ask your administrator for an invitation.")}</span>
        </div>
      )}
    </EntryPage>
  );
}
