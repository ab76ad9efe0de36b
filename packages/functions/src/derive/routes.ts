import { type FunctionName, functionNames, registry } from "../api/index.ts";
import { BASE_PATH } from "../http/operation.ts";

/**
 * Which function serves which paths. A gateway takes 300 routes and one permission each, so a function gets everything
 * below the first segments that its operations share, and finds the operation itself; what nobody has is `meta`'s.
 */
const owners = new Map<string, FunctionName>();
for (const name of functionNames) {
  for (const { path } of registry[name]) {
    const first = path.split("/")[1] ?? "";
    const owner = owners.get(first);
    if (owner !== undefined && owner !== name) throw new Error(`/${first} is served by ${owner} and ${name}`);
    owners.set(first, name);
  }
}

/** First path segment below the base path → the function that serves all below it. */
export const routes: ReadonlyMap<string, FunctionName> = owners;

export function functionFor(path: string): FunctionName {
  if (!path.startsWith(`${BASE_PATH}/`)) return "meta";
  return owners.get(path.slice(BASE_PATH.length + 1).split("/")[0] ?? "") ?? "meta";
}
