import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";
import { useRequest } from "@crm/core/kernel/context.ts";
import { BASE_PATH, RawResponse } from "../http/operation.ts";
import { renderPage } from "./layout.ts";
import { html } from "./markup.ts";

/** Leads a browser to the web console. Other programs get the start page. */
export const redirectToConsole = (): RawResponse => {
  if (!useRequest().accepts_html) return show();
  return new RawResponse(
    "text/plain; charset=utf-8",
    "",
    { location: `${CONSOLE_PATH}/`, "cache-control": "no-store", vary: "accept" },
    302,
  );
};

/** Shows the start page, for people who know only the address. */
export const show = (): RawResponse =>
  renderPage(
    "CRM",
    html`<p>This server is a CRM. People use its <a href="${CONSOLE_PATH}/">web console</a>. Programs call its API at <code>${BASE_PATH}</code>.</p>
<ul>
<li><a href="${BASE_PATH}/docs">Documentation</a>: read and try every operation in the browser</li>
<li><a href="${BASE_PATH}/openapi.json">OpenAPI document</a>: generate a client from it</li>
<li><a href="/health">System status</a></li>
</ul>
<p>Create a tenant with <code>POST ${BASE_PATH}/auth/signup</code>. Sign in later with <code>POST ${BASE_PATH}/auth/login</code>, or with the
button “Authorize” of the documentation.</p>`,
  );
