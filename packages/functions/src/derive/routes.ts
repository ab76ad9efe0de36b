import { type FunctionName, functionNames, listSegments } from "../api/function-loaders.ts";
import { BASE_PATH } from "../http/operation.ts";

/**
 * Maps paths to functions. A gateway takes 300 routes with one permission each. So a function gets all paths below the first
 * segments of its operations, and finds the operation itself. The `meta` function serves all other paths.
 */
function mapSegments(part: "paths" | "pages"): ReadonlyMap<string, FunctionName> {
  const functionBySegment = new Map<string, FunctionName>();
  for (const name of functionNames) {
    for (const segment of listSegments(name, part)) {
      const owner = functionBySegment.get(segment);
      if (owner !== undefined) throw new Error(`/${segment} is served by both ${owner} and ${name}`);
      functionBySegment.set(segment, name);
    }
  }
  return functionBySegment;
}

/** First path segment below the base path → the function that serves all below it. */
export const routes = mapSegments("paths");

/** First path segment of a page below the origin → the function that serves it. */
export const pageRoutes = mapSegments("pages");

export function functionFor(path: string): FunctionName {
  const isApi = path.startsWith(`${BASE_PATH}/`);
  const first = (isApi ? path.slice(BASE_PATH.length + 1) : path.slice(1)).split("/")[0] ?? "";
  return (isApi ? routes : pageRoutes).get(first) ?? "meta";
}
