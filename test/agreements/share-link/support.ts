import { randomUUID } from "node:crypto";
import type { WireResponse } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect } from "vitest";
import { findMailLink } from "../../functions/pages/support.ts";
import { partOf } from "../../support/part-of.ts";
import { type Client, createQuote } from "../quote/support.ts";

/** Helpers for tests of customer pages. */

let customerCount = 0;

/** Sends a quote and returns it with the link in the email. */
export async function createSentQuote(
  app: App,
  as: Client,
  more: Record<string, unknown> = {},
  letter: Record<string, unknown> = {},
) {
  const { id } = await createQuote(as, more);
  await as.submitQuote({ id });
  const to = `buyer${++customerCount}@mail.example`;
  await as.sendQuote({ id, to, ...letter });
  return { id, to, link: await findMailLink(app, to, "/q/") };
}

export const BROWSER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

export interface Reader {
  ip?: string;
  agent?: string;
  method?: string;
  headers?: Record<string, string>;
}

/** Requests a page as a browser does, or as a program that scans emails. */
export async function requestPage(
  app: App,
  address: string,
  reader: Reader = {},
  form?: Record<string, string> | [string, string][],
): Promise<WireResponse> {
  const { pathname: path, search } = new URL(address, "http://127.0.0.1:3000");
  const { ip = "203.0.113.7", agent = BROWSER_AGENT, method = form ? "POST" : "GET", headers = {} } = reader;
  const event = partOf<APIGatewayProxyEventV2>({
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: search.slice(1),
    headers: { ...headers, ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}) },
    requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp: ip, userAgent: agent }, requestId: randomUUID() },
    ...(form ? { body: new URLSearchParams(form).toString() } : {}),
    isBase64Encoded: false,
  });
  const result = await app.handlers[functionFor(path)](event);
  return { status: result.statusCode ?? 0, headers: (result.headers ?? {}) as Record<string, string>, body: result.body ?? "" };
}

/** The URL of the picture by which the page reports a view. */
export const readPictureUrl = ({ body }: WireResponse): string =>
  (/<img class="seen" src="([^"]+)"/.exec(body)?.[1] ?? expect.fail(body)).replaceAll("&amp;", "&");

export const readHiddenField = ({ body }: WireResponse, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? expect.fail(`No ${name} in ${body}`);

/** Fills in the acceptance form that the page shows. */
export async function buildAcceptForm(app: App, link: string, more: Record<string, string> = {}) {
  const page = await requestPage(app, link);
  return { act: "accept", name: "Åsa Köper", consent: "yes", shown: readHiddenField(page, "shown"), ...more };
}

export const readNotice = ({ body }: WireResponse): string => /<p class="notice"[^>]*>([^<]*)</.exec(body)?.[1] ?? "";
