import type { WireAnswer } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import { inProcess } from "../support.ts";

/** What a browser does with the pages that mails lead to. */

/** The last link in the mails to an address that leads to this page. */
export async function linkTo(app: App, email: string, page: string): Promise<string> {
  await app.settle();
  const links = app.mail.sent(email).flatMap(({ text }) => text.match(/http:\S+/g) ?? []);
  const link = links.findLast((each) => new URL(each).pathname.startsWith(page));
  return link ?? expect.fail(`No link to ${page} in ${JSON.stringify(links)}`);
}

export function open(app: App, link: string): Promise<WireAnswer> {
  const { pathname, search } = new URL(link);
  return inProcess(app)({ method: "GET", path: pathname, query: search.slice(1), headers: {}, body: undefined });
}

/** Sends the form of the page at a link, as its `method` and `action` say. */
export async function fill(app: App, link: string, boxes: Record<string, string>): Promise<WireAnswer> {
  const { body } = await open(app, link);
  const [form = ""] = /<form[^>]*>/.exec(body) ?? expect.fail(`No form at ${link}`);
  expect(form).toContain('method="post"');
  const action = /action="([^"]+)"/.exec(form)?.[1] ?? link;
  for (const name of Object.keys(boxes)) expect(body).toContain(`name="${name}"`);
  return send(app, new URL(action, link).href, new URLSearchParams(boxes).toString());
}

export function send(
  app: App,
  link: string,
  body: string,
  type = "application/x-www-form-urlencoded; charset=utf-8",
): Promise<WireAnswer> {
  const { pathname, search } = new URL(link);
  const headers = { "content-type": type };
  return inProcess(app)({ method: "POST", path: pathname, query: search.slice(1), headers, body });
}

export const titleOf = ({ body }: WireAnswer): string => /<h1>(.*)<\/h1>/.exec(body)?.[1] ?? "";

/** What is said of a box that was filled wrongly, found as a screen reader finds it. */
export function errorAt({ body }: WireAnswer, name: string): string | undefined {
  const input = body.match(/<input[^>]*>/g)?.find((each) => each.includes(`name="${name}"`)) ?? "";
  const described = /aria-describedby="([^"]+)"/.exec(input)?.[1]?.split(" ") ?? [];
  const error = described.map((id) => new RegExp(`<p class="error" id="${id}">(.*)</p>`).exec(body)?.[1]).find(Boolean);
  if (error !== undefined) expect(input).toContain('aria-invalid="true"');
  return error;
}
