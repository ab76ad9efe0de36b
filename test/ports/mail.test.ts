import { sesMail } from "@crm/aws/mail.ts";
import type { Mail, MailMessage } from "@crm/core/kernel/ports.ts";
import { mailbox } from "@crm/local/ports/adapters.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { awsError, createFakeClient, type FakeClient } from "./fake-aws-client.ts";

interface SesEmail {
  FromEmailAddress: string;
  Destination: { ToAddresses: string[] };
  Content: {
    Simple: { Subject: { Data: string }; Body: { Text: { Data: string } }; Headers: { Name: string; Value: string }[] };
  };
}

interface MailHarness {
  mail: Mail;
  listArrived(): MailMessage[];
}

const states: State[] = [];
afterAll(() => {
  for (const state of states) state.close();
});

function createLocalMail(): MailHarness {
  const state = new State("memory");
  states.push(state);
  const mail = mailbox(state);
  return { mail, listArrived: () => mail.sent().map(({ channel: _channel, sent_at: _at, ...message }) => message) };
}

const readSesMails = ({ commands: sent }: FakeClient) =>
  sent.map(({ input }) => {
    const { Destination, Content } = input as unknown as SesEmail;
    const { Subject, Body, Headers } = Content.Simple;
    const { "X-CRM-Message": id = "", ...headers } = Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value]));
    return { id, to: Destination.ToAddresses.join(), subject: Subject.Data, text: Body.Text.Data, headers };
  });

function createSesMail(): MailHarness {
  const client = createFakeClient({ SendEmail: () => ({ MessageId: "1" }) });
  return { mail: sesMail(client, "CRM <crm@example.com>", "crm-mail"), listArrived: () => readSesMails(client) };
}

const message: MailMessage = {
  id: "usr_1.3.activation_requested",
  to: "grâce@example.com",
  subject: "Einladung für Grâce ✓",
  text: "Guten Tag,\n\nhttps://crm.example.com/activate?token=a.b.c\n",
  headers: {
    "List-Unsubscribe": "<https://crm.example.com/x?token=a.b.c>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  },
};

describe.each([
  ["the mailbox", createLocalMail],
  ["SES", createSesMail],
] as const)("mail by %s", (_, make) => {
  it("arrives as it was written", async () => {
    const { mail, listArrived: arrived } = make();
    await mail.send(message);
    expect(arrived()).toEqual([message]);
  });

  it("arrives at each recipient", async () => {
    const { mail, listArrived: arrived } = make();
    await mail.send(message);
    await mail.send({ ...message, id: "other", to: "other@example.com" });
    expect(arrived().map(({ to }) => to)).toEqual([message.to, "other@example.com"]);
  });
});

describe("mail by SES", () => {
  const invitation: MailMessage = {
    ...message,
    to: "grace@grâce.example",
    reply_to: "ada@example.com",
    subject: `Changed: ${"漢字😀 and more ".repeat(12)}\r\nBcc: evil@example.com`,
    text: `Guten Tag 漢字\n.\n${"x".repeat(3000)}`,
    calendar: { method: "REQUEST", text: "BEGIN:VCALENDAR\r\nSUMMARY:漢字\r\nEND:VCALENDAR\r\n" },
  };
  async function readRawMail(
    sent: MailMessage,
  ): Promise<{ head: string[]; parts: { type: string; text: string }[]; raw: string }> {
    const client = createFakeClient({ SendEmail: () => ({}) });
    await sesMail(client, "Größe <crm@example.com>", "crm-mail").send(sent);
    const [input] = client.commands.map((command) => command.input as { Content: { Raw: { Data: Uint8Array } } });
    const raw = Buffer.from(input?.Content.Raw.Data ?? []).toString("latin1");
    const [head = "", ...body] = raw.split("\r\n\r\n");
    const unfolded = head.replaceAll(/\r\n[ \t]/g, " ");
    const [, boundary = ""] = /boundary="([^"]+)"/.exec(unfolded) ?? [];
    const parts = body.join("\r\n\r\n").split(`--${boundary}`).slice(1, -1);
    const read = (part: string) => {
      const [partHead = "", encoded = ""] = part.split("\r\n\r\n");
      return { type: /Content-Type: (.*)/.exec(partHead)?.[1] ?? "", text: Buffer.from(encoded, "base64").toString() };
    };
    return { head: unfolded.split("\r\n"), parts: parts.map(read), raw };
  }
  const decoded = (line = ""): string =>
    line
      .replaceAll(/\?=\s+=\?/g, "?==?")
      .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/g, (_, word: string) => Buffer.from(word, "base64").toString());

  it("with a calendar has both as alternatives, in short lines of ASCII", async () => {
    const { head, parts, raw } = await readRawMail(invitation);
    expect(parts).toEqual([
      { type: "text/plain; charset=utf-8", text: invitation.text.replaceAll("\n", "\r\n") },
      { type: "text/calendar; charset=utf-8; method=REQUEST", text: invitation.calendar?.text },
    ]);
    expect(head.find((line) => line.startsWith("Content-Type"))).toContain("multipart/alternative");
    expect(raw).toMatch(/^[\r\n\x20-\x7e]*$/);
    for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
  });

  it("cannot get injected headers from user input", async () => {
    const { head } = await readRawMail(invitation);
    expect(head.map((line) => line.split(":")[0])).toEqual([
      ...["From", "To", "Reply-To", "Subject", "X-CRM-Message", "List-Unsubscribe", "List-Unsubscribe-Post"],
      ...["MIME-Version", "Content-Type"],
    ]);
    expect(head.slice(0, 4).map(decoded)).toEqual([
      "From: Größe <crm@example.com>",
      "To: grace@xn--grce-coa.example",
      "Reply-To: ada@example.com",
      `Subject: Changed: ${"漢字😀 and more ".repeat(12)} Bcc: evil@example.com`,
    ]);
    const { head: otherHead } = await readRawMail({
      ...invitation,
      subject: "Plain",
      reply_to: "x@y.example\r\nBcc: evil@example.com",
    });
    expect(otherHead.some((line) => line.startsWith("Bcc"))).toBe(false);
    expect(otherHead).toContain("Subject: Plain");
  });

  it("has the configured sender, in UTF-8", async () => {
    const client = createFakeClient({ SendEmail: () => ({}) });
    await sesMail(client, "CRM <crm@example.com>", "crm-mail").send(message);
    const input = client.commands[0]?.input as unknown as SesEmail;
    expect(input.FromEmailAddress).toBe("CRM <crm@example.com>");
    expect(input.Content.Simple.Subject).toEqual({ Data: message.subject, Charset: "UTF-8" });
  });

  it("throws if it is rejected, so that it is retried", async () => {
    const mail = sesMail(
      createFakeClient({ SendEmail: () => Promise.reject(awsError("TooManyRequestsException")) }),
      "crm@example.com",
      "crm-mail",
    );
    await expect(mail.send(message)).rejects.toThrow("TooManyRequestsException");
  });
});
