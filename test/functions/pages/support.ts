import type { WireResponse } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import { inProcessTransport } from "../../support/app.ts";

/** Helpers that act as a browser on the pages behind email links. */

/** The last link to this page in the emails to an address. */
export async function findMailLink(app: App, email: string, page: string): Promise<string> {
  await app.settle();
  const links = app.mail.sent(email).flatMap(({ text }) => text.match(/http:\S+/g) ?? []);
  // Mails link to the console. The pages without scripts take the same links.
  const pages = links.map((link) => link.replace(/\/crm\/(activate|reset-password)(?=\?)/, "/$1"));
  const link = pages.findLast((each) => new URL(each).pathname.startsWith(page));
  return link ?? expect.fail(`No link to ${page} in ${JSON.stringify(links)}`);
}

export function openPage(app: App, link: string, headers: Record<string, string> = {}): Promise<WireResponse> {
  const { pathname, search } = new URL(link);
  return inProcessTransport(app)({ method: "GET", path: pathname, query: search.slice(1), headers, body: undefined });
}

/** Submits the form of the page at a link, using its `method` and `action`. */
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

/** The error message of a field, found through the attributes that a screen reader uses. */
export function fieldError({ body }: WireResponse, name: string): string | undefined {
  const input = body.match(/<input[^>]*>/g)?.find((each) => each.includes(`name="${name}"`)) ?? "";
  const described = /aria-describedby="([^"]+)"/.exec(input)?.[1]?.split(" ") ?? [];
  const error = described.map((id) => new RegExp(`<p class="error" id="${id}">(.*)</p>`).exec(body)?.[1]).find(Boolean);
  if (error !== undefined) expect(input).toContain('aria-invalid="true"');
  return error;
}
