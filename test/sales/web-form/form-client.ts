import { randomUUID } from "node:crypto";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

export interface FormRequest {
  method?: string;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  ip?: string;
  agent?: string;
}

export interface FormResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const BROWSER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Sends a request as a page, a mail program or a bot would: an object as JSON, a text as it is. */
export const sendToForm = (app: App, path: string, sent: FormRequest = {}): Promise<FormResponse> =>
  sendRequest(app, `/api/v1/public${path}`, sent);

/** Opens or sends the page of a form, as a browser does. */
export const browse = (app: App, path: string, sent: FormRequest = {}): Promise<FormResponse> =>
  sendRequest(app, path, {
    method: sent.body === undefined ? "GET" : "POST",
    ...sent,
    ...(typeof sent.body === "object" ? { body: new URLSearchParams(sent.body as Record<string, string>).toString() } : {}),
    headers: {
      accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
      ...(sent.body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      ...sent.headers,
    },
  });

/** The token of a page. */
export const readToken = ({ body }: FormResponse): string => /name="token" value="([^"]+)"/.exec(body)?.[1] ?? "";

async function sendRequest(app: App, rawPath: string, sent: FormRequest): Promise<FormResponse> {
  const { method = "POST", query = "", body, headers = {}, ip = "203.0.113.7", agent = BROWSER_AGENT } = sent;
  const event = partOf<APIGatewayProxyEventV2>({
    version: "2.0",
    rawPath,
    rawQueryString: query,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    requestContext: { http: { method, path: rawPath, sourceIp: ip, userAgent: agent }, requestId: randomUUID() },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  });
  const answer = await app.handlers[functionFor(rawPath)](event);
  const { "x-request-id": _id, ...shown } = answer.headers as Record<string, string>;
  return { status: answer.statusCode ?? 0, headers: shown, body: answer.body ?? "" };
}

type FormInput = Parameters<Tenant["admin"]["createForm"]>[0];

export const createForm = async ({ admin }: Tenant, more: Partial<FormInput> = {}) =>
  (await admin.createForm({ name: "Contact us", kind: "web_form", rate_limit_per_address: 1000, ...more })).data;

let personCount = 0;
export const buildPerson = (more: Record<string, unknown> = {}) => {
  const n = ++personCount;
  return { first_name: `Pia${n}`, last_name: `Public${n}`, email: `pia${n}@mail.example`, ...more };
};

/** The number of today's submissions of a form by outcome. */
export async function readTodaysCounts({ admin }: Tenant, id: string): Promise<Record<string, number>> {
  const [day] = (await admin.getFormStatistics({ id })).data.days;
  const { date: _date, ...counts } = day ?? { date: "" };
  return Object.fromEntries(Object.entries(counts as Record<string, number>).filter(([, count]) => count > 0));
}
