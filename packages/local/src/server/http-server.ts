import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";
import { Failure } from "@crm/core/kernel/error.ts";
import { MAX_MAIL_BYTES } from "@crm/core/messaging/inbound-mail/mail-kind.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { BASE_PATH, type RawResponse } from "@crm/functions/http/operation.ts";
import { MAX_BODY_BYTES } from "@crm/functions/http/request.ts";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { App } from "../app.ts";
import { LINKS_PATH } from "../ports/objects.ts";
import { Refusal } from "../store/state.ts";
import { isConsoleRequest, serveConsole } from "./console-files.ts";
import { isLocalRequest, runControl } from "./controls.ts";
import { CONTROLS_PATH } from "./controls-path.ts";
import { serveLink } from "./object-links.ts";

/** Milliseconds in which the whole body of a request must arrive, as with the API Gateway. */
const BODY_TIMEOUT_MS = 30_000;
/** Milliseconds in which the next byte of a file must arrive. */
const FILE_TIMEOUT_MS = 60_000;

/** Serves HTTP as API Gateway does: turns requests into its events and routes them by the deployed routes. */
export async function startServer(
  app: App,
  port: number,
  { bodyWithin = BODY_TIMEOUT_MS } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  // An upload may last as long as its link is valid.
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 60 * 60_000 }, (request, response) => {
    const fail = (error: unknown): void => {
      app.ports.log.write("error", "The server failed", { error: error instanceof Error ? (error.stack ?? "") : "" });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    };
    // Files may take long, so the stream's consumer does not wait for them as it does for requests.
    if (request.url?.startsWith(LINKS_PATH)) {
      request.setTimeout(FILE_TIMEOUT_MS, () => request.destroy());
      serveLink(app.objects, request.url.slice(LINKS_PATH.length), request, response).catch(fail);
      return;
    }
    if (isConsoleRequest(request)) {
      serveConsole(request, response).catch(fail);
      return;
    }
    // Controls do not count as requests: they may wait for work that itself waits until no request is active.
    const isControl = request.url?.startsWith(CONTROLS_PATH);
    const answerTracked = () =>
      isControl ? answerRequest(app, request, response) : app.requests.track(() => answerRequest(app, request, response));
    const late = setTimeout(() => sendTimeout(request, response), bodyWithin);
    request.once("close", () => clearTimeout(late));
    request.once("end", () => clearTimeout(late));
    answerTracked().catch((error) => {
      if (!request.destroyed || request.complete) fail(error);
    });
  });
  await listen(server, port);
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`;
  app.setOrigin(url);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5000).unref();
      }),
  };
}

/** Ends a request whose body is too slow. A client that sends a byte now and then would otherwise hold the connection for an hour. */
function sendTimeout(request: IncomingMessage, response: ServerResponse): void {
  const error = { code: "REQUEST_TIMEOUT", message: "The body was not received in time", details: [] };
  const end = (contentType: string, body: string): void => {
    response.writeHead(408, { "content-type": contentType, connection: "close" });
    response.end(body, () => request.destroy());
  };
  const { accept, "accept-language": languages } = request.headers;
  if (!accept?.includes("text/html")) end("application/json; charset=utf-8", JSON.stringify({ success: false, error }));
  else void renderTimeout(languages).then(({ contentType, body }) => end(contentType, String(body)));
}

/** A visitor whose form takes too long gets a page. */
async function renderTimeout(languages: string | undefined): Promise<RawResponse> {
  const { addressFailurePage } = await import("@crm/functions/pages/link-failure.ts");
  const failure = new Failure("UNAVAILABLE", "The body was not received in time");
  return addressFailurePage(failure, { id: randomUUID(), ...(languages === undefined ? {} : { languages }) });
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const portMessage =
        error.code === "EADDRINUSE"
          ? `Port ${port} is in use: stop the process that uses it, or set PORT to another port.`
          : undefined;
      reject(new Refusal(portMessage ?? `Cannot listen on port ${port} (${error.message}): set PORT to another port.`));
    });
    server.listen(port, "127.0.0.1", () => resolve());
  });

async function answerRequest(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Parse the URL as a path: a path that begins with `//` must not be read as a host.
  const url = new URL(`http://localhost${request.url?.startsWith("/") ? request.url : "/"}`);
  const body = await readBody(request, url.pathname === INBOUND_MAIL_PATH ? MAX_MAIL_BYTES + 1 : MAX_KEPT_BYTES);
  if (url.pathname.startsWith(CONTROLS_PATH)) {
    if (request.method === "GET" && url.pathname.startsWith(SIGN_IN_PATH) && isLocalRequest(request.headers)) {
      sendResponse(response, await openSignInLink(app, request, url.pathname.slice(SIGN_IN_PATH.length)));
      return;
    }
    if (isPageRequest(request, url.pathname)) {
      const { renderMailbox } = await import("./mailbox-page.ts");
      sendResponse(response, renderMailbox(app.mail.sent(url.searchParams.get("to") ?? undefined)));
      return;
    }
    const { status, data } = isLocalRequest(request.headers)
      ? await runControl(app, request.method ?? "GET", url, body)
      : FOREIGN_ORIGIN_RESPONSE;
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
    response.end(JSON.stringify(status < 400 ? { success: true, data } : { success: false, error: data }));
    return;
  }
  const result = await app.handlers[functionFor(url.pathname)](toGatewayEvent(request, url, body));
  sendResponse(response, result);
}

/** Tells whether a browser on this machine opens the mailbox. Programs get it as JSON. */
const isPageRequest = ({ method, headers }: IncomingMessage, path: string): boolean =>
  method === "GET" &&
  path === `${CONTROLS_PATH}mailbox` &&
  isLocalRequest(headers) &&
  headers.accept?.includes("text/html") === true;

/** Path of links that sign a browser in once. */
const SIGN_IN_PATH = `${CONTROLS_PATH}sign-in/`;

/** Signs the browser in by `POST /auth/login`, and leads it to the console. The address of the link is of no use afterwards. */
async function openSignInLink(app: App, request: IncomingMessage, code: string): Promise<APIGatewayProxyStructuredResultV2> {
  const { takeCredentials } = await import("./sign-in-links.ts");
  const credentials = takeCredentials(app, code);
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  const body = `This link was opened before or has expired. Sign in at ${CONSOLE_PATH}/ with email and password.\n`;
  if (!credentials) return { statusCode: 404, headers, body };
  const path = `${BASE_PATH}/auth/login`;
  const event = toGatewayEvent(request, new URL(`http://localhost${path}`), Buffer.from(""));
  const answer = await app.handlers[functionFor(path)]({
    ...event,
    headers: { ...event.headers, "content-type": "application/json" },
    requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method: "POST" } },
    body: JSON.stringify({ ...credentials, session: "cookie" }),
  });
  if (answer.statusCode !== 200) return { ...answer, headers: { ...answer.headers, "cache-control": "no-store" } };
  return {
    statusCode: 302,
    headers: { ...headers, location: `${CONSOLE_PATH}/` },
    ...(answer.cookies ? { cookies: answer.cookies } : {}),
  };
}

const FOREIGN_ORIGIN_RESPONSE = {
  status: 403,
  data: {
    code: "FORBIDDEN",
    message: "The controls are only for programs on this machine, not for pages of another origin or for webhooks",
    details: [],
  },
};

/** A longer body is read to its end but not kept; the handler refuses it by its size. */
const MAX_KEPT_BYTES = Math.ceil(MAX_BODY_BYTES) + 1;

/** Path for raw inbound mails, which may be larger than other requests. */
const INBOUND_MAIL_PATH = `${CONTROLS_PATH}inbound-mail`;

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size < maxBytes) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

const TEXT_CONTENT_TYPE = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]+\+(json|xml))/i;

function toGatewayEvent(request: IncomingMessage, url: URL, body: Buffer): APIGatewayProxyEventV2 {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(",")]));
  const method = request.method ?? "GET";
  // A body with a text type that is not UTF-8 is passed as bytes, so that the handler refuses it and does not misread it.
  const isText = body.length === 0 || (TEXT_CONTENT_TYPE.test(headers["content-type"] ?? "") && isUtf8(body));
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    requestContext: {
      accountId: "local",
      apiId: "local",
      domainName: "127.0.0.1",
      domainPrefix: "local",
      http: {
        method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 ? { body: isText ? body.toString() : body.toString("base64") } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function sendResponse(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const cookies = result.cookies ? { "set-cookie": result.cookies } : {};
  response.writeHead(result.statusCode ?? 200, { ...(result.headers as Record<string, string>), ...cookies });
  response.end(result.isBase64Encoded ? Buffer.from(result.body ?? "", "base64") : result.body);
}
