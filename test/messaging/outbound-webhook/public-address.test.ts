import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { publicWeb } from "@crm/aws/web.ts";
import { createOutbound, loopbackPolicy, type OutboundPolicy, publicPolicy } from "@crm/core/kernel/outbound-http.ts";
import { isPublicAddress, isPublicHostName } from "@crm/core/kernel/public-address.ts";
import { findServerProblem } from "@crm/core/messaging/channel-provider/smtp.rules.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PUBLIC_IPV4 = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1"];
const PUBLIC_IPV6 = ["2606:4700:4700::1111", "2a00:1450:4001:81b::200e"];
const PRIVATE_IPV4 = [
  ...["0.0.0.0", "10.0.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ...["169.254.169.254", "169.254.170.2", "100.64.0.1", "100.127.255.255", "100.100.100.200"],
  ...["192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7"],
  ...["224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"],
];
const PRIVATE_IPV6 = [
  ...["::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1"],
  // IPv4 addresses in each form of IPv6: mapped, compatible, NAT64 (well-known and local), 6to4, Teredo.
  ...["::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1"],
  ...["2002:a00:1::", "2001:0:a00:1::", "2001:db8::1", "2001:10::1", "100::1", "3fff::1", "5f00::1"],
];

describe("an address", () => {
  it("is public if it is in no reserved range", () => {
    expect([...PUBLIC_IPV4, ...PUBLIC_IPV6].filter((address) => !isPublicAddress(address))).toEqual([]);
    expect([...PRIVATE_IPV4, ...PRIVATE_IPV6, "", "localhost", "1.2.3"].filter(isPublicAddress)).toEqual([]);
  });

  const names: Record<string, readonly string[]> = {
    "hooks.acme.com": ["93.184.216.34", "2606:4700:4700::1111"],
    "one-bad.acme.com": ["93.184.216.34", "10.0.0.1"],
    "bad-six.acme.com": ["93.184.216.34", "::ffff:169.254.169.254"],
    "nothing.acme.com": [],
  };
  const resolving = createOutbound({
    ...publicPolicy,
    resolve: async (host) => names[host] ?? Promise.reject(new Error("ENOTFOUND")),
  });

  it.each([
    ["https://hooks.acme.com/crm?a=1", undefined],
    ["https://93.184.216.34/", undefined],
    ["http://hooks.acme.com/", "The URL must use https"],
    ["ftp://hooks.acme.com/", "The URL must use https"],
    ["hooks.acme.com", "Must be a complete URL, such as https://hooks.acme.example/crm"],
    ["https://hooks.acme.com:8443/", "The URL must use the default port, 443"],
    ["https://hooks.acme.com:22/", "The URL must use the default port, 443"],
    ["https://user:password@hooks.acme.com/", "The URL must not contain a user or password"],
    ["https://169.254.169.254/latest/meta-data/", "The URL must point to a public IP address"],
    ["https://[fd00:ec2::254]/", "The URL must point to a public IP address"],
    ["https://[::ffff:10.0.0.1]/", "The URL must point to a public IP address"],
    // The same addresses as numbers: decimal, octal, hexadecimal, short.
    ["https://2130706433/", "The URL must point to a public IP address"],
    ["https://0177.0.0.1/", "The URL must point to a public IP address"],
    ["https://0x7f.1/", "The URL must point to a public IP address"],
    ["https://localhost/", "The URL must point to a public host"],
    ["https://intranet/", "The URL must point to a public host"],
    ["https://db.internal./", "The URL must point to a public host"],
    ["https://printer.local/", "The URL must point to a public host"],
    ["https://one-bad.acme.com/", "one-bad.acme.com resolves to an address outside the public internet"],
    ["https://bad-six.acme.com/", "bad-six.acme.com resolves to an address outside the public internet"],
    ["https://nothing.acme.com/", "nothing.acme.com has no IP address"],
    ["https://unknown.acme.com/", "unknown.acme.com has no IP address"],
  ])("%s: %s", async (url, problem) => {
    expect(await resolving.findProblem(url)).toBe(problem);
    if (problem !== undefined && URL.canParse(url))
      await expect(resolving.post({ url, headers: {}, body: "{}", timeoutSeconds: 1, maxBytes: 100 })).rejects.toThrow(problem);
  });
});

describe("a connection", () => {
  const root = fileURLToPath(new URL("../../../packages/", import.meta.url));
  /** Modules that open connections to hosts, except to AWS through its SDK. */
  const listConnecting = (): string[] =>
    ["core/src", "functions/src", "aws/src"]
      .flatMap((folder) => readdirSync(root + folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => {
        const source = readFileSync(root + file, "utf8");
        const usesNetwork = /["']node:(https?|http2|dgram|dns|dns\/promises)["']|nodemailer\/lib\/smtp-connection["']/;
        const connects = /import \{[^}]*\b(connect|createConnection|Socket|TLSSocket)\b[^}]*\} from "node:(net|tls)"/;
        // Some modules have a function of their own with this name.
        const fetches = /\bfetch\(/.test(source) && !/(?:function|const) fetch\b/.test(source);
        return fetches || usesNetwork.test(source) || connects.test(source);
      })
      .sort();

  it("is opened only by modules that check the host, or that call hosts named in a release", () => {
    expect(listConnecting()).toEqual([
      // Answers CloudFormation, at the address in its call; IAM alone lets callers invoke the function.
      "aws/src/custom-resource.ts",
      "aws/src/smtp-provider.ts",
      "aws/src/web.ts",
      "core/src/kernel/outbound-http.ts",
      // These two run at the client: the documentation page in a browser, and the typed client.
      "functions/src/derive/client.ts",
      "functions/src/docs/page-script.ts",
      // Runs in the browser of a customer, and calls the page that it is on.
      "functions/src/pages/live-total-script.ts",
    ]);
    // Both kinds of host that a tenant names: webhook endpoints and mail servers.
    for (const file of ["aws/src/smtp-provider.ts", "core/src/kernel/outbound-http.ts"])
      expect(readFileSync(root + file, "utf8")).toMatch(/resolveAddress\(.*reach\)/);
  });

  it.each([
    ["mail.local"],
    ["mail.lan"],
    ["mail.acme.corp"],
    ["db.internal."],
    ["DB.Home.Arpa"],
    ["printer"],
    ["10.0.0.1"],
    ["::1"],
  ])("is refused to %s by each adapter", async (host) => {
    expect(isPublicHostName(host)).toBe(false);
    expect(findServerProblem(host, 587)).toBeDefined();
    const url = `https://${host.includes(":") ? `[${host}]` : host}/`;
    expect(await createOutbound(publicPolicy).findProblem(url)).toBeDefined();
    const request = { method: "GET", url, headers: {}, timeoutSeconds: 1, maxBytes: 1 } as const;
    await expect(publicWeb().send(request)).rejects.toThrow("The address is not allowed");
  });
});

describe("a request", () => {
  let server: Server;
  let port: number;
  const requestedUrls: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      requestedUrls.push(`${request.headers.host}${request.url}`);
      if (request.url === "/no-head") return void response.writeHead(request.method === "HEAD" ? 404 : 200).end("x");
      if (request.url === "/gone") return void response.writeHead(410).end("x");
      if (request.url === "/redirect") response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end();
      else if (request.url === "/long") response.writeHead(200).end("x".repeat(100_000));
      else if (request.url === "/drip") response.writeHead(200).write("a little");
      else if (request.url !== "/never") response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (reach: OutboundPolicy, path: string, host = "127.0.0.1", seconds = 5) =>
    createOutbound(reach).post({
      url: `http://${host}:${port}${path}`,
      headers: {},
      body: "{}",
      timeoutSeconds: seconds,
      maxBytes: 100,
    });

  it("goes to the address that was checked, even if the name resolves differently later", async () => {
    let asks = 0;
    // DNS rebinding: the first lookup is allowed, later ones return an address that is not reachable.
    const rebinding: OutboundPolicy = {
      ...loopbackPolicy,
      findUrlProblem: () => undefined,
      resolve: async () => (++asks === 1 ? ["127.0.0.1"] : ["127.0.0.2"]),
      isReachable: (address) => address === "127.0.0.1",
    };
    expect((await post(rebinding, "/in", "rebinding.example")).status).toBe(204);
    expect([asks, requestedUrls.at(-1)]).toEqual([1, `rebinding.example:${port}/in`]);
    await expect(post(rebinding, "/in", "rebinding.example")).rejects.toThrow(
      "resolves to an address outside the public internet",
    );
    expect(requestedUrls.filter((requestedUrl) => requestedUrl.startsWith("rebinding"))).toHaveLength(1);
  });

  it("follows no redirect, and reads a limited number of bytes", async () => {
    expect((await post(loopbackPolicy, "/redirect")).status).toBe(302);
    expect(requestedUrls.some((requestedUrl) => requestedUrl.endsWith("/inside"))).toBe(false);
    const { status, body } = await post(loopbackPolicy, "/long");
    expect([status, body.byteLength]).toEqual([200, 100]);
  });

  it("times out without an answer, with an endless one, and without a name resolution", async () => {
    await expect(post(loopbackPolicy, "/never", "127.0.0.1", 0.05)).rejects.toThrow("did not answer within 0.05 seconds");
    await expect(post(loopbackPolicy, "/drip", "127.0.0.1", 0.05)).rejects.toThrow("did not answer within 0.05 seconds");
    const silent: OutboundPolicy = {
      ...loopbackPolicy,
      findUrlProblem: () => undefined,
      resolve: () => new Promise(() => undefined),
    };
    await expect(post(silent, "/", "silent.example", 0.05)).rejects.toThrow("did not answer within 0.05 seconds");
  });

  it("tests an address with HEAD, then with GET, and only where requests are allowed", async () => {
    const probe = (path: string, reach: OutboundPolicy = loopbackPolicy, timeoutSeconds = 5) =>
      createOutbound(reach).probe({ url: path.startsWith("/") ? `http://127.0.0.1:${port}${path}` : path, timeoutSeconds });
    expect(await probe("/in")).toEqual({ status: 204 });
    expect(await probe("/no-head")).toEqual({ status: 200 });
    expect(await probe("/gone")).toEqual({ status: 410 });
    expect(await probe("/redirect")).toEqual({ status: 302 });
    expect(await probe("/never", loopbackPolicy, 0.05)).toEqual({ problem: "127.0.0.1 did not answer within 0.05 seconds" });
    expect(await probe("https://www.acme.example/")).toEqual({ skipped: "Local servers request only their own machine" });
    expect(await probe("http://10.0.0.1/", publicPolicy)).toEqual({ skipped: "The URL must use https" });
    expect(await probe("https://10.0.0.1/", publicPolicy)).toEqual({ skipped: "The URL must point to a public IP address" });
    const inside: OutboundPolicy = { ...publicPolicy, resolve: async () => ["10.0.0.1"] };
    expect(await probe("https://www.acme.com/", inside)).toEqual({
      problem: "www.acme.com resolves to an address outside the public internet",
    });
  });

  it("from a laptop reaches that machine only", async () => {
    const { findProblem: wrongWith } = createOutbound(loopbackPolicy);
    expect(await wrongWith(`http://localhost:${port}/`)).toBeUndefined();
    expect(await wrongWith("http://10.0.0.1/")).toBe("The URL must use https");
    expect(await wrongWith("https://hooks.acme.example/crm")).toBeUndefined();
    await expect(
      createOutbound(loopbackPolicy).post({
        url: "https://hooks.acme.example/",
        headers: {},
        body: "",
        timeoutSeconds: 1,
        maxBytes: 1,
      }),
    ).rejects.toThrow("hooks.acme.example has no IP address");
  });
});
