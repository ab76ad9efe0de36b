import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { publicWeb } from "@crm/aws/web.ts";
import { NoResponse, type WebRequest } from "@crm/core/kernel/ports.ts";
import { afterEach, describe, expect, it } from "vitest";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Starts a server of this test, at an address that production would refuse. */
async function startServer(answer: RequestListener): Promise<string> {
  const httpServer = createServer(answer);
  server = httpServer;
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
}

const buildRequest = (url: string, more: Partial<WebRequest> = {}): WebRequest => ({
  ...{ method: "GET", url, headers: {}, timeoutSeconds: 5, maxBytes: 1000 },
  ...more,
});

describe("requests to external services", () => {
  const web = publicWeb(() => true);

  it("return the response with any status", async () => {
    const seen: string[] = [];
    const url = await startServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers["x-one"]}`);
      request.on("data", (bytes: Buffer) => seen.push(bytes.toString()));
      request.on("end", () => response.writeHead(429, { "Retry-After": "7" }).end("slow"));
    });
    const { status, headers, body } = await web.send(
      buildRequest(`${url}/a?b=c`, { method: "POST", headers: { "x-one": "1" }, body: "said" }),
    );
    expect([status, headers["retry-after"], Buffer.from(body).toString()]).toEqual([429, "7", "slow"]);
    expect(seen).toEqual(["POST /a?b=c 1", "said"]);
  });

  it("follow no redirects", async () => {
    const requestedUrls: string[] = [];
    const url = await startServer((request, response) => {
      requestedUrls.push(request.url ?? "");
      response.writeHead(302, { location: "/inside" }).end();
    });
    expect(await web.send(buildRequest(`${url}/out`))).toMatchObject({ status: 302, headers: { location: "/inside" } });
    expect(requestedUrls).toEqual(["/out"]);
  });

  it("fail on a timeout, an oversized response or a missing server, without repeating the address", async () => {
    const url = await startServer((request, response) => {
      if (request.url?.startsWith("/large")) response.end(Buffer.alloc(2000));
      if (request.url?.startsWith("/cut")) {
        response.writeHead(200, { "content-length": "100" });
        response.write("a", () => response.destroy());
      }
    });
    for (const [path, more] of [
      ["/quiet?key=s3cret", { timeoutSeconds: 0.2 }],
      ["/large?key=s3cret", {}],
      ["/cut?key=s3cret", {}],
    ] as const) {
      const error = await web.send(buildRequest(`${url}${path}`, more)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(NoResponse);
      expect(String(error)).not.toContain("s3cret");
    }
    server?.close();
    server?.closeAllConnections();
    await expect(web.send(buildRequest(`${url}/`))).rejects.toBeInstanceOf(NoResponse);
  });

  it.each([
    "http://api.hellosign.com/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://localhost/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://api.hellosign.com:8443/",
    "https://key@api.hellosign.com/",
    "file:///etc/passwd",
  ])("are never sent to %s", async (url) => {
    const error = await publicWeb()
      .send(buildRequest(url))
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/The address is not allowed: /);
    expect(error).not.toBeInstanceOf(NoResponse);
  });
});
