import { BASE_PATH, type RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/** Shows the start page, for people who know only the address. */
export const show = (): RawResponse =>
  renderPage(
    "CRM",
    html`<p>This is the API of a CRM. The user interface is elsewhere.</p>
<ul>
<li><a href="${BASE_PATH}/docs">Documentation</a>, where every operation can be tried</li>
<li><a href="${BASE_PATH}/openapi.json">The OpenAPI document</a></li>
<li><a href="/health">System status</a></li>
</ul>`,
  );
