import { type FunctionName, functionNames, registry } from "../api/index.ts";
import { BASE_PATH, type Operation, operationPath } from "../http/operation.ts";

/**
 * Maps paths to functions. A gateway takes 300 routes with one permission each. So a function gets all paths below the first
 * segments of its operations, and finds the operation itself. The `meta` function serves all other paths.
 */
const functionsBySegment = new Map<string, FunctionName>();
const functionsByPage = new Map<string, FunctionName>();
for (const name of functionNames) {
  for (const operation of registry[name]) {
    const map = operationPath(operation) === operation.path ? functionsByPage : functionsBySegment;
    for (const path of [operation.path, ...operation.otherPaths]) {
      const [, first = ""] = path.split("/");
      const owner = map.get(first);
      if (owner !== undefined && owner !== name) throw new Error(`/${first} is served by both ${owner} and ${name}`);
      map.set(first, name);
    }
  }
}

/** First path segment below the base path → the function that serves all below it. */
export const routes: ReadonlyMap<string, FunctionName> = functionsBySegment;

/** First segments of further paths of operations. No operation is at the segment itself, so it needs no route of its own. */
export const deepSegments: ReadonlySet<string> = new Set(
  functionNames
    .flatMap((name) => registry[name].flatMap(({ otherPaths }) => otherPaths.map((path) => path.split("/")[1] ?? "")))
    .filter((first) => !functionNames.some((name) => registry[name].some(({ path }) => path.split("/")[1] === first))),
);

/**
 * First path segment of a page below the origin → the function that serves it. Pages of `meta` are left out: it serves the rest.
 */
export const pageRoutes: ReadonlyMap<string, FunctionName> = new Map([...functionsByPage].filter(([, name]) => name !== "meta"));

/** First segments of pages that have further segments. */
export const deepPages: ReadonlySet<string> = new Set(
  functionNames
    .flatMap((name) => registry[name].filter((operation) => operationPath(operation) === operation.path))
    .flatMap(({ path }) => (path.split("/").length > 2 ? (path.split("/")[1] ?? []) : [])),
);

export function functionFor(path: string): FunctionName {
  const isApi = path.startsWith(`${BASE_PATH}/`);
  const first = (isApi ? path.slice(BASE_PATH.length + 1) : path.slice(1)).split("/")[0] ?? "";
  return (isApi ? functionsBySegment : pageRoutes).get(first) ?? "meta";
}

/** First segments of pages for people, where a visitor may present a password or a link. Programs call the other pages. */
export const humanPages: readonly string[] = [...pageRoutes.keys()].filter((path) =>
  functionNames.some((name) =>
    registry[name].some(
      (operation: Operation) => !operation.takesBytes && operation.kind === "page" && operation.path.split("/")[1] === path,
    ),
  ),
);
