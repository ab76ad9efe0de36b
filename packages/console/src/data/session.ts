import { AuthenticationError, PermissionError, type Schemas } from "@crm/sdk/index.ts";
import { type QueryKey, useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { removeSessionHint } from "./browser-data.ts";
import { crm } from "./client.ts";
import { hasSessionHint } from "./storage-keys.ts";
import { readViewedRole, saveViewedRole } from "./viewed-role.ts";

/** The signed-in user with tenant and permissions. */
type Me = Schemas.Me;

export const ME_KEY: QueryKey = ["me"];

/** Reads who is signed in. `null`: the user has to sign in. */
export const useMe = () =>
  useQuery({
    queryKey: ME_KEY,
    queryFn: async ({ signal }): Promise<Me | null> => {
      // Without a session there is nothing to ask: the two requests would fail.
      if (!hasSessionHint(document.cookie)) return null;
      try {
        return await crm.request<Me>("GET", "/api/v1/auth/me", { signal });
      } catch (error) {
        // The view has ended in another tab, or the user is no administrator any more.
        if (error instanceof PermissionError && readViewedRole() !== undefined) {
          saveViewedRole(undefined);
          location.reload();
        }
        if (!(error instanceof AuthenticationError)) throw error;
        removeSessionHint();
        return null;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export const SessionContext = createContext<Me | undefined>(undefined);

/** Returns the signed-in user. Only pages inside the session's gate call it. */
export function useSession(): Me {
  const me = useContext(SessionContext);
  if (!me) throw new Error("There is no session");
  return me;
}

/** The beginning of the keys of all cached data, so that no tenant, user and view gets the data of another one. */
export function useScope(): readonly [tenant: string, user: string, viewedRole: string] {
  const { tenant, id } = useSession();
  return [tenant.id, id, readViewedRole() ?? ""];
}
