import { buildRecordUrl } from "@crm/core/kernel/console-url.ts";
import { usePorts, useRequest } from "@crm/core/kernel/context.ts";
import { Failure, notFound } from "@crm/core/kernel/error.ts";
import { isId } from "@crm/core/kernel/id.ts";
import { listKinds } from "@crm/core/storage/table/collection-registry.ts";
import { BASE_PATH, RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/**
 * Leads a browser from the link of an earlier mail to the page of the record in the console. Other programs learn how to read the record. The page
 * reads no data, so it does not disclose whether the record exists.
 */
export async function show(records: string, id: string): Promise<RawResponse> {
  const kind = listKinds().find(({ path }) => path === `/${records}`);
  if (!kind) throw new Failure("NOT_FOUND", "No such route");
  if (!isId(id, kind)) throw notFound();
  if (useRequest().accepts_html) {
    const location = buildRecordUrl("", kind, id);
    return new RawResponse("text/plain; charset=utf-8", "", { location, "cache-control": "no-store", vary: "accept" }, 302);
  }
  const address = `${usePorts().origin}${BASE_PATH}/${records}/${id}`;
  const name = kind.name.replaceAll("_", " ");
  return renderPage(
    `Record of the kind “${name}”`,
    html`<p>Id: <code>${id}</code>. Look it up in your application.</p>
<h2>With the API</h2>
<p>A signed-in user who may see the record can read it with</p>
<p><code>GET ${address}</code></p>
<p>with <code>Authorization: Bearer …</code>; see <a href="${BASE_PATH}/docs">the documentation</a>.</p>`,
  );
}
