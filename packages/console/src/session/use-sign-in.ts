import { ApiError, ConnectionError } from "@crm/sdk/index.ts";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { useText } from "../i18n/use-text.ts";

interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The slug of the tenant. Empty: the only tenant of the email. */
  readonly tenant: string;
}

interface SignIn {
  readonly isPending: boolean;
  /** What is wrong, in words for the user. */
  readonly problem: string | undefined;
  /** Whether the email is in several tenants, so that the user has to name one. */
  readonly asksTenant: boolean;
  /** Returns whether the user is signed in. */
  readonly signIn: (credentials: Credentials) => Promise<boolean>;
}

/** Signs a user in, and says in words why it fails. */
export function useSignIn(): SignIn {
  const t = useText();
  const [asksTenant, setAsksTenant] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, setPending] = useState(false);
  const signIn = async ({ email, password, tenant }: Credentials): Promise<boolean> => {
    setPending(true);
    setProblem(undefined);
    try {
      await crm.signIn({ email, password, ...(tenant === "" ? {} : { tenant }) });
      return true;
    } catch (error) {
      if (error instanceof ConnectionError) setProblem(t("The server cannot be reached. Try again."));
      else if (error instanceof ApiError && error.fields.tenant_slug !== undefined) {
        setAsksTenant(true);
        setProblem(t("This email is in several organizations. Name the one that you mean."));
      } else if (error instanceof ApiError) setProblem(error.message.split("\n")[0]);
      else throw error;
      return false;
    } finally {
      setPending(false);
    }
  };
  return { isPending, problem, asksTenant, signIn };
}
