import { execFileSync } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { smtpProvider } from "@crm/aws/smtp-provider.ts";
import { createOutbound, type OutboundPolicy, publicPolicy } from "@crm/core/kernel/outbound-http.ts";
import { isPublicAddress } from "@crm/core/kernel/public-address.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DnsServer, startDnsServer } from "./dns-server.ts";
import { CHANGING_NAMES, INSIDE_NAMES, setHostileAnswers } from "./rebinding-answers.ts";

/**
 * DNS rebinding with a real DNS server: a tenant names a host whose addresses change between two questions, or include one that points inside. The
 * connection must go to an address that was itself checked, and nothing inside may receive one.
 */

const OUTSIDE_REFUSAL = "resolves to an address outside the public internet";

describe("a host of a hostile DNS server", () => {
  /** Stands for a public address: the connection is real. */
  const OUTSIDE = "127.0.0.2";
  let dns: DnsServer;
  let outside: Server;
  let port: number;
  let mailPort: number;
  let insideConnections = 0;
  let mailConnections = 0;
  const outsideRequests: string[] = [];
  const tcpServers: TcpServer[] = [];

  /** Listens for connections, counts them and closes them. */
  async function countConnections(address: string, at: number, count: () => void): Promise<number> {
    const server = createTcpServer((socket) => {
      count();
      socket.destroy();
    });
    tcpServers.push(server);
    await new Promise<void>((resolve) => server.listen(at, address, resolve));
    return (server.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    dns = await startDnsServer();
    // The same ports at both addresses, so that only the address decides.
    port = await countConnections("127.0.0.1", 0, () => insideConnections++);
    mailPort = await countConnections("127.0.0.1", 0, () => insideConnections++);
    await countConnections(OUTSIDE, mailPort, () => mailConnections++);
    outside = createServer((request, response) => {
      outsideRequests.push(`${request.headers.host}${request.url}`);
      if (request.url === "/redirect") response.writeHead(307, { location: `http://127.0.0.1:${port}/inside` }).end();
      else if (request.url === "/redirect-by-name")
        response.writeHead(307, { location: `http://flips.example.com:${port}/` }).end();
      else response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => outside.listen(port, OUTSIDE, resolve));
  });
  afterAll(() => {
    dns.stop();
    for (const server of tcpServers) server.close();
    outside.closeAllConnections();
    outside.close();
  });

  /** The policy of the deployment, except that its questions go to the test's server and that one more address counts as public. */
  function buildPolicy(): OutboundPolicy {
    setHostileAnswers(dns, OUTSIDE);
    // A question that is repeated after a timeout would count as the next one.
    const resolver = new Resolver({ timeout: 60_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${dns.port}`]);
    const ask = async (host: string): Promise<string[]> => {
      const families = await Promise.all([resolver.resolve4(host).catch(() => []), resolver.resolve6(host).catch(() => [])]);
      return families.flat();
    };
    return {
      ...publicPolicy,
      findUrlProblem: () => undefined,
      resolve: ask,
      isReachable: (address) => address === OUTSIDE || isPublicAddress(address),
    };
  }
  const post = (policy: OutboundPolicy, name: string, path = "/hook") =>
    createOutbound(policy).post({
      url: `http://${name}:${port}${path}`,
      headers: {},
      body: "{}",
      timeoutSeconds: 30,
      maxBytes: 100,
    });

  it.each(CHANGING_NAMES.map((name) => [name]))("%s is asked once, and reached at the checked address only", async (name) => {
    const policy = buildPolicy();
    const countQuestions = () => dns.questions.filter((question) => question === `A ${name}`).length;
    const asked = countQuestions();
    expect((await post(policy, name)).status).toBe(204);
    expect([countQuestions() - asked, outsideRequests.at(-1)]).toEqual([1, `${name}:${port}/hook`]);
    // The next request asks again, because the answer was valid for 0 seconds, and hears the address inside.
    await expect(post(policy, name)).rejects.toThrow(OUTSIDE_REFUSAL);
    expect(countQuestions() - asked).toBe(2);
    expect(insideConnections).toBe(0);
  });

  it("that was harmless when the tenant saved it is checked again at each request", async () => {
    dns.set("later.example.com", (type, round) => ({
      addresses: type === "AAAA" ? [] : round === 0 ? [OUTSIDE] : ["127.0.0.1"],
    }));
    const policy = buildPolicy();
    expect(await createOutbound(policy).findProblem(`http://later.example.com:${port}/hook`)).toBeUndefined();
    await expect(post(policy, "later.example.com")).rejects.toThrow(OUTSIDE_REFUSAL);
    expect(insideConnections).toBe(0);
  });

  it("with any address inside is refused, for webhooks and for mail servers", async () => {
    const policy = buildPolicy();
    const [requests, names] = [outsideRequests.length, Object.keys(INSIDE_NAMES(OUTSIDE))];
    for (const name of names) {
      await expect(post(policy, name), name).rejects.toThrow(OUTSIDE_REFUSAL);
      const provider = smtpProvider({ host: name, port, user: "u", password: "p" }, () => undefined, policy);
      expect([name, (await provider.check()).works]).toEqual([name, false]);
      provider.close();
    }
    expect([insideConnections, outsideRequests.length]).toEqual([0, requests]);
  });

  it("that redirects inside, by address or by name, is not followed", async () => {
    const policy = buildPolicy();
    for (const path of ["/redirect", "/redirect-by-name"])
      expect((await post(policy, "steady.example.com", path)).status).toBe(307);
    expect(insideConnections).toBe(0);
  });

  it("of a mail server that changes its address is reached at the checked one only", async () => {
    const policy = buildPolicy();
    dns.set("mail.example.com", (type, round) => ({ addresses: type === "AAAA" ? [] : round === 0 ? [OUTSIDE] : ["127.0.0.1"] }));
    for (const connections of [1, 1]) {
      const account = { host: "mail.example.com", port: mailPort, user: "u", password: "p" };
      const provider = smtpProvider(account, () => undefined, policy);
      expect((await provider.check()).works).toBe(false);
      provider.close();
      expect([mailConnections, insideConnections]).toEqual([connections, 0]);
    }
    expect(dns.questions.filter((question) => question === "A mail.example.com")).toHaveLength(2);
  });
});

/** Linux can give a process a network of its own, in which it may listen at port 53 and own public addresses. Some systems forbid it. */
const canIsolateNetwork = (() => {
  try {
    execFileSync("unshare", ["-Urnm", "ip", "link", "set", "lo", "up"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!canIsolateNetwork)("the adapters of the deployment, with the resolver of the system", () => {
  interface Result {
    result: string;
    reached: string[];
    questions: string[];
  }
  let results: Record<string, Result>;
  const OUTSIDE = "93.184.216.34";

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), "crm-rebinding-"));
    try {
      const resolver = join(folder, "resolv.conf");
      writeFileSync(resolver, "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n");
      const setUp = [
        "ip link set lo up",
        ...[OUTSIDE, "10.0.0.1", "100.64.0.1", "169.254.169.254"].map((address) => `ip addr add ${address}/32 dev lo`),
        'mount --bind "$1" /etc/resolv.conf',
        'exec "$2" "$3"',
      ].join(" && ");
      const script = fileURLToPath(new URL("rebinding.run.ts", import.meta.url));
      const output = execFileSync("unshare", ["-Urnm", "sh", "-c", setUp, "sh", resolver, process.execPath, script], {
        encoding: "utf8",
        cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      });
      results = JSON.parse(output) as Record<string, Result>;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("reach a changing host at the checked address only, and ask for it once a request", () => {
    for (const name of CHANGING_NAMES) {
      expect(results[`first ${name}`]).toMatchObject({ reached: [`${OUTSIDE}:443`] });
      expect(results[`first ${name}`]?.questions.filter((question) => question === `A ${name}`)).toHaveLength(1);
      expect(results[`second ${name}`]).toMatchObject({ result: `${name} ${OUTSIDE_REFUSAL}`, reached: [] });
    }
  });

  it("reach a changing mail server at the checked address only", () => {
    expect([results["first mail"]?.reached, results["second mail"]?.reached]).toEqual([[`${OUTSIDE}:587`], []]);
  });

  it("open no connection to a host with any address inside, and refuse it when it is saved", () => {
    for (const name of Object.keys(INSIDE_NAMES(OUTSIDE))) {
      const refused = { result: `${name} ${OUTSIDE_REFUSAL}`, reached: [] };
      expect([results[`saved ${name}`], results[name]]).toMatchObject([refused, refused]);
      expect([name, results[`mail ${name}`]?.reached]).toEqual([name, []]);
    }
  });

  it("reach a public host: the control", () => {
    expect(results.saved).toMatchObject({ result: "no problem", reached: [] });
    expect(results.mail?.reached).toEqual([`${OUTSIDE}:587`]);
  });
});
