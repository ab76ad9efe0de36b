import { createSecretKey, randomBytes } from "node:crypto";
import {
  buildMessageId,
  buildToken,
  listThreadCandidates,
  parseMailbox,
  replyAddress,
  verifyToken,
} from "@crm/core/messaging/inbound-mail/thread.rules.ts";
import { describe, expect, it } from "vitest";

const [A, B] = ["tkt_01h2x3y4z5a6b7c8d9", "tkt_01h2x3y4z5a6b7c8d9p0j9k8h7g6f5e4d3c2b"] as const;
const createKeyring = () => [createSecretKey(randomBytes(32))] as const;
const signingContext = { keys: createKeyring(), tenant: "ten_1" };
const host = "acme.in.example";

describe("a token", () => {
  it("identifies the id for the tenant with the signing key, in either case", () => {
    for (const id of [A, B]) {
      expect(verifyToken(buildToken(id, signingContext), signingContext)).toBe(id);
      expect(verifyToken(buildToken(id, signingContext).toUpperCase(), signingContext)).toBe(id);
      expect(verifyToken(buildToken(id, signingContext), { ...signingContext, tenant: "ten_2" })).toBeUndefined();
      expect(verifyToken(buildToken(id, signingContext), { ...signingContext, keys: createKeyring() })).toBeUndefined();
      expect(replyAddress(id, host, signingContext).split("@")[0]?.length).toBeLessThanOrEqual(64);
    }
  });

  it("is invalid with another id or letter, or if it is shorter", () => {
    const token = buildToken(A, signingContext);
    const [id = "", signature = ""] = token.split("-");
    const otherSignature = `${signature.startsWith("a") ? "b" : "a"}${signature.slice(1)}`;
    for (const forged of [
      `${id.slice(0, -1)}z-${signature}`,
      `${id}-${otherSignature}`,
      token.slice(0, -1),
      `${token}a`,
      id,
      `${id}-`,
      "",
      "x",
    ])
      expect(verifyToken(forged, signingContext), forged).toBeUndefined();
  });
});

describe("an address", () => {
  it.each([
    ["support@acme.in.example", { slug: "acme", token: null }],
    ["Support@ACME.In.Example", { slug: "acme", token: null }],
    ["support+tkt_1-abc@acme.in.example", { slug: "acme", token: "tkt_1-abc" }],
    ["support+a+b@acme.in.example", { slug: "acme", token: "a+b" }],
    ["sales@acme.in.example", undefined],
    ["support@in.example", undefined],
    ["support@a.b.in.example", undefined],
    ["support@acme.in.example.evil.example", undefined],
    ["support@acme.in.examples", undefined],
    ["support@acmein.example", undefined],
    ["support@a#b.in.example", undefined],
    ["support", undefined],
    ["", undefined],
  ])("%s", (address, mailbox) => expect(parseMailbox(address, "in.example")).toEqual(mailbox));
});

describe("the thread of a mail", () => {
  const address = replyAddress(A, host, signingContext);
  const [first, second] = [buildMessageId(B, "evt_1", host, signingContext), buildMessageId(A, "evt_2", host, signingContext)];
  const foreign = buildMessageId(B, "evt_1", host, { ...signingContext, tenant: "ten_2" });

  it.each([
    ["nothing", [], [], []],
    ["its address", [address], [], [{ id: A, proof: "address" }]],
    [
      "its address, before its references",
      [address],
      [first],
      [
        { id: A, proof: "address" },
        { id: B, proof: "message_id" },
      ],
    ],
    [
      "mails of ours, in their order",
      [`support@${host}`],
      [first, second],
      [
        { id: B, proof: "message_id" },
        { id: A, proof: "message_id" },
      ],
    ],
    ["the same by both once", [address], [second], [{ id: A, proof: "address" }]],
    ["a mail of another tenant", [`support@${host}`], [foreign], []],
    ["forged ids", [`support+${A}-aaaaaaaaaaaaaa@${host}`], [`${A}.x@${host}`, `${A}-.x@${host}`, "x", "@", ""], []],
  ])("%s", (_name, recipients, in_reply_to, threads) => {
    expect(listThreadCandidates({ recipients, in_reply_to }, signingContext)).toEqual(threads);
  });

  it("has one message id for each outgoing mail, with any characters", () => {
    expect(buildMessageId(A, "evt 1\r\nX: <y>", host, signingContext)).toBe(`${buildToken(A, signingContext)}.evt1Xy@${host}`);
    expect(first).not.toBe(buildMessageId(B, "evt_2", host, signingContext));
  });
});
