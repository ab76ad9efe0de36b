import { sesMail } from "@crm/aws/mail.ts";
import type { Mail, MailMessage } from "@crm/core/kernel/ports.ts";
import { mailbox } from "@crm/local/adapters.ts";
import { State } from "@crm/local/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { awsError, type Fake, fake } from "./fakes.ts";

interface Sent {
  FromEmailAddress: string;
  Destination: { ToAddresses: string[] };
  Content: {
    Simple: { Subject: { Data: string }; Body: { Text: { Data: string } }; Headers: { Name: string; Value: string }[] };
  };
}

interface Room {
  mail: Mail;
  arrived(): MailMessage[];
}

const states: State[] = [];
afterAll(() => {
  for (const state of states) state.close();
});

function local(): Room {
  const state = new State("memory");
  states.push(state);
  const mail = mailbox(state);
  return { mail, arrived: () => mail.sent().map(({ channel: _channel, sent_at: _at, ...message }) => message) };
}

const read = ({ sent }: Fake) =>
  sent.map(({ input }) => {
    const { Destination, Content } = input as unknown as Sent;
    const { Subject, Body, Headers } = Content.Simple;
    const { "X-CRM-Message": id = "", ...headers } = Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value]));
    return { id, to: Destination.ToAddresses.join(), subject: Subject.Data, text: Body.Text.Data, headers };
  });

function ses(): Room {
  const client = fake({ SendEmail: () => ({ MessageId: "1" }) });
  return { mail: sesMail(client, "CRM <crm@example.com>", "crm-mail"), arrived: () => read(client) };
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
  ["the mailbox", local],
  ["SES", ses],
] as const)("mail by %s", (_, make) => {
  it("arrives as it was written", async () => {
    const { mail, arrived } = make();
    await mail.send(message);
    expect(arrived()).toEqual([message]);
  });

  it("arrives at each who is meant", async () => {
    const { mail, arrived } = make();
    await mail.send(message);
    await mail.send({ ...message, id: "other", to: "other@example.com" });
    expect(arrived().map(({ to }) => to)).toEqual([message.to, "other@example.com"]);
  });
});

describe("mail by SES", () => {
  it("comes from the configured sender, in UTF-8", async () => {
    const client = fake({ SendEmail: () => ({}) });
    await sesMail(client, "CRM <crm@example.com>", "crm-mail").send(message);
    const input = client.sent[0]?.input as unknown as Sent;
    expect(input.FromEmailAddress).toBe("CRM <crm@example.com>");
    expect(input.Content.Simple.Subject).toEqual({ Data: message.subject, Charset: "UTF-8" });
  });

  it("throws when it is refused, so that it is tried again", async () => {
    const mail = sesMail(
      fake({ SendEmail: () => Promise.reject(awsError("TooManyRequestsException")) }),
      "crm@example.com",
      "crm-mail",
    );
    await expect(mail.send(message)).rejects.toThrow("TooManyRequestsException");
  });
});
