import { functionNames } from "../api/function-loaders.ts";
import { registry } from "../api/index.ts";
import { type Operation, operationPath } from "../http/operation.ts";
import { pageRoutes } from "./routes.ts";

/** First segments of further paths of operations. No operation is at the segment itself, so it needs no route of its own. */
export const deepSegments: ReadonlySet<string> = new Set(
  functionNames
    .flatMap((name) => registry[name].flatMap(({ otherPaths }) => otherPaths.map((path) => path.split("/")[1] ?? "")))
    .filter((first) => !functionNames.some((name) => registry[name].some(({ path }) => path.split("/")[1] === first))),
);

/** First segments of pages that have further segments. */
export const deepPages: ReadonlySet<string> = new Set(
  functionNames
    .flatMap((name) => registry[name].filter((operation) => operationPath(operation) === operation.path))
    .flatMap(({ path }) => (path.split("/").length > 2 ? (path.split("/")[1] ?? []) : [])),
);

/** How all addresses of a page begin: `/f/` for `/f/{key}`, so that `/favicon.ico` is none of them. */
export const pagePrefix = (segment: string): string =>
  functionNames.some((name) => registry[name].some(({ path }) => path === `/${segment}`)) ? `/${segment}` : `/${segment}/`;

/** First segments of pages for people, where a visitor may present a password or a link. Programs call the other pages. */
export const humanPages: readonly string[] = [...pageRoutes.keys()].filter((path) =>
  functionNames.some((name) =>
    registry[name].some(
      (operation: Operation) => !operation.takesBytes && operation.kind === "page" && operation.path.split("/")[1] === path,
    ),
  ),
);
