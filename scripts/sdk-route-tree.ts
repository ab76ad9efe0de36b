import type { Schema } from "./sdk-schema-writer.ts";

/** The operations of an OpenAPI document as a tree of path segments, with the method of the SDK that calls each. */

export interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Media & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Media & { readonly $ref?: string }>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Media>>;
  };
}

/** An operation with the parts of the document that its references name. */
export interface Route {
  readonly method: string;
  /** Below /api/v1. */
  readonly path: string;
  readonly operation: OperationObject;
  readonly parameters: readonly Parameter[];
  /** The schema of `data`; undefined for files and other answers without an envelope. */
  readonly data: Schema | undefined;
  /** Whether it answers with pages, whose size a caller can choose. */
  readonly isPaged: boolean;
}

export class RouteNode {
  /** The path below /api/v1, with parameters in braces. */
  readonly path: string;
  readonly children = new Map<string, RouteNode>();
  /** The node behind a parameter. */
  item: RouteNode | undefined;
  readonly routes = new Map<string, Route>();

  constructor(path: string) {
    this.path = path;
  }

  get isItem(): boolean {
    return this.path.endsWith("}");
  }

  /** Whether a POST here makes a record, and is not an action. */
  get isCollection(): boolean {
    return this.isItem || this.item !== undefined || this.routes.get("get")?.isPaged === true;
  }

  /** Whether nothing but one action is here, so that its name is a method of the node above. */
  get isAction(): boolean {
    return this.routes.size === 1 && this.routes.has("post") && this.children.size === 0 && !this.isCollection;
  }
}

const API_PREFIX = /^\/api\/v1(?=\/)/;

/** The verbs of the SDK. Path segments have other names; only `query` is both. */
const VERBS = new Set(["list", "get", "create", "update", "replace", "delete", "download", "query"]);

export const toCamelCase = (segment: string): string => segment.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

export function listRoutes({ paths, components }: OpenApiDocument): Route[] {
  const find = <T>(from: Readonly<Record<string, T>>, value: T & { $ref?: string | undefined }): T =>
    value.$ref === undefined ? value : (from[value.$ref.split("/").at(-1) ?? ""] ?? value);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== "options")
      .map(([method, operation]) => {
        const parameters = (operation.parameters ?? []).map((parameter) => find(components.parameters, parameter));
        const success = Object.entries(operation.responses).find(([status]) => !status.startsWith("4"))?.[1] ?? {};
        const envelope = find(components.responses, success).content?.["application/json"]?.schema.properties;
        const isQuery = method === "post" && path.endsWith("/query");
        const isPaged = envelope?.meta !== undefined && (isQuery || hasLargePages(parameters));
        return { method, path: path.replace(API_PREFIX, ""), operation, parameters, data: envelope?.data, isPaged };
      }),
  );
}

/** The size of pages that the SDK asks for when it reads a whole list. */
const PAGE_SIZE = 100;

const hasLargePages = (parameters: readonly Parameter[]): boolean =>
  parameters.some(({ name }) => name === "cursor" || name === "after") &&
  parameters.some(({ name, schema }) => name === "limit" && (schema as { maximum?: number }).maximum === PAGE_SIZE);

export function buildRouteTree(routes: readonly Route[]): RouteNode {
  const root = new RouteNode("");
  for (const route of routes) {
    let node = root;
    for (const segment of route.path.slice(1).split("/")) node = enter(node, segment);
    node.routes.set(route.method, route);
  }
  return root;
}

function enter(node: RouteNode, segment: string): RouteNode {
  const path = `${node.path}/${segment}`;
  if (segment.startsWith("{")) {
    node.item ??= new RouteNode(path);
    return node.item;
  }
  const name = toCamelCase(segment);
  if (VERBS.has(name) && name !== "query") throw new Error(`${path}: a path must not have the name of an SDK method, "${name}"`);
  if (name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) !== segment)
    throw new Error(`${path}: the SDK cannot derive the segment from the property "${name}"`);
  const child = node.children.get(segment) ?? new RouteNode(path);
  node.children.set(segment, child);
  return child;
}
