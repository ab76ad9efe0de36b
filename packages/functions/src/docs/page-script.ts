import { listKinds } from "@crm/core/storage/table/collection-registry.ts";

/**
 * Builds the script that extends Swagger UI. The examples were recorded in another tenant. So that "Execute" works without edits,
 * the script replaces the records that GETs and POSTs name by the reader's own, and gives new values to fields that must be
 * unique. It replaces only values from the document and never changes input that a reader typed.
 */
export const buildScript = (): string => {
  const lists = Object.fromEntries(listKinds().flatMap(({ prefix, path }) => (path === undefined ? [] : [[prefix, path]])));
  return `const lists = ${JSON.stringify(lists)};\n${SOURCE}`;
};

const SOURCE = String.raw`const base = location.pathname.replace(/\/docs\/?$/, "");
const ID = /\b([a-z]{3})_[0-9a-hjkmnp-tv-z]{18}(?:[a-z][0-9a-hjkmnp-tv-z]{18})?\b/g;
/** Filters for the records of a kind that other records can reference. */
const ASKED = { usr: "&status=ACTIVE" };
/** Fields with unique values. */
const UNIQUE = ["email", "code", "field_name", "external_key", "tax_id", "contact_value"];

/**
 * Adds example values to the path parameters of GET and POST operations. An id stands for the newest record of the kind that is listed
 * above it. Other parameters get the first example or value of their schema.
 */
function withValues(document) {
  const parameterOf = (given) => (given.$ref ? document.components.parameters[given.$ref.split("/").at(-1)] : given);
  const placeOf = (path, { name }) => path.split("{" + name + "}")[0];
  const known = new Map();
  for (const [path, methods] of Object.entries(document.paths))
    for (const parameter of Object.values(methods).flatMap(({ parameters = [] }) => parameters.map(parameterOf))) {
      const value = parameter.schema?.examples?.[0] ?? parameter.schema?.enum?.[0];
      if (parameter.in === "path" && value !== undefined) known.set(placeOf(path, parameter), value);
    }
  for (const [path, methods] of Object.entries(document.paths)) {
    const [above] = path.split("/{id}");
    const prefix = Object.keys(lists).find((each) => base + lists[each] === above || lists[each] === above);
    const filled = (given) => {
      const parameter = parameterOf(given);
      if (parameter.in !== "path") return given;
      const own = parameter.name === "id" && prefix ? prefix + "_" + "0".repeat(18) : known.get(placeOf(path, parameter));
      return own === undefined ? given : { ...parameter, example: own };
    };
    for (const method of ["get", "post"])
      if (methods[method]?.parameters) methods[method].parameters = methods[method].parameters.map(filled);
  }
  return document;
}

/** Returns the values of unique fields in the examples. */
function uniqueIn(value, found = new Set()) {
  for (const [name, inner] of Object.entries(value ?? {})) {
    if (UNIQUE.includes(name) && typeof inner === "string") found.add(inner);
    if (typeof inner === "object") uniqueIn(inner, found);
  }
  return found;
}

function renewed(value, recorded, mark) {
  if (typeof value !== "object" || value === null) return value;
  const of = ([name, inner]) => {
    if (!UNIQUE.includes(name) || !recorded.has(inner)) return [name, renewed(inner, recorded, mark)];
    return [name, inner.includes("@") ? inner.replace("@", "+" + mark + "@") : inner.slice(0, 40) + "_" + mark];
  };
  return Array.isArray(value) ? value.map((each) => renewed(each, recorded, mark)) : Object.fromEntries(Object.entries(value).map(of));
}

async function start() {
  const spec = withValues(await (await fetch("openapi.json")).json());
  const [ids, values] = [new Set(JSON.stringify(spec).match(ID)), uniqueIn(spec.paths)];

  /** Loads the ids of the reader's own records of a kind, newest first. */
  async function ownOf(prefix, { headers, url }) {
    const asked = base + lists[prefix] + "?limit=100&fields=id" + (url.includes(lists[prefix] + "/") ? "" : (ASKED[prefix] ?? "")) + (url.endsWith("/restore") ? "&deleted=true" : "");
    const answer = await fetch(asked, { headers: { authorization: headers.Authorization ?? "" } });
    const { data, error } = await answer.json();
    if (error) throw new Error(lists[prefix] + ": " + error.message);
    if (data.length === 0) throw new Error("You have no record at " + lists[prefix] + " for this example yet: create one with POST " + lists[prefix]);
    return data.map(({ id }) => id);
  }

  async function requestInterceptor(request) {
    const { pathname } = new URL(request.url, location.href);
    if (!pathname.startsWith(base + "/") || !["GET", "POST"].includes(request.method)) return request;
    const isText = typeof request.body === "string";
    const named = [...new Set((request.url + (isText ? request.body : "")).match(ID))].filter((id) => ids.has(id));
    const byKind = new Map();
    for (const id of named) {
      const prefix = id.slice(0, 3);
      if (!lists[prefix]) continue;
      if (!byKind.has(prefix)) byKind.set(prefix, { own: await ownOf(prefix, request), used: 0 });
      const kind = byKind.get(prefix);
      const mine = kind.own[Math.min(kind.used++, kind.own.length - 1)];
      request.url = request.url.replaceAll(id, mine);
      if (isText) request.body = request.body.replaceAll(id, mine);
    }
    if (isText && request.method === "POST" && /^\s*[{[]/.test(request.body))
      request.body = JSON.stringify(renewed(JSON.parse(request.body), values, Date.now().toString(36)));
    return request;
  }

  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#page",
    deepLinking: true,
    persistAuthorization: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    filter: true,
    tryItOutEnabled: true,
    requestInterceptor,
  });
}
start();`;
