import { Clock } from "@crm/core/kernel/clock.ts";
import type { Web, WebRequest } from "@crm/core/kernel/ports.ts";
import type { OutgoingText, SmsProvider, SmsProviderName } from "@crm/core/messaging/channel-provider/sms-provider.ts";
import { parseFault as telnyxFault, toStatus as telnyxStatus } from "@crm/core/messaging/channel-provider/telnyx.rules.ts";
import { createTelnyx } from "@crm/core/messaging/channel-provider/telnyx.ts";
import { parseFault as twilioFault, toStatus as twilioStatus } from "@crm/core/messaging/channel-provider/twilio.rules.ts";
import { createTwilio } from "@crm/core/messaging/channel-provider/twilio.ts";
import { listSignedUrls, verifySignature } from "@crm/core/messaging/inbound-webhook/signature-check.rules.ts";
import type { AnswerMode } from "@crm/local/providers/double.ts";
import { localProviders } from "@crm/local/providers/providers.ts";
import { State } from "@crm/local/store/state.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** Each adapter against its provider's double, without the rest of the system. */

interface ProviderDouble {
  sms: SmsProvider;
  requests: WebRequest[];
  setAnswer(answer: AnswerMode, times?: number): void;
  act(id: string, act: string, reason?: string): Promise<{ url: string; body: string; headers: Record<string, string> }[]>;
  /** The secret that verifies its webhooks. */
  secret: string;
  createAdapter(key: string): SmsProvider;
}

let state: State;
let now: number;
beforeEach(() => {
  state = new State("memory");
  now = Date.parse("2026-11-23T09:00:00Z");
  Clock.set(() => now);
});
afterEach(() => {
  state.close();
  Clock.set();
});

const HOOK_URL = "https://crm.example.com/hooks/h1";

async function createDouble(name: SmsProviderName): Promise<ProviderDouble> {
  const { web: sending, doubles } = localProviders(state);
  const { double, providerState } = doubles.get(name) ?? expect.fail(`No double of ${name}`);
  const requests: WebRequest[] = [];
  const web: Web = {
    send(request) {
      requests.push(request);
      return sending.send(request);
    },
  };
  const account = await double.credentials();
  await double.configure({ hook: { url: HOOK_URL, secrets: [] } });
  const as = (key: string): SmsProvider =>
    name === "telnyx"
      ? createTelnyx(web, { api_key: key })
      : createTwilio(web, { account_sid: String(account.account_sid), auth_token: key });
  return {
    sms: as(String(name === "telnyx" ? account.api_key : account.auth_token)),
    requests: requests,
    setAnswer: (answer, times) => providerState.put("behaviour", "now", { answer, times: times ?? null }),
    async act(id, act, reason) {
      const done = await double.performAct(id, { do: act, ...(reason === undefined ? {} : { reason }) });
      return "wrong" in done ? expect.fail(done.wrong) : done.events;
    },
    secret: String(name === "telnyx" ? account.public_key : account.auth_token),
    createAdapter: as,
  };
}

const buildText = (more: Partial<OutgoingText> = {}): OutgoingText => ({
  ...{
    from: "+12025550100",
    to: "+4915112345678",
    text: "Your berth is ready: 7 – see you",
    report_to: `${HOOK_URL}?message=msg_1`,
  },
  ...more,
});

describe.each<SmsProviderName>(["twilio", "telnyx"])("%s", (name) => {
  let double: ProviderDouble;
  beforeEach(async () => {
    double = await createDouble(name);
  });

  it("accepts a message, and reports its status from then on", async () => {
    const { provider_id, report } = await double.sms.send(buildText());
    expect(report).toEqual({ status: "sent", reportedAt: "2026-11-23T09:00:00.000Z", error_code: null, error_message: null });
    now += 5000;
    await double.act(provider_id, "send");
    expect((await double.sms.fetchStatus(provider_id)).status).toBe("sent");
    await double.act(provider_id, "deliver");
    expect(await double.sms.fetchStatus(provider_id)).toMatchObject({
      status: "delivered",
      reportedAt: "2026-11-23T09:00:05.000Z",
    });
  });

  it.each(["undeliver", "fail"])("reports why a message failed: %s", async (act) => {
    const { provider_id } = await double.sms.send(buildText());
    await double.act(provider_id, act);
    expect(await double.sms.fetchStatus(provider_id)).toMatchObject({
      status: act === "fail" ? "failed" : "undelivered",
      error_code: expect.stringMatching(/^\d{5}$/),
    });
  });

  it("sends signed events to the address that names the message", async () => {
    const { provider_id } = await double.sms.send(buildText());
    const events = [...(await double.act(provider_id, "send")), ...(await double.act(provider_id, "deliver"))];
    expect(events).toHaveLength(2);
    for (const { url, body, headers } of events) {
      expect(url).toBe(`${HOOK_URL}?message=msg_1`);
      const call = { bytes: Buffer.from(body), headers, query: "message=msg_1" };
      const signatureOptions = { secrets: [double.secret], urls: listSignedUrls(HOOK_URL, call.query), now };
      expect(verifySignature(name, call, signatureOptions)).toBeDefined();
      expect(verifySignature(name, { ...call, bytes: Buffer.from(`${body} `) }, signatureOptions)).toBeUndefined();
    }
  });

  it("reports a permanent rejection with its reason", async () => {
    await expect(double.sms.send(buildText({ to: "+49" }))).rejects.toMatchObject({
      kind: "refused",
      code: expect.stringMatching(/^\d{5}$/),
    });
    await expect(double.sms.send(buildText({ text: "" }))).rejects.toMatchObject({ kind: "refused" });
    await expect(double.sms.fetchStatus("unknown")).rejects.toMatchObject({ kind: "gone" });
    double.setAnswer("refused", 1);
    await expect(double.sms.send(buildText())).rejects.toMatchObject({ kind: "refused" });
  });

  it("accepts nothing for a recipient after STOP, until START", async () => {
    const { provider_id } = await double.sms.send(buildText());
    await double.act(provider_id, "reply", "Stop");
    await expect(double.sms.send(buildText())).rejects.toMatchObject({
      kind: "refused",
      code: name === "twilio" ? "21610" : "40300",
    });
    await double.act(provider_id, "reply", "START");
    await double.sms.send(buildText());
  });

  it("reports a rate limit with its duration, without sending", async () => {
    double.setAnswer("rate_limited", 1);
    await expect(double.sms.send(buildText())).rejects.toMatchObject({ kind: "rate_limited", retryAfter: 7 });
    await double.sms.send(buildText());
  });

  it.each<[AnswerMode]>([["timeout"], ["lost"], ["error"]])("reports an unknown outcome without an answer (%s)", async (mode) => {
    double.setAnswer(mode, 1);
    const tried_at = Clock.now();
    await expect(double.sms.send(buildText())).rejects.toMatchObject({ kind: "unreachable" });
    const matches = await double.sms.find(buildText(), tried_at);
    if (name === "telnyx") return expect(matches).toBeUndefined();
    expect(matches).toHaveLength(mode === "lost" ? 1 : 0);
  });

  it("finds only messages with the same text and numbers since the attempt", async () => {
    const { provider_id: before } = await double.sms.send(buildText());
    now += 60_000;
    const tried_at = Clock.now();
    const { provider_id: firstId } = await double.sms.send(buildText());
    await double.sms.send(buildText({ text: "Another" }));
    await double.sms.send(buildText({ to: "+4915112345679" }));
    now += 1000;
    const { provider_id: two } = await double.sms.send(buildText());
    const matches = await double.sms.find(buildText(), tried_at);
    if (name === "telnyx") return expect(matches).toBeUndefined();
    expect(matches?.map(({ provider_id }) => provider_id)).toEqual([firstId, two]);
    expect([firstId, two]).not.toContain(before);
  });

  it("reports whether an account works, without its key", async () => {
    expect(await double.sms.check()).toMatchObject({ works: true, problems: [] });
    const checkResult = await double.createAdapter("not-the-key").check();
    expect(checkResult).toMatchObject({ works: false, problems: [{ code: name === "twilio" ? "20003" : "10009" }] });
    expect(JSON.stringify(checkResult)).not.toContain("not-the-key");
    double.setAnswer("timeout", 1);
    expect(await double.sms.check()).toMatchObject({ works: false, problems: [{ code: "no_answer" }] });
  });
});

describe("an error response", () => {
  it.each<[number, string]>([
    [400, "refused"],
    [401, "unauthorized"],
    [404, "gone"],
    [408, "unreachable"],
    [429, "rate_limited"],
    [302, "unreachable"],
    [503, "unreachable"],
  ])("with status %i is %s for both providers", (status, kind) => {
    const answer = { status, headers: {}, body: Buffer.from("{}") };
    expect([twilioFault, telnyxFault].map((faultIn) => faultIn(answer, 0, [])?.kind)).toEqual([kind, kind]);
  });
});

describe("a provider's status", () => {
  it.each([
    ["accepted", "sent"],
    ["queued", "sent"],
    ["partially_delivered", "sent"],
    ["read", "delivered"],
    ["canceled", "failed"],
    ["undelivered", "undelivered"],
    ["something new", "sent"],
    ["constructor", "sent"],
  ])("of Twilio, %s, maps to %s", (status, expectedStatus) => expect(twilioStatus(status)).toBe(expectedStatus));

  it.each([
    ["queued", "sent"],
    ["delivery_unconfirmed", "sent"],
    ["dlr_timeout", "sent"],
    ["delivered", "delivered"],
    ["delivery_failed", "undelivered"],
    ["expired", "undelivered"],
    ["sending_failed", "failed"],
    ["something new", "sent"],
  ])("of Telnyx, %s, maps to %s", (status, expectedStatus) => expect(telnyxStatus(status)).toBe(expectedStatus));
});
