import type { WireResponse } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import { inProcessTransport } from "../../support/app.ts";

/** What a browser does with the pages that mails lead to. */

/** The last link in the mails to an address that leads to this page. */
export async function findMailLink(app: App, email: string, page: string): Promise<string> {
  await app.settle();
  const links = app.mail.sent(email).flatMap(({ text }) => text.match(/http:\S+/g) ?? []);
  const link = links.findLast((each) => new URL(each).pathname.startsWith(page));
  return link ?? expect.fail(`No link to ${page} in ${JSON.stringify(links)}`);
}

export function openPage(app: App, link: string): Promise<WireResponse> {
  const { pathname, search } = new URL(link);
  return inProcessTransport(app)({ method: "GET", path: pathname, query: search.slice(1), headers: {}, body: undefined });
}

/** Sends the form of the page at a link, as its `method` and `action` say. */
export async function submitForm(app: App, link: string, boxes: Record<string, string>): Promise<WireResponse> {
  const { body } = await openPage(app, link);
  const [form = ""] = /<form[^>]*>/.exec(body) ?? expect.fail(`No form at ${link}`);
  expect(form).toContain('method="post"');
  const action = /action="([^"]+)"/.exec(form)?.[1] ?? link;
  for (const name of Object.keys(boxes)) expect(body).toContain(`name="${name}"`);
  return postForm(app, new URL(action, link).href, new URLSearchParams(boxes).toString());
}

export function postForm(
  app: App,
  link: string,
  body: string,
  type = "application/x-www-form-urlencoded; charset=utf-8",
): Promise<WireResponse> {
  const { pathname, search } = new URL(link);
  const headers = { "content-type": type };
  return inProcessTransport(app)({ method: "POST", path: pathname, query: search.slice(1), headers, body });
}

export const pageTitle = ({ body }: WireResponse): string => /<h1>(.*)<\/h1>/.exec(body)?.[1] ?? "";

/** What is said of a box that was filled wrongly, found as a screen reader finds it. */
export function fieldError({ body }: WireResponse, name: string): string | undefined {
  const input = body.match(/<input[^>]*>/g)?.find((each) => each.includes(`name="${name}"`)) ?? "";
  const described = /aria-describedby="([^"]+)"/.exec(input)?.[1]?.split(" ") ?? [];
  const error = described.map((id) => new RegExp(`<p class="error" id="${id}">(.*)</p>`).exec(body)?.[1]).find(Boolean);
  if (error !== undefined) expect(input).toContain('aria-invalid="true"');
  return error;
}
