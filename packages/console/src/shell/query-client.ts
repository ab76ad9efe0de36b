import { QueryClient } from "@tanstack/react-query";

const STALE_MS = 30_000;

/** The data of the server. Empty it at sign-out. Keys begin with the tenant and the user. */
export const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: STALE_MS, retry: 2 } } });
