import { ApiError } from "@crm/sdk/index.ts";
import { QueryClient } from "@tanstack/react-query";
import { onLeave } from "./client.ts";

const STALE_MS = 30_000;

/** Whether the server has decided: a repeat gets the same answer. */
const isRefusal = (error: unknown): boolean => error instanceof ApiError && error.status < 500;

/** The data of the server. Empty it at sign-out. Keys begin with the tenant and the user. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: STALE_MS, retry: (count, error) => count < 2 && !isRefusal(error) } },
});

onLeave(() => queryClient.clear());
