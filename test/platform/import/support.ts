import { randomUUID } from "node:crypto";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { partOf } from "../../support/part-of.ts";

export interface Answer {
  status: number;
  data: Record<string, unknown>;
  error: { code: string; message: string; details: { field: string; message: string }[] };
}

/** Sends a file as a form part, as the gateway does. */
export async function sendFile(
  app: App,
  token: string,
  path: string,
  file: string | Uint8Array,
  parts: Record<string, unknown> = {},
  file_name = "file.csv",
): Promise<Answer> {
  const form = new FormData();
  form.append("file", new Blob([file], { type: "text/csv" }), file_name);
  for (const [name, value] of Object.entries(parts)) form.append(name, JSON.stringify(value));
  const request = new Request("http://localhost", { method: "POST", body: form });
  const event = {
    version: "2.0",
    rawPath: `/api/v1${path}`,
    rawQueryString: "",
    headers: { "content-type": request.headers.get("content-type"), authorization: `Bearer ${token}` },
    requestContext: { http: { method: "POST", path, sourceIp: "127.0.0.1", userAgent: "test" }, requestId: randomUUID() },
    body: Buffer.from(await request.arrayBuffer()).toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
  const result = await app.handlers[functionFor(event.rawPath)](event);
  const { data, error } = JSON.parse(result.body ?? "{}");
  return { status: result.statusCode ?? 0, data, error };
}

export interface ImportResult {
  id: string;
  status: string;
  total_rows: number;
  processed: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
  mapping: Record<string, string>;
  options: Record<string, unknown>;
  error: { message: string; details: { field: string; message: string }[] } | null;
  reverted: { removed: number; restored: number; kept: number } | null;
}

/** Runs an import of a file to its end. */
export async function runImport(
  app: App,
  token: string,
  entity: string,
  file: string | Uint8Array,
  parts: Record<string, unknown> = {},
  file_name?: string,
): Promise<ImportResult> {
  const { status, data, error } = await sendFile(app, token, `/${entity}/import`, file, parts, file_name);
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(error)}`);
  await app.settle();
  return readImport(app, token, String(data.import_id));
}

export async function readImport(app: App, token: string, id: string): Promise<ImportResult> {
  return (await requestJson(app, token, "GET", `/imports/${id}`)).data as unknown as ImportResult;
}

/** The file of rejected rows. */
export const readErrorFile = async (app: App, token: string, id: string): Promise<string> =>
  (await requestText(app, token, "GET", `/imports/${id}/errors`)).body;

export async function requestJson(app: App, token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await requestText(app, token, method, path, body);
  const { data, error } = JSON.parse(answer.body || "{}");
  return { status: answer.status, data, error };
}

export async function requestText(
  app: App,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  const [rawPath = "", rawQueryString = ""] = `/api/v1${path}`.split("?");
  const result = await app.handlers[functionFor(rawPath)](
    partOf<APIGatewayProxyEventV2>({
      version: "2.0",
      rawPath,
      rawQueryString,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      requestContext: { http: { method, path, sourceIp: "127.0.0.1", userAgent: "test" }, requestId: randomUUID() },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      isBase64Encoded: false,
    }),
  );
  const { body: text = "", isBase64Encoded, statusCode = 0 } = result;
  return { status: statusCode, body: isBase64Encoded ? Buffer.from(text, "base64").toString() : text };
}

/** Builds a CSV file from a header and rows. */
export const toCsv = (header: readonly string[], ...rows: readonly (readonly string[])[]): string =>
  [header, ...rows]
    .map((cells) => cells.map((cell) => (/[",\n;]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(","))
    .join("\n");
