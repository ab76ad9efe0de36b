import { operations } from "../api/index.ts";
import { customSchemas } from "../derive/custom-fields.ts";
import { openapi, withCustom } from "../derive/openapi.ts";
import { Raw } from "../http/operation.ts";
import { examples } from "./examples.data.ts";

interface Made {
  document: unknown;
  raw: Raw;
}

const made = new Map<string, Made>();

/** The OpenAPI document, made once for each origin. */
export const document = (origin: string): Raw => general(origin).raw;

/** The same with the tenant's own fields, as far as the caller sees them. */
export async function documentOfTenant(origin: string): Promise<Raw> {
  return rawOf(withCustom(general(origin).document, await customSchemas()), "no-store");
}

function general(origin: string): Made {
  const kept = made.get(origin);
  if (kept) return kept;
  const document = openapi(operations, origin, examples);
  const fresh = { document, raw: rawOf(document, "max-age=60") };
  made.set(origin, fresh);
  return fresh;
}

const rawOf = (document: unknown, caching: string): Raw =>
  new Raw("application/json; charset=utf-8", JSON.stringify(document), { "cache-control": caching });
