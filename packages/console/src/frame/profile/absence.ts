import { queryOptions } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import type { Availability } from "./absence-rules.ts";

export const availabilityPath = (userId: string): string => `/api/v1/users/${userId}/availability`;

/** The availability of a user, such as the signed-in one. */
export const availabilityQuery = (scope: readonly unknown[], userId: string) =>
  queryOptions({
    queryKey: [...scope, "availability", userId],
    queryFn: async () => (await read<Availability>(availabilityPath(userId))).data,
  });
