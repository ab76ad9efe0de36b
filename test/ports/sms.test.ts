import { awsSms } from "@crm/aws/sms.ts";
import type { Sms, SmsMessage } from "@crm/core/kernel/ports.ts";
import { mailbox, smsMailbox } from "@crm/local/ports/adapters.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

const SENDER = "arn:aws:sms-voice:eu-west-1:123456789012:pool/pool-0123456789abcdef";
const message: SmsMessage = { id: "sgq_1.3.code_asked", to: "+4915112345678", text: "Your code ✓ is 123456." };

interface SmsHarness {
  sms: Sms;
  listArrived(): { to: unknown; text: unknown }[];
}

const states: State[] = [];
afterAll(() => {
  for (const state of states) state.close();
});

function createLocalSms(): SmsHarness {
  const state = new State("memory");
  states.push(state);
  return {
    sms: smsMailbox(state),
    listArrived: () =>
      mailbox(state)
        .sent()
        .map(({ to, text }) => ({ to, text })),
  };
}

function createAwsSms(): SmsHarness {
  const client = createFakeClient({ SendTextMessage: () => ({ MessageId: "1" }) });
  const arrived = () => client.commands.map(({ input }) => ({ to: input.DestinationPhoneNumber, text: input.MessageBody }));
  return { sms: awsSms(client, SENDER), listArrived: arrived };
}

describe.each([
  ["the mailbox", createLocalSms],
  ["AWS", createAwsSms],
] as const)("a text message sent with %s", (_, make) => {
  it("arrives with its exact text", async () => {
    const { sms, listArrived: arrived } = make();
    await sms.send(message);
    expect(arrived()).toEqual([{ to: message.to, text: message.text }]);
  });
});

describe("a text message by AWS", () => {
  it("comes from the configured sender and expires after ten minutes", async () => {
    const client = createFakeClient({ SendTextMessage: () => ({}) });
    await awsSms(client, SENDER).send(message);
    expect(client.commands[0]?.input).toMatchObject({
      OriginationIdentity: SENDER,
      MessageType: "TRANSACTIONAL",
      TimeToLive: 600,
      Context: { message: message.id },
    });
  });

  it("expires when it is no longer useful", async () => {
    const client = createFakeClient({ SendTextMessage: () => ({}) });
    await awsSms(client, SENDER).send({ ...message, valid_seconds: 3600 });
    expect(client.commands[0]?.input).toMatchObject({ TimeToLive: 3600 });
  });

  it("throws when the provider rejects it, so that it is retried", async () => {
    const sms = awsSms(createFakeClient({ SendTextMessage: () => Promise.reject(awsError("ThrottlingException")) }), SENDER);
    await expect(sms.send(message)).rejects.toThrow("ThrottlingException");
  });
});
