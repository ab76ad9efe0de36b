import { listOperationPaths, type Operation } from "./operation.ts";

type RouteMatch = { operation: Operation; parameters: Record<string, string> } | { allowed: readonly string[] };

interface Route {
  operation: Operation;
  segments: readonly { text: string; parameter: boolean }[];
}

/** Finds the operation of a method and path; literal segments win over parameters. */
export class Router {
  readonly #bySize = new Map<number, Route[]>();

  constructor(operations: readonly Operation[]) {
    const paths = operations.flatMap((operation) => listOperationPaths(operation).map((path) => ({ operation, path })));
    for (const { operation, path } of paths) {
      const parts = path.replace(/\/$/, "").split("/").slice(1);
      const segments = parts.map((text) => ({ text: text.replace(/^\{|\}$/g, ""), parameter: text.startsWith("{") }));
      const routes = this.#bySize.get(segments.length) ?? [];
      routes.push({ operation, segments });
      this.#bySize.set(segments.length, routes);
    }
    const literals = ({ segments }: Route): string => segments.map(({ parameter }) => (parameter ? "1" : "0")).join("");
    for (const routes of this.#bySize.values()) routes.sort((a, b) => literals(a).localeCompare(literals(b)));
  }

  /** Returns undefined for a path that no operation serves. */
  match(method: string, path: string): RouteMatch | undefined {
    const parts = decodeSegments(path);
    if (!parts) return undefined;
    const allowed = new Set<string>();
    for (const { operation, segments } of this.#bySize.get(parts.length) ?? []) {
      if (!segments.every(({ text, parameter }, index) => (parameter ? parts[index] !== "" : parts[index] === text))) continue;
      if (operation.method !== method) {
        // A route that takes any path does not make a path known.
        if (!segments[0]?.parameter)
          for (const allowedMethod of operation.method === "GET" ? ["GET", "HEAD"] : [operation.method])
            allowed.add(allowedMethod);
        continue;
      }
      const parameterEntries = segments.flatMap(({ text, parameter }, index) =>
        parameter ? [[text, parts[index] as string]] : [],
      );
      return { operation, parameters: Object.fromEntries(parameterEntries) };
    }
    return allowed.size > 0 ? { allowed: [...allowed] } : undefined;
  }
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.replace(/\/$/, "").split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
