import { ConnectionError } from "@crm/sdk/index.ts";
import { signOut } from "../../api/client.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";

/** Returns the function that signs the user out. Without an answer of the server the session goes on, and the user is told. */
export function useSignOut(): () => Promise<void> {
  const t = useText();
  return async () => {
    try {
      await signOut();
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      showToast({ isError: true, text: t("The server cannot be reached. You are still signed in.") });
    }
  };
}
