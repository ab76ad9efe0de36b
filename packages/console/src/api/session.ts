import { AuthenticationError, PermissionError, type Schemas } from "@crm/sdk/index.ts";
import { type QueryFunctionContext, type QueryKey, queryOptions } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { removeSessionHint } from "./browser-data.ts";
import { earlyReads, read } from "./client.ts";
import { listPageReads } from "./page-reads.ts";
import { listSessionReads } from "./session-reads.ts";
import { readViewedRole, saveViewedRole } from "./viewed-role.ts";

/** The signed-in user with tenant and permissions. */
type Me = Schemas.Me;

export const ME_KEY: QueryKey = ["me"];

async function readMe({ client }: QueryFunctionContext): Promise<Me> {
  try {
    // The page needs these too, so they come with the same request. One that fails is read again where it is used.
    const { kinds, addresses } = listPageReads(location.pathname, location.search);
    const parts = listSessionReads(location.pathname, kinds).map(({ path, query, toEntry }) =>
      read(path, query).then(toEntry, () => undefined),
    );
    earlyReads.start(addresses, location.pathname);
    const { data: me } = await read<Me>("/api/v1/auth/me");
    for (const entry of await Promise.all(parts)) if (entry) client.setQueryData([...scopeFor(me), ...entry.key], entry.data);
    return me;
  } catch (error) {
    earlyReads.clear();
    // The view has ended in another tab, or the user is no administrator any more.
    if (error instanceof PermissionError && readViewedRole() !== undefined) {
      saveViewedRole(undefined);
      location.reload();
    }
    if (!(error instanceof AuthenticationError)) throw error;
    // Without the hint of a session, the page is that for people who are not signed in (main.tsx).
    removeSessionHint();
    location.reload();
    return new Promise(() => undefined);
  }
}

/** Reads who is signed in. */
export const meQuery = queryOptions({ queryKey: ME_KEY, queryFn: readMe, staleTime: Number.POSITIVE_INFINITY });

export const SessionContext = createContext<Me | undefined>(undefined);

/** Returns the signed-in user. Only pages inside the session's gate call it. */
export function useSession(): Me {
  const me = useContext(SessionContext);
  if (!me) throw new Error("There is no session");
  return me;
}

type Scope = readonly [tenant: string, user: string, viewedRole: string];

const scopeFor = ({ tenant, id }: Me): Scope => [tenant.id, id, readViewedRole() ?? ""];

/** The beginning of the keys of all cached data, so that no tenant, user and view gets the data of another one. */
export const useScope = (): Scope => scopeFor(useSession());
