import { usePorts } from "@crm/core/kernel/context.ts";
import { FormPage } from "@crm/core/sales/web-form/form-page.ts";
import { RawResponse } from "../http/operation.ts";
import { Markup } from "./markup.ts";

/** How a page of the tenant shows a form: a frame of a fixed height, or a script that makes the frame and keeps it as high as the form. */

/** Runs in the frame: tells the page around it the height, at first and whenever it changes. The page works without it. */
export const HEIGHT_SCRIPT = new Markup(
  `if (parent !== window) new ResizeObserver(() => parent.postMessage({ crmFormHeight: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*")).observe(document.documentElement);`,
);

/** Escapes a text for a script: as JSON, in which nothing can end the script. */
const toScriptText = (value: string): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/**
 * The script runs in pages of tenants. It makes the frame before itself, names the page to it, so that campaigns in the address count, and takes
 * nothing but a height from it.
 */
const buildScript = (frame: string, title: string): string => `(() => {
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  const address = new URL(${toScriptText(frame)});
  address.searchParams.set("page_url", location.href.slice(0, 2000));
  frame.src = address.href;
  frame.title = ${toScriptText(title)};
  frame.style.cssText = "width: 100%; height: 600px; border: 0";
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin || typeof data?.crmFormHeight !== "number") return;
    frame.style.height = data.crmFormHeight + "px";
  });
  script.before(frame);
})();
`;

const CACHE_SECONDS = 300;

export async function showScript({ key }: { key: string }): Promise<RawResponse> {
  const { title } = await FormPage.describeEmbedding({ key });
  const frame = `${usePorts().origin}/f/${encodeURIComponent(key)}/frame`;
  return new RawResponse("text/javascript; charset=utf-8", buildScript(frame, title), {
    "cache-control": `public, max-age=${CACHE_SECONDS}`,
    "cross-origin-resource-policy": "cross-origin",
  });
}
