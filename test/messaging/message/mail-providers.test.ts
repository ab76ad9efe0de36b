import { createServer, type Server as NetServer } from "node:net";
import { Readable } from "node:stream";
import type { Client } from "@crm/aws/client.ts";
import { buildMime } from "@crm/aws/mime.ts";
import { sesClient, sesProvider } from "@crm/aws/ses-provider.ts";
import { smtpProvider } from "@crm/aws/smtp-provider.ts";
import type { OutgoingMail } from "@crm/core/messaging/channel-provider/mail-provider.ts";
import { parseEvent } from "@crm/core/messaging/channel-provider/ses.rules.ts";
import { findServerProblem, smtpFault } from "@crm/core/messaging/channel-provider/smtp.rules.ts";
import { type CertificateHolder, issueCertificate } from "@crm/local/providers/certificates.ts";
import { type AnswerMode, answerRequest, type OutgoingEvent, type ProviderState } from "@crm/local/providers/double.ts";
import { localProviders } from "@crm/local/providers/providers.ts";
import { State } from "@crm/local/store/state.ts";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

interface HttpRequest {
  method: string;
  hostname: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Mail providers: the requests that we send, and how each answer, or no answer, is handled. */

const buildMail = (more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id: "msg_1",
  sentAt: "2026-11-23T09:00:00.000Z",
  message_id: "tkt_1-abc.msg_1@acme.in.example",
  from: "Größe <support@acme.example>",
  to: "ada@example.com",
  subject: "Your berth – seven",
  text: "Guten Tag\n.\nQUIT\n",
  html: "<p>Guten Tag</p>",
  reply_to: "support+tkt_1-abc@acme.in.example",
  references: ["first@example.com", "second@example.com"],
  headers: { "List-Unsubscribe": "<https://crm.example.com/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  ...more,
});

describe("a mail", () => {
  it("has the same bytes at each attempt, names its conversation, and can be unsubscribed from", async () => {
    expect(buildMime(buildMail())).toBe(buildMime(buildMail()));
    const read = await PostalMime.parse(buildMime(buildMail({ cc: ["b@example.com", "c@example.com"] })));
    expect(read).toMatchObject({
      messageId: "<tkt_1-abc.msg_1@acme.in.example>",
      inReplyTo: "<second@example.com>",
      references: "<first@example.com> <second@example.com>",
      date: "2026-11-23T09:00:00.000Z",
      subject: "Your berth – seven",
      from: { name: "Größe", address: "support@acme.example" },
      replyTo: [{ address: "support+tkt_1-abc@acme.in.example" }],
      cc: [{ address: "b@example.com" }, { address: "c@example.com" }],
      html: expect.stringContaining("<p>Guten Tag</p>"),
      text: expect.stringContaining("QUIT"),
    });
    const headers = new Map(read.headers.map(({ key, value }) => [key, value]));
    expect(headers.get("list-unsubscribe")).toBe("<https://crm.example.com/u/1>");
    expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(headers.get("x-crm-message")).toBe("msg_1");
  });

  it("has its attachments beside text and HTML", async () => {
    const file_name = "Größe “1”.pdf";
    const bytes = Buffer.from("%PDF-1.7\r\n".repeat(100));
    const attachment = { file_name, content_type: "application/pdf", base64: bytes.toString("base64") };
    const mime = buildMime(buildMail({ attachments: [attachment, { ...attachment, file_name: 'a"\r\nBcc: b' }] }));
    const { text, html, attachments } = await PostalMime.parse(mime);
    expect([text, html]).toEqual([expect.stringContaining("QUIT"), expect.stringContaining("<p>Guten Tag</p>")]);
    expect(attachments[0]).toMatchObject({ filename: file_name, mimeType: "application/pdf", disposition: "attachment" });
    expect(bytes.compare(Buffer.from(attachments[0]?.content as ArrayBuffer))).toBe(0);
    expect(attachments).toHaveLength(2);
    expect(mime).not.toMatch(/^bcc:/im);
  });

  it("has no injected lines, and none that is too long", () => {
    const evil = "a@example.com>\r\nBcc: <evil@example.com";
    const references = Array.from({ length: 40 }, (_, index) => `${"r".repeat(90)}${index}@example.com`);
    const text = buildMime(
      buildMail({
        message_id: evil,
        references: [...references, evil],
        to: evil,
        subject: evil,
        headers: { "X-Note": evil, "List-Unsubscribe": evil },
      }),
    );
    expect(text).not.toMatch(/^bcc:/im);
    expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThan(200);
    for (const name of ["Bcc", "To", "Content-Type", "X: y\r\nBcc", "", "X Y"])
      expect(() => buildMime(buildMail({ headers: { [name]: "a@example.com" } }))).toThrow(/Invalid or reserved header name/);
  });
});

describe("SES", () => {
  interface Input {
    Content: { Raw: { Data: Uint8Array } };
    EmailTags?: { Name: string; Value: string }[];
  }
  const inputs: (Input & Record<string, unknown>)[] = [];
  const createProvider = (answer: () => unknown): ReturnType<typeof sesProvider> => {
    inputs.length = 0;
    const client: Client = {
      async send(command) {
        inputs.push((command as { input: Input & Record<string, unknown> }).input);
        return answer();
      },
    };
    return sesProvider(client, "crm-mails");
  };

  it("receives the mail with its tag and configuration set, and returns our id", async () => {
    const result = await createProvider(() => ({ MessageId: "0100-1" })).send(buildMail());
    expect(result).toMatchObject({ provider_id: "0100-1", report: { status: "sent" } });
    expect(inputs[0]).toMatchObject({
      ConfigurationSetName: "crm-mails",
      EmailTags: [{ Name: "message", Value: "msg_1" }],
      Destination: { ToAddresses: ["ada@example.com"] },
    });
    const text = Buffer.from(inputs[0]?.Content.Raw.Data ?? []).toString();
    expect(text).toMatch(/References: <first@example.com>\r\n <second@example.com>\r\n <tkt_1-abc.msg_1@acme.in.example>\r\n/);
    expect(text).toContain("In-Reply-To: <second@example.com>\r\n");
    await createProvider(() => ({ MessageId: "2" })).send(buildMail({ id: "usr_1.3.activation" }));
    expect(inputs[0]?.EmailTags).toBeUndefined();
  });

  const failing = (name: string, httpStatusCode?: number) => () => {
    throw Object.assign(new Error(`${name} it is`), { name, ...(httpStatusCode ? { $metadata: { httpStatusCode } } : {}) });
  };
  it.each<[string, number | undefined, string]>([
    ["MessageRejected", 400, "refused"],
    ["MailFromDomainNotVerifiedException", 400, "refused"],
    ["AccountSuspendedException", 400, "refused"],
    ["NotFoundException", 404, "refused"],
    ["BadRequestException", 400, "refused"],
    ["TooManyRequestsException", 429, "rate_limited"],
    ["LimitExceededException", 400, "rate_limited"],
    ["SendingPausedException", 400, "rate_limited"],
    ["ExpiredTokenException", 403, "unauthorized"],
    ["InternalServiceErrorException", 500, "unreachable"],
    ["TimeoutError", undefined, "unreachable"],
    ["ECONNRESET", undefined, "unreachable"],
  ])("error %s (%s) is %s, after one request", async (name, status, kind) => {
    await expect(createProvider(failing(name, status)).send(buildMail())).rejects.toMatchObject({ kind });
    expect(inputs).toHaveLength(1);
  });

  it("reports whether the account can be used", async () => {
    const account = { SendingEnabled: true, EnforcementStatus: "HEALTHY", ProductionAccessEnabled: true };
    expect(await createProvider(() => account).check()).toEqual({ works: true, problems: [], account_name: null });
    const paused = { ...account, SendingEnabled: false, ProductionAccessEnabled: false };
    expect(await createProvider(() => paused).check()).toMatchObject({
      works: false,
      problems: [{ code: "sending_paused" }, { code: "sandbox" }],
    });
    expect(await createProvider(failing("AccessDeniedException", 403)).check()).toMatchObject({ works: false });
  });
});

describe("the double of SES", () => {
  let state: State;
  beforeEach(() => {
    state = new State("memory");
  });
  afterEach(() => state.close());

  /** An AWS SDK client whose requests go to the double. */
  function doubled() {
    const { double, providerState } = localProviders(state).doubles.get("ses") ?? expect.fail("No double of SES");
    const client = sesClient({
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      requestHandler: {
        async handle({ method, hostname, path, headers, body }: HttpRequest) {
          const url = `https://${hostname}${path}`;
          const answer = await answerRequest(double, providerState, {
            method: method as "POST",
            url,
            headers,
            body,
            timeoutSeconds: 1,
            maxBytes: 1_000_000,
          });
          return { response: { statusCode: answer.status, headers: answer.headers, body: Readable.from([answer.body]) } };
        },
      },
    });
    const answers = (answer: AnswerMode): void => providerState.put("behaviour", "now", { answer, times: 1 });
    return { ses: sesProvider(client, "crm-mails"), double, kept: providerState, answers };
  }
  const countRequests = (providerState: ProviderState): number => providerState.list("outbox").length;

  it("accepts a mail, and its events name our message", async () => {
    const { ses, double, kept: providerState } = doubled();
    await double.configure({ hook: { url: "https://crm.example.com/hooks/h1", secrets: [] } });
    const { provider_id } = await ses.send(buildMail());
    for (const act of ["delay", "deliver", "complain"])
      expect(await double.performAct(provider_id, { do: act })).not.toHaveProperty("wrong");
    const events = providerState.list<OutgoingEvent>("waiting").flatMap(({ body }) => {
      const { Type, Message } = JSON.parse(body) as { Type: string; Message: string };
      return Type === "Notification" ? [parseEvent(Message, "")] : [];
    });
    expect(events.map((news) => [news?.event, news?.message, news?.report?.status])).toEqual([
      ["Send", "msg_1", "sent"],
      ["DeliveryDelay", "msg_1", "sent"],
      ["Delivery", "msg_1", "delivered"],
      ["Complaint", "msg_1", undefined],
    ]);
    expect(await ses.check()).toMatchObject({ works: true, problems: [] });
  });

  it.each<[AnswerMode, string]>([
    ["error", "unreachable"],
    ["timeout", "unreachable"],
    ["lost", "unreachable"],
    ["rate_limited", "rate_limited"],
    ["refused", "refused"],
  ])("with the answer %s is %s, after one request", async (mode, kind) => {
    const { ses, answers, kept: providerState } = doubled();
    answers(mode);
    await expect(ses.send(buildMail())).rejects.toMatchObject({ kind });
    expect(countRequests(providerState)).toBe(1);
  });
});

describe("replies of a mail server", () => {
  const classifyFault = (responseCode: number | undefined, code: string, hasStarted: boolean, message = `${responseCode} no`) =>
    smtpFault({ message, code, responseCode, hasDataStarted: hasStarted }, ["secret"]).kind;
  it.each<[number | undefined, string, boolean, string]>([
    [550, "EENVELOPE", false, "refused"],
    [450, "EENVELOPE", false, "rate_limited"],
    [421, "ECONNECTION", false, "rate_limited"],
    [552, "EMESSAGE", true, "refused"],
    [451, "EMESSAGE", true, "rate_limited"],
    [535, "EAUTH", false, "unauthorized"],
    [454, "EAUTH", false, "rate_limited"],
    [undefined, "EAUTH", false, "rate_limited"],
    [undefined, "ETLS", false, "refused"],
    [undefined, "EENVELOPE", false, "refused"],
    [undefined, "ECONNECTION", false, "rate_limited"],
    [undefined, "ETIMEDOUT", false, "rate_limited"],
    [undefined, "ECONNECTION", true, "unreachable"],
    [undefined, "ETIMEDOUT", true, "unreachable"],
    [undefined, "EPROTOCOL", true, "unreachable"],
  ])("%s %s, data started %s, mean %s", (status, code, hasStarted, kind) =>
    expect(classifyFault(status, code, hasStarted)).toBe(kind),
  );

  it("are repeated without the account's password, with their own code", () => {
    const fault = smtpFault(
      { message: "550 5.7.1 secret is no password", code: "EENVELOPE", responseCode: 550, hasDataStarted: false },
      ["secret"],
    );
    expect(fault).toMatchObject({ code: "5.7.1", message: "550 5.7.1 *** is no password" });
  });

  it.each([
    ["smtp.example.com", 587, true],
    ["smtp.example.com", 25, false],
    ["127.0.0.1", 587, false],
    ["169.254.169.254", 587, false],
    ["[::1]", 587, false],
    ["localhost", 465, false],
    ["db.internal", 465, false],
    ["mail.acme.corp", 465, false],
    ["mail.lan", 465, false],
    ["smtp.example.com:25", 465, false],
    ["2130706433", 465, false],
    ["", 465, false],
  ])("are requested at %s:%s: %s", (host, port, isGood) => expect(findServerProblem(host, port) === undefined).toBe(isGood));
});

describe("SMTP", () => {
  let authority: CertificateHolder;
  let serverCertificate: CertificateHolder;
  beforeAll(() => {
    const times = { from: Date.now() - 86_400_000, to: Date.now() + 86_400_000 };
    authority = issueCertificate({ name: "Test", ...times, is_authority: true });
    serverCertificate = issueCertificate({ name: "localhost", ...times, hosts: ["localhost"], keys: "rsa" }, authority);
  });

  const closing: (() => unknown)[] = [];
  afterEach(() => closing.splice(0).map((close) => close()));
  afterAll(() => expect(closing).toEqual([]));

  interface Came {
    mails: { to: string[]; text: string }[];
    most: number;
  }
  async function served(
    more: SMTPServerOptions = {},
  ): Promise<{ came: Came; smtp: ReturnType<typeof smtpProvider>; server: SMTPServer }> {
    const traffic: Came = { mails: [], most: 0 };
    let open = 0;
    const server = new SMTPServer({
      key: serverCertificate.key,
      cert: serverCertificate.certificate,
      authOptional: false,
      closeTimeout: 100,
      onConnect(_, done) {
        traffic.most = Math.max(traffic.most, ++open);
        done();
      },
      onClose: () => void open--,
      onAuth: ({ username, password }, _, done) =>
        password === "secret"
          ? done(null, { user: username })
          : done(Object.assign(new Error("Bad credentials"), { responseCode: 535 })),
      onData(stream, session, done) {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          traffic.mails.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            text: Buffer.concat(parts).toString(),
          });
          done();
        });
      },
      ...more,
    });
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.server.address() as { port: number };
    const smtp = createSmtpClient(port);
    closing.push(
      () => server.close(),
      () => smtp.close(),
    );
    return { came: traffic, smtp, server };
  }
  const createSmtpClient = (port: number, password = "secret", authorities = [authority.certificate]) =>
    smtpProvider({ host: "localhost", port, user: "crm", password, authorities }, () => undefined, {
      resolve: async () => ["127.0.0.1"],
      isReachable: () => true,
    });

  const no = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

  it("sends a mail unchanged, over TLS and signed in", async () => {
    const { came: traffic, smtp } = await served();
    const result = await smtp.send(buildMail({ cc: ["Bob <bob@example.com>"] }));
    expect(result).toMatchObject({ provider_id: "tkt_1-abc.msg_1@acme.in.example", report: { status: "sent" } });
    expect(traffic.mails).toEqual([
      { to: ["ada@example.com", "bob@example.com"], text: buildMime(buildMail({ cc: ["Bob <bob@example.com>"] })) },
    ]);
    expect(await smtp.check()).toMatchObject({ works: true });
  });

  it("uses at most five connections, and reuses them", async () => {
    const { came: traffic, smtp } = await served();
    await Promise.all(Array.from({ length: 12 }, (_, index) => smtp.send(buildMail({ id: `msg_${index}` }))));
    expect(traffic.mails).toHaveLength(12);
    expect(traffic.most).toBeLessThanOrEqual(5);
  });

  it("sends nothing without trusted TLS", async () => {
    const plain = await served({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true });
    await expect(plain.smtp.send(buildMail())).rejects.toMatchObject({ kind: "refused", code: "tls" });
    const { server, came: traffic } = await served();
    const { port } = server.server.address() as { port: number };
    const stranger = createSmtpClient(port, "secret", []);
    await expect(stranger.send(buildMail())).rejects.toMatchObject({ kind: expect.stringMatching(/refused|rate_limited/) });
    expect([...plain.came.mails, ...traffic.mails]).toEqual([]);
  });

  it("fails with a wrong password without repeating it", async () => {
    const { server } = await served();
    const { port } = server.server.address() as { port: number };
    const unauthorizedClient = createSmtpClient(port, "not-the-one");
    await expect(unauthorizedClient.send(buildMail())).rejects.toMatchObject({ kind: "unauthorized" });
    expect(JSON.stringify(await unauthorizedClient.check())).not.toContain("not-the-one");
  });

  it("reports permanent and temporary failures by the server's reply to recipient and text", async () => {
    const unknown = await served({ onRcptTo: (_, __, done) => done(no(550, "5.1.1 No such user")) });
    await expect(unknown.smtp.send(buildMail())).rejects.toMatchObject({ kind: "refused", code: "5.1.1" });
    const busy = await served({ onRcptTo: (_, __, done) => done(no(451, "4.7.1 Greylisted")) });
    await expect(busy.smtp.send(buildMail())).rejects.toMatchObject({ kind: "rate_limited", code: "4.7.1", retryAfter: 1800 });
    const spam = await served({ onData: (stream, _, done) => stream.resume().on("end", () => done(no(554, "5.7.1 Spam"))) });
    await expect(spam.smtp.send(buildMail())).rejects.toMatchObject({ kind: "refused", code: "5.7.1" });
  });

  it("reports the mail as undelivered if only a copy was accepted", async () => {
    const { smtp } = await served({
      onRcptTo: ({ address }, _, done) => (address === "ada@example.com" ? done(no(550, "5.1.1 No such user")) : done()),
    });
    const { report } = await smtp.send(buildMail({ cc: ["bob@example.com"] }));
    expect(report).toMatchObject({ status: "undelivered", error_code: "5.1.1" });
  });

  it("reports an unknown outcome if the reply to the text is lost, and never sends it again", async () => {
    let times = 0;
    const { smtp, server } = await served({
      onData(stream) {
        times++;
        stream.resume().on("end", () => {
          for (const connection of server.connections) connection.close();
        });
      },
    });
    await expect(smtp.send(buildMail())).rejects.toMatchObject({ kind: "unreachable" });
    expect(times).toBe(1);
  });

  it("reports that nothing was sent if there is no server, or it closes before the text", async () => {
    const bare: NetServer = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
    closing.push(() => bare.close());
    const { port } = bare.address() as { port: number };
    await expect(createSmtpClient(port).send(buildMail())).rejects.toMatchObject({ kind: "rate_limited", code: "not_connected" });
    bare.close();
    await expect(createSmtpClient(1).send(buildMail())).rejects.toMatchObject({ kind: "rate_limited", code: "not_connected" });
    const { smtp, server } = await served({
      onMailFrom() {
        for (const connection of server.connections) connection.close();
      },
    });
    await expect(smtp.send(buildMail())).rejects.toMatchObject({ kind: "rate_limited", code: "not_connected" });
  });
});
