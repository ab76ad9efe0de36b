import { operations } from "../api/index.ts";
import { openapi } from "../derive/openapi.ts";
import { Raw } from "../http/operation.ts";

const made = new Map<string, Raw>();

/** The OpenAPI document, made once for each origin. */
export function document(origin: string): Raw {
  const kept =
    made.get(origin) ??
    new Raw("application/json; charset=utf-8", JSON.stringify(openapi(operations, origin)), { "cache-control": "max-age=60" });
  made.set(origin, kept);
  return kept;
}
