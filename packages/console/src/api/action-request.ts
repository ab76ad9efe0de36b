import { crm } from "./client.ts";
import type { Action } from "./kind.ts";
import { fillPath } from "./record-template.ts";

type Values = Readonly<Record<string, unknown>>;

/** Carries out an action of a record. A request that deletes has its inputs in the query, because it has no body. */
export const requestAction = <T>({ method, path }: Pick<Action, "method" | "path">, record: Values, inputs: Values): Promise<T> =>
  crm.request<T>(method, fillPath(path, record), method === "DELETE" ? { query: inputs } : { body: inputs });
