import { AuthenticationError, type Schemas } from "@crm/sdk/index.ts";
import { type QueryKey, useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { crm } from "./client.ts";

/** The signed-in user with tenant and permissions. */
type Me = Schemas.Me;

export const ME_KEY: QueryKey = ["me"];

/** Reads who is signed in. `null`: the user has to sign in. */
export const useMe = () =>
  useQuery({
    queryKey: ME_KEY,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await crm.request<Me>("GET", "/api/v1/auth/me", { signal });
      } catch (error) {
        if (error instanceof AuthenticationError) return null;
        throw error;
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

/** The beginning of the keys of all cached data, so that no tenant and no user gets the data of another one. */
export function useScope(): readonly [tenant: string, user: string] {
  const { tenant, id } = useSession();
  return [tenant.id, id];
}
