import {
  buildRouteTree,
  listRoutes,
  type OpenApiDocument,
  type Parameter,
  type Route,
  type RouteNode,
  toCamelCase,
} from "./sdk-route-tree.ts";
import { comment, propertyName, SchemaWriter } from "./sdk-schema-writer.ts";

export type { OpenApiDocument } from "./sdk-route-tree.ts";

/** Writes the generated files of packages/sdk: all are types except the list of operations without Idempotency-Key. */

const HEAD = "// Generated from the OpenAPI document by `npm run sdk-types`.\n\n";

/** Returns the text of each file by its name. */
export function buildSdkFiles(document: OpenApiDocument): Record<string, string> {
  const routes = listRoutes(document);
  const resources = new ResourceWriter(document, routes);
  const text = resources.write();
  return {
    "resources.ts": HEAD + text,
    "schemas.ts": HEAD + writeSchemas(document, resources.names),
    "unkeyed-operations.ts": HEAD + writeUnkeyedOperations(routes),
  };
}

/** Writes the schemas that the operations use, and the schemas that these use. */
function writeSchemas({ components: { schemas } }: OpenApiDocument, roots: ReadonlySet<string>): string {
  const declarations = new Map<string, string>();
  const waiting = [...roots, "Error", "Event", "PageMeta"];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (declarations.has(name)) continue;
    const writer = new SchemaWriter(schemas);
    declarations.set(name, writer.writeDeclaration(name));
    waiting.push(...writer.names);
  }
  const sorted = [...declarations].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, declaration]) => declaration).join("\n");
}

/** The SDK does not repeat these operations when their outcome is unknown, because a repeat would have another effect. */
function writeUnkeyedOperations(routes: readonly Route[]): string {
  const isUnkeyed = ({ method, path, parameters }: Route): boolean =>
    method === "post" && !path.endsWith("/query") && !parameters.some(({ name }) => name === "Idempotency-Key");
  const paths = routes.filter(isUnkeyed).map(({ path }) => JSON.stringify(path.replaceAll(/\{\w+\}/g, "*")));
  return [
    "/** Paths of POSTs that take no Idempotency-Key. `*` stands for one segment. */",
    `export const unkeyedPaths: readonly string[] = [\n  ${paths.sort().join(",\n  ")},\n];\n`,
  ].join("\n");
}

const toTypeName = (path: string): string =>
  path
    .split("/")
    .filter(Boolean)
    .map((segment) => (segment.startsWith("{") ? "Item" : toCamelCase(`-${segment.replaceAll(".", "-")}`)))
    .join("");

class ResourceWriter {
  readonly #routes: readonly Route[];
  readonly #schemas: SchemaWriter;
  readonly #declarations: string[] = [];
  /** Names of query types by their content, because several operations take the same query. */
  readonly #queries = new Map<string, string>();
  readonly #sharedParameters: ReadonlyMap<string, Parameter>;

  constructor(document: OpenApiDocument, routes: readonly Route[]) {
    this.#routes = routes;
    this.#schemas = new SchemaWriter(document.components.schemas, "S.");
    this.#sharedParameters = new Map(
      Object.values(document.components.parameters).flatMap((parameter): [string, Parameter][] =>
        parameter.in === "query" && document.components.parameters[parameter.name] === parameter
          ? [[parameter.name, parameter]]
          : [],
      ),
    );
  }

  get names(): ReadonlySet<string> {
    return this.#schemas.names;
  }

  write(): string {
    this.#writeNode(buildRouteTree(this.#routes), "Resources");
    const shared = [...this.#sharedParameters.values()].map((parameter) => this.#writeParameter(parameter)).join("");
    return [
      'import type { ApiPromise, CallOptions, DeleteOptions, WriteOptions } from "../call.ts";',
      'import type { List } from "../list.ts";',
      'import type * as S from "./schemas.ts";\n',
      `/** Query parameters that several operations take. */\ninterface Parameters {\n${shared}}\n`,
      this.#declarations.join("\n"),
    ].join("\n");
  }

  #writeNode(node: RouteNode, name: string): void {
    const lines: string[] = [];
    const index = this.#declarations.push("") - 1;
    const { item } = node;
    if (item && (item.children.size > 0 || item.item || listOwnRoutes(item).length > 0)) {
      const itemName = toTypeName(item.path);
      lines.push(comment("  ", "What belongs to one of them, and its actions."));
      lines.push(`  (${toCamelCase(readParameterName(item).replaceAll("_", "-"))}: string): ${itemName};\n`);
      this.#writeNode(item, itemName);
    }
    for (const [verb, route] of listOwnRoutes(node)) lines.push(this.#writeMethod(verb, route, undefined));
    if (item)
      for (const [verb, route] of listItemRoutes(item)) lines.push(this.#writeMethod(verb, route, readParameterName(item)));
    for (const [segment, child] of node.children) lines.push(this.#writeChild(segment, child));
    this.#declarations[index] = `export interface ${name} {\n${lines.join("")}}\n`;
  }

  #writeChild(segment: string, child: RouteNode): string {
    const route = child.routes.get("post");
    if (route && child.isAction) return this.#writeMethod(toCamelCase(segment), route, undefined);
    const name = toTypeName(child.path);
    this.#writeNode(child, name);
    return `  readonly ${propertyName(toCamelCase(segment))}: ${name};\n`;
  }

  #writeMethod(verb: string, route: Route, id: string | undefined): string {
    const { operation, method, path } = route;
    const ending = operation.deprecated ? " @deprecated" : "";
    const text = `${operation.summary}. ${operation.description ?? ""} \`${method.toUpperCase()} ${path}\`${ending}`;
    const parameters = [
      ...(id === undefined ? [] : [`${toCamelCase(id.replaceAll("_", "-"))}: string`]),
      ...this.#writeInput(route),
    ];
    return `${comment("  ", text)}  ${verb === "" ? "" : propertyName(verb)}(${parameters.join(", ")}): ${this.#writeResult(route)};\n`;
  }

  #writeInput(route: Route): string[] {
    const { method, operation, parameters } = route;
    const query = this.#writeQuery(route);
    const isRequired = parameters.some((parameter) => parameter.in === "query" && parameter.required);
    if (method === "delete") return [`options${isRequired ? "" : "?"}: DeleteOptions${query === undefined ? "" : `<${query}>`}`];
    if (method === "get")
      return [query === undefined ? "query?: undefined" : `query${isRequired ? "" : "?"}: ${query}`, "options?: CallOptions"];
    const { required = false, content = {} } = operation.requestBody ?? {};
    const bodies = ["application/json", "multipart/form-data"].flatMap((type) => {
      const schema = content[type]?.schema;
      return schema ? [this.#schemas.writeType(schema, "  ")] : [];
    });
    const options = `options?: ${route.isPaged ? "CallOptions" : "WriteOptions"}`;
    return [bodies.length === 0 ? "body?: undefined" : `body${required ? "" : "?"}: ${bodies.join(" | ")}`, options];
  }

  #writeResult({ data, isPaged }: Route): string {
    if (!data) return "ApiPromise<Response>";
    if (isPaged) return `List<${this.#schemas.writeType(this.#schemas.resolve(data).items as typeof data, "  ")}>`;
    return `ApiPromise<${this.#schemas.writeType(data, "  ")}>`;
  }

  /** Returns the name of the type of a query. */
  #writeQuery({ operation, parameters }: Route): string | undefined {
    const inQuery = parameters.filter((parameter) => parameter.in === "query");
    if (inQuery.length === 0) return undefined;
    const isShared = (parameter: Parameter): boolean => this.#sharedParameters.get(parameter.name) === parameter;
    const shared = inQuery.filter(isShared).map(({ name }) => JSON.stringify(name));
    const own = inQuery.filter((parameter) => !isShared(parameter)).map((parameter) => this.#writeParameter(parameter));
    const bases = shared.length > 0 ? ` extends Pick<Parameters, ${shared.join(" | ")}>` : "";
    const content = `${bases} {\n${own.join("")}}\n`;
    const existingName = this.#queries.get(content);
    if (existingName !== undefined) return existingName;
    // A query of a few common parameters is named by them, because many operations take it.
    const isCommon = own.length === 0 && shared.length <= 3;
    const name = `${isCommon ? inQuery.map((parameter) => toTypeName(`/${parameter.name}`)).join("") : toTypeName(`/${operation.operationId}`)}Query`;
    this.#queries.set(content, name);
    this.#declarations.push(`export interface ${name}${content}`);
    return name;
  }

  #writeParameter({ name, required, description, schema }: Parameter): string {
    const isList = schema.type === "array";
    const text = isList || description === undefined ? undefined : description;
    const written = this.#schemas.writeType(
      text === undefined ? schema : { ...schema, description: schema.description ?? text },
      "  ",
    );
    const type = isList ? `string | readonly ${written}` : written;
    return `${comment("  ", description ?? schema.description)}  ${propertyName(name)}${required ? ": " : "?: "}${type}${required ? "" : " | undefined"};\n`;
  }
}

const readParameterName = ({ path }: RouteNode): string => path.slice(path.lastIndexOf("{") + 1, -1);

const VERB_BY_METHOD: Readonly<Record<string, string>> = { put: "replace", patch: "update", delete: "delete" };

/** The verb of a route; an action that a node takes by a call has the empty name. */
function nameVerb({ method, data, isPaged }: Route, node: RouteNode): string {
  if (method === "get") return !data ? "download" : isPaged ? "list" : "get";
  return method === "post" ? (node.isCollection ? "create" : "") : (VERB_BY_METHOD[method] ?? method);
}

/** Whether the method of a route takes the id, so that it belongs to the node above. */
const takesId = (route: Route): boolean => route.method !== "post" && !route.isPaged;

/** The routes that a node calls itself. */
const listOwnRoutes = (node: RouteNode): [string, Route][] =>
  [...node.routes.values()].filter((route) => !node.isItem || !takesId(route)).map((route) => [nameVerb(route, node), route]);

/** The routes of an item that the node above calls with the id. */
const listItemRoutes = (item: RouteNode): [string, Route][] =>
  [...item.routes.values()].filter(takesId).map((route) => [nameVerb(route, item), route]);
