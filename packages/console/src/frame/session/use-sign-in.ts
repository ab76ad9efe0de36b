import { ApiError, ConnectionError, SecondFactorRequiredError } from "@crm/sdk/index.ts";
import { useState } from "react";
import { crm } from "../../api/client.ts";
import { useText } from "../../ui/i18n/use-text.ts";

interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The slug of the tenant. Empty: the only tenant of the email. */
  readonly tenant: string;
}

interface SignIn {
  readonly isSending: boolean;
  /** What is wrong, in words for the user. */
  readonly problem: string | undefined;
  /** Whether the email is in several tenants, so that the user has to name one. */
  readonly asksTenant: boolean;
  /** Whether the password was right, and a code of the second factor is required. */
  readonly asksCode: boolean;
  /** Returns whether the user is signed in. */
  readonly signIn: (credentials: Credentials) => Promise<boolean>;
  /** Sends the code of the second factor. Returns whether the user is signed in. */
  readonly sendCode: (code: string) => Promise<boolean>;
}

/** Signs a user in, and says in words why it fails. */
export function useSignIn(): SignIn {
  const t = useText();
  const [asksTenant, setAsksTenant] = useState(false);
  const [challenge, setChallenge] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [isSending, setSending] = useState(false);
  const attempt = async (input: Parameters<typeof crm.signIn>[0]): Promise<boolean> => {
    setSending(true);
    setProblem(undefined);
    try {
      await crm.signIn(input);
      setChallenge(undefined);
      return true;
    } catch (error) {
      if (error instanceof ConnectionError) setProblem(t("The server cannot be reached. Try again."));
      else if (error instanceof SecondFactorRequiredError) setChallenge(error.challenge);
      else if (error instanceof ApiError && error.fields.tenant_slug !== undefined) {
        setAsksTenant(true);
        setProblem(t("This email is in several organizations. Name the one that you mean."));
      } else if (error instanceof ApiError) {
        if (error.fields.challenge !== undefined) setChallenge(undefined);
        setProblem(error.message.split("\n")[0]);
      } else throw error;
      return false;
    } finally {
      setSending(false);
    }
  };
  return {
    isSending,
    problem,
    asksTenant,
    asksCode: challenge !== undefined,
    signIn: ({ email, password, tenant }) => attempt({ email, password, ...(tenant === "" ? {} : { tenant }) }),
    sendCode: (code) => attempt({ challenge: challenge ?? "", code }),
  };
}
