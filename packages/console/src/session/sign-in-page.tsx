import { ApiError, ConnectionError } from "@crm/sdk/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { crm } from "../data/client.ts";
import { ME_KEY } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Link } from "../kit/link.tsx";
import { TextField } from "../kit/text-field.tsx";

/** Signs a user in. It asks for the tenant only if the email is in several. */
export function SignInPage() {
  const t = useText();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tenant, setTenant] = useState("");
  const [asksTenant, setAsksTenant] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, setPending] = useState(false);
  const signIn = async (): Promise<void> => {
    setPending(true);
    setProblem(undefined);
    try {
      await crm.signIn({ email, password, ...(tenant === "" ? {} : { tenant }) });
      await queries.invalidateQueries({ queryKey: ME_KEY });
    } catch (error) {
      setPassword("");
      if (error instanceof ConnectionError) setProblem(t("The server cannot be reached. Try again."));
      else if (error instanceof ApiError && error.fields.tenant_slug !== undefined) {
        setAsksTenant(true);
        setProblem(t("This email is in several organizations. Name the one that you mean."));
      } else if (error instanceof ApiError) setProblem(error.message.split("\n")[0]);
      else throw error;
    } finally {
      setPending(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPending) void signIn();
  };
  return (
    <main className="flex min-h-dvh items-center justify-center bg-bg p-4">
      <form noValidate onSubmit={submit} className="flex w-full max-w-panel flex-col gap-4">
        <h1 className="text-title font-semibold">{t("Sign in")}</h1>
        {problem === undefined ? null : <Banner kind="danger" title={problem} />}
        <TextField label={t("Email")} type="email" autoComplete="username" value={email} onChange={setEmail} autoFocus />
        <TextField
          label={t("Password")}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
        {asksTenant ? (
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
        <span className="text-control">
          <Link href="/forgot-password">{t("Forgot your password?")}</Link>
        </span>
      </form>
    </main>
  );
}
