import { BASE_PATH, type RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/** Shows the start page, for people who know only the address. */
export const show = (): RawResponse =>
  renderPage(
    "CRM",
    html`<p>This server is the API of a CRM. It has no user interface of its own: programs call it at <code>${BASE_PATH}</code>.</p>
<ul>
<li><a href="${BASE_PATH}/docs">Documentation</a>: read and try every operation in the browser</li>
<li><a href="${BASE_PATH}/openapi.json">OpenAPI document</a>: generate a client from it</li>
<li><a href="/health">System status</a></li>
</ul>
<p>Create a tenant with <code>POST ${BASE_PATH}/auth/signup</code>. Sign in later with <code>POST ${BASE_PATH}/auth/login</code>, or with the
button “Authorize” of the documentation.</p>`,
  );
