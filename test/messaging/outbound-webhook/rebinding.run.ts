import { createServer } from "node:net";
import { outbound } from "@crm/aws/ports/outbound.ts";
import { smtpProvider } from "@crm/aws/smtp-provider.ts";
import { startDnsServer } from "./dns-server.ts";
import { CHANGING_MAIL_NAME, CHANGING_NAMES, INSIDE_NAMES, setHostileAnswers } from "./rebinding-answers.ts";

/**
 * Runs the adapters of the deployment in a network of its own (Linux namespaces), in which the resolver of the system asks the DNS server of this
 * process, and in which one public address and some inside ones belong to this machine. Prints which of its addresses each name reached.
 */

const OUTSIDE = "93.184.216.34";
const PORTS = [443, 587];

const dns = await startDnsServer(53);
setHostileAnswers(dns, OUTSIDE);
let reached: string[] = [];
const servers = await Promise.all(
  PORTS.map(async (port) => {
    const server = createServer((socket) => {
      reached.push(`${socket.localAddress}:${socket.localPort}`);
      socket.on("error", () => undefined);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(port, "0.0.0.0", resolve));
    return server;
  }),
);

const describeError = (error: unknown): string => (error as Error).message;
const post = (name: string): Promise<string> =>
  outbound()
    .post({ url: `https://${name}/hook`, headers: {}, body: "{}", timeoutSeconds: 10, maxBytes: 100 })
    .then(() => "answered", describeError);
const connectMail = async (name: string): Promise<string> => {
  const provider = smtpProvider({ host: name, port: 587, user: "u", password: "p" });
  const { problems } = await provider.check();
  provider.close();
  return problems.map(({ message }) => message).join();
};

const results: Record<string, { result: string; reached: string[]; questions: string[] }> = {};
async function record(key: string, work: () => Promise<string>): Promise<void> {
  const before = dns.questions.length;
  reached = [];
  results[key] = { result: await work(), reached: [...new Set(reached)], questions: dns.questions.slice(before) };
}

for (const name of CHANGING_NAMES) {
  await record(`first ${name}`, () => post(name));
  await record(`second ${name}`, () => post(name));
}
await record("saved", async () => (await outbound().findProblem("https://steady.example.com/hook")) ?? "no problem");
for (const name of Object.keys(INSIDE_NAMES(OUTSIDE))) {
  await record(`saved ${name}`, async () => (await outbound().findProblem(`https://${name}/hook`)) ?? "no problem");
  await record(name, () => post(name));
  await record(`mail ${name}`, () => connectMail(name));
}
for (const round of ["first", "second"]) await record(`${round} mail`, () => connectMail(CHANGING_MAIL_NAME));
await record("mail", () => connectMail("steady.example.com"));
process.stdout.write(JSON.stringify(results));
for (const server of servers) server.close();
dns.stop();
