import type { ApprovalRecord } from "@crm/core/agreements/approval/approval.entity.ts";
import { Approvals } from "@crm/core/agreements/approval/approval.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Flows } from "@crm/core/kernel/ports.ts";
import { Flow } from "@crm/core/lib/state-machine/flow.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  deliverToSubscriber,
  inProcessTransport,
  isRecordWrite,
  recordPublishedEvents,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { createSubmittedQuote, createTeam, HOUR_MS, publishApprovalRule, type Team } from "./support.ts";

/** The approval reconciliation job: lost answers, and state machines that never started or failed. */

let app: App;
let tenant: Tenant;
let team: Team;
let port: Flows;
beforeEach(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  tenant = await signUp(app);
  team = await createTeam(app, tenant);
  port = { ...app.ports.flows };
});
afterEach(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const loadApproval = async (id: string) => (await runInTenant(() => Records.load(Approvals, id))) as ApprovalRecord;
const advanceClock = async (ms: number) => {
  app.setClock({ advance: ms });
  await app.settle();
};
const approvalIdAt = (quote: { approval?: unknown }, index = 0) =>
  String((quote.approval as { approvals: { id: string }[] }).approvals[index]?.id);
/** The current quote, read in a new session. */
const readQuote = async (id: string) => {
  await app.settle();
  const { access_token } = await signIn(app, tenant);
  return (await createClient(inProcessTransport(app, access_token)).getQuote({ id })).data;
};
const readFlow = (quote: string) => runInTenant(() => Flow.readHistory("approval", `${quote}-1`));
const MINUTE_MS = 60_000;

describe("a decision with a lost response", () => {
  it("stays, and is sent to the flow again", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    app.ports.flows.succeed = async () => Promise.reject(new Error("Lost"));
    const { data } = await team.manager.client.approveApproval({ id: approvalIdAt(quote) });
    expect(data.status).toBe("approved");
    app.ports.flows.succeed = port.succeed;
    expect((await readQuote(quote.id)).status).toBe("PENDING_APPROVAL");
    await advanceClock(2 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("APPROVED");
    await advanceClock(4 * MINUTE_MS);
    expect((await loadApproval(approvalIdAt(quote))).attention_at).toBeNull();
  });

  it("is sent to the flow until that succeeds", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    app.ports.flows.succeed = async () => Promise.reject(new Error("Lost"));
    await team.manager.client.rejectApproval({ id: approvalIdAt(quote) });
    for (let times = 0; times < 4; times++) await advanceClock(3 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("PENDING_APPROVAL");
    app.ports.flows.succeed = port.succeed;
    await advanceClock(3 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("DRAFT");
  });

  it("is found when the flow asks again, and no reminder is sent", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    app.ports.flows.succeed = async () => Promise.reject(new Error("Lost"));
    await team.manager.client.approveApproval({ id: approvalIdAt(quote) });
    await advanceClock(25 * HOUR_MS);
    app.ports.flows.succeed = port.succeed;
    await advanceClock(3 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("APPROVED");
    expect(await loadApproval(approvalIdAt(quote))).toMatchObject({ status: "approved", reminded_at: null });
  });
});

describe("an execution", () => {
  it("is started later if it never started", async () => {
    app.ports.flows.start = async () => undefined;
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    expect(await readFlow(quote.id)).toBeUndefined();
    app.ports.flows.start = port.start;
    await advanceClock(3 * MINUTE_MS);
    expect(await readFlow(quote.id)).toMatchObject({ status: "RUNNING" });
    expect((await loadApproval(approvalIdAt(quote))).token).not.toBeNull();
  });

  it("finds a decision that was made before it started", async () => {
    app.ports.flows.start = async () => undefined;
    const quote = await createSubmittedQuote(team.rep, "15");
    await team.manager.client.approveApproval({ id: approvalIdAt(quote) });
    await app.settle();
    app.ports.flows.start = port.start;
    await advanceClock(3 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("APPROVED");
  });

  it("that has failed does not block the conclusion of a decision", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    const history: Flows["history"] = {
      ...port.history,
      read: async () => ({ status: "FAILED", started_at: "", ended_at: "", error: "x", cause: "" }),
    };
    app.ports.flows.succeed = async () => "ended";
    app.ports.flows.history = history;
    await team.manager.client.approveApproval({ id: approvalIdAt(quote) });
    await advanceClock(2 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("APPROVED");
  });

  it("that has failed leaves no approval pending", async () => {
    await publishApprovalRule(tenant, { approvers: ["MANAGER", "DIRECTOR"] });
    app.ports.flows.start = async () => undefined;
    const quote = await createSubmittedQuote(team.rep, "5");
    await app.settle();
    app.ports.flows.history = {
      ...port.history,
      read: async () => ({ status: "FAILED", started_at: "", ended_at: "", error: "x", cause: "" }),
    };
    for (let days = 0; days < 9; days++) await advanceClock(24 * HOUR_MS);
    await advanceClock(2 * MINUTE_MS);
    expect((await readQuote(quote.id)).status).toBe("DRAFT");
    expect((await loadApproval(approvalIdAt(quote, 0))).status).toBe("expired");
    expect((await loadApproval(approvalIdAt(quote, 1))).status).toBe("cancelled");
  });

  it("starts once for each submission, despite repeated events", async () => {
    const events = recordPublishedEvents(app);
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    const requested = events.filter(({ type }) => type === "approval.requested");
    expect(requested).toHaveLength(1);
    const { token } = await loadApproval(approvalIdAt(quote));
    for (const event of [...requested, ...requested]) await deliverToSubscriber(app, "approval-start", event);
    await app.settle();
    expect(await loadApproval(approvalIdAt(quote))).toMatchObject({ token, status: "pending" });
  });
});

describe("a change at the moment of the decision", () => {
  it("cancels the approval instead of being approved", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    const { database } = app.ports;
    const send = database.send.bind(database);
    let change: Promise<unknown> | undefined;
    database.send = async (command, scope) => {
      const isDecision = isRecordWrite(command) && JSON.stringify(command).includes("I agree");
      if (isDecision && !change) {
        change = team.rep.client.updateQuote({ id: quote.id, discount_percent: "20" });
        await change;
      }
      return send(command, scope);
    };
    const approving = team.manager.client.approveApproval({ id: approvalIdAt(quote), comment: "I agree" });
    await expect(approving).rejects.toMatchObject({ status: 409 });
    expect(change).toBeDefined();
    expect(await readQuote(quote.id)).toMatchObject({ status: "DRAFT", discount_percent: "20", approval: null });
    expect((await loadApproval(approvalIdAt(quote))).status).toBe("cancelled");
  });
});

describe("a decision at the moment of expiry", () => {
  it("an answer and the expiry leave exactly one outcome", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    app.setClock({ advance: 169 * HOUR_MS });
    const { access_token } = (
      await createClient(inProcessTransport(app)).login({
        email: team.manager.email,
        password: "Correct-Horse-9000",
        tenant_slug: tenant.slug,
      })
    ).data;
    const manager = createClient(inProcessTransport(app, access_token));
    const [answer] = await Promise.all([
      manager.approveApproval({ id: approvalIdAt(quote) }).then(
        () => "approved",
        () => "late",
      ),
      app.settle(),
    ]);
    const { status, approval } = await readQuote(quote.id);
    const approvalStatus = (await loadApproval(approvalIdAt(quote))).status;
    expect([answer, approvalStatus, status, approval?.outcome]).toEqual(
      approvalStatus === "approved" ? ["approved", "approved", "APPROVED", "APPROVED"] : ["late", "expired", "DRAFT", "EXPIRED"],
    );
  });

  it("an answer after the expiry is rejected", async () => {
    const quote = await createSubmittedQuote(team.rep, "15");
    await app.settle();
    for (const hours of [25, 48, 96]) await advanceClock(hours * HOUR_MS);
    const { access_token } = (
      await createClient(inProcessTransport(app)).login({
        email: team.director.email,
        password: "Correct-Horse-9000",
        tenant_slug: tenant.slug,
      })
    ).data;
    await expect(
      createClient(inProcessTransport(app, access_token)).approveApproval({ id: approvalIdAt(quote) }),
    ).rejects.toMatchObject({
      ...{ status: 409, message: expect.stringContaining("The approval expired at") },
    });
    expect((await readQuote(quote.id)).status).toBe("DRAFT");
  });
});
