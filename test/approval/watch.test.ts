import type { ApprovalRecord } from "@crm/core/approval/approval.entity.ts";
import { Approvals } from "@crm/core/approval/approval.entity.ts";
import { Flow } from "@crm/core/flow/flow.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Flows } from "@crm/core/kernel/ports.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commits, deliverTo, inProcess, publishedBy, signIn, signUp, startTestApp, type Tenant } from "../support.ts";
import { HOUR, ruled, submittedBy, type Team, teamOf } from "./support.ts";

/** What is found by who looks after approvals: answers that got lost, machines that never started or have failed. */

let app: App;
let tenant: Tenant;
let team: Team;
let port: Flows;
beforeEach(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  tenant = await signUp(app);
  team = await teamOf(app, tenant);
  port = { ...app.ports.flows };
});
afterEach(() => app.stop());

const within = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const stored = async (id: string) => (await within(() => Records.load(Approvals, id))) as ApprovalRecord;
const pass = async (ms: number) => {
  app.setClock({ advance: ms });
  await app.settle();
};
const approvalIn = (quote: { approval?: unknown }, at = 0) =>
  String((quote.approval as { approvals: { id: string }[] }).approvals[at]?.id);
/** Of the quote now, by who has signed in anew. */
const quoteNow = async (id: string) => {
  await app.settle();
  const { access_token } = await signIn(app, tenant);
  return (await createClient(inProcess(app, access_token)).getQuote({ id })).data;
};
const flowNow = (quote: string) => within(() => Flow.history("approval", `${quote}-1`));
const MINUTE = 60_000;

describe("a decision whose answer got lost", () => {
  it("stands, and is told again", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    app.ports.flows.succeed = async () => Promise.reject(new Error("Lost"));
    const { data } = await team.manager.as.approveApproval({ id: approvalIn(quote) });
    expect(data.status).toBe("approved");
    app.ports.flows.succeed = port.succeed;
    expect((await quoteNow(quote.id)).status).toBe("PENDING_APPROVAL");
    await pass(2 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("APPROVED");
    await pass(4 * MINUTE);
    expect((await stored(approvalIn(quote))).attention_at).toBeNull();
  });

  it("is told for as long as it does not come through", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    app.ports.flows.succeed = async () => Promise.reject(new Error("Lost"));
    await team.manager.as.rejectApproval({ id: approvalIn(quote) });
    for (let times = 0; times < 4; times++) await pass(3 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("PENDING_APPROVAL");
    app.ports.flows.succeed = port.succeed;
    await pass(3 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("DRAFT");
  });

  it("is found by a machine that asks anew, and nobody is reminded of it", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    app.ports.flows.succeed = async () => Promise.reject(new Error("Lost"));
    await team.manager.as.approveApproval({ id: approvalIn(quote) });
    await pass(25 * HOUR);
    app.ports.flows.succeed = port.succeed;
    await pass(3 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("APPROVED");
    expect(await stored(approvalIn(quote))).toMatchObject({ status: "approved", reminded_at: null });
  });
});

describe("an execution", () => {
  it("that was never started is started", async () => {
    app.ports.flows.start = async () => undefined;
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    expect(await flowNow(quote.id)).toBeUndefined();
    app.ports.flows.start = port.start;
    await pass(3 * MINUTE);
    expect(await flowNow(quote.id)).toMatchObject({ status: "RUNNING" });
    expect((await stored(approvalIn(quote))).token).not.toBeNull();
  });

  it("that was never started before a decision finds it", async () => {
    app.ports.flows.start = async () => undefined;
    const quote = await submittedBy(team.rep, "15");
    await team.manager.as.approveApproval({ id: approvalIn(quote) });
    await app.settle();
    app.ports.flows.start = port.start;
    await pass(3 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("APPROVED");
  });

  it("that has failed leaves what was decided to be concluded without it", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    const history: Flows["history"] = {
      ...port.history,
      read: async () => ({ status: "FAILED", started_at: "", ended_at: "", error: "x", cause: "" }),
    };
    app.ports.flows.succeed = async () => "ended";
    app.ports.flows.history = history;
    await team.manager.as.approveApproval({ id: approvalIn(quote) });
    await pass(2 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("APPROVED");
  });

  it("that has failed leaves nothing pending for ever", async () => {
    await ruled(tenant, { approvers: ["MANAGER", "DIRECTOR"] });
    app.ports.flows.start = async () => undefined;
    const quote = await submittedBy(team.rep, "5");
    await app.settle();
    app.ports.flows.history = {
      ...port.history,
      read: async () => ({ status: "FAILED", started_at: "", ended_at: "", error: "x", cause: "" }),
    };
    for (let days = 0; days < 9; days++) await pass(24 * HOUR);
    await pass(2 * MINUTE);
    expect((await quoteNow(quote.id)).status).toBe("DRAFT");
    expect((await stored(approvalIn(quote, 0))).status).toBe("expired");
    expect((await stored(approvalIn(quote, 1))).status).toBe("cancelled");
  });

  it("is one for each submission, however often its event comes", async () => {
    const events = publishedBy(app);
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    const requested = events.filter(({ type }) => type === "approval.requested");
    expect(requested).toHaveLength(1);
    const { token } = await stored(approvalIn(quote));
    for (const event of [...requested, ...requested]) await deliverTo(app, "approval-start", event);
    await app.settle();
    expect(await stored(approvalIn(quote))).toMatchObject({ token, status: "pending" });
  });
});

describe("a change at the moment of the decision", () => {
  it("is not what was approved", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    const { database } = app.ports;
    const send = database.send.bind(database);
    let changed: Promise<unknown> | undefined;
    database.send = async (command, scope) => {
      const isDecision = commits(command) && JSON.stringify(command).includes("I agree");
      if (isDecision && !changed) {
        changed = team.rep.as.updateQuote({ id: quote.id, discount_percent: "20" } as never);
        await changed;
      }
      return send(command, scope);
    };
    const approving = team.manager.as.approveApproval({ id: approvalIn(quote), comment: "I agree" });
    await expect(approving).rejects.toMatchObject({ status: 409 });
    expect(changed).toBeDefined();
    expect(await quoteNow(quote.id)).toMatchObject({ status: "DRAFT", discount_percent: "20", approval: null });
    expect((await stored(approvalIn(quote))).status).toBe("cancelled");
  });
});

describe("an instant at which both come", () => {
  it("an answer and the end leave one of them", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    app.setClock({ advance: 169 * HOUR });
    const { access_token } = (
      await createClient(inProcess(app)).login({
        email: team.manager.email,
        password: "Correct-Horse-9000",
        tenant_slug: tenant.slug,
      })
    ).data;
    const manager = createClient(inProcess(app, access_token));
    const [answer] = await Promise.all([
      manager.approveApproval({ id: approvalIn(quote) }).then(
        () => "approved",
        () => "late",
      ),
      app.settle(),
    ]);
    const { status, approval } = await quoteNow(quote.id);
    const ended = (await stored(approvalIn(quote))).status;
    expect([answer, ended, status, approval?.outcome]).toEqual(
      ended === "approved" ? ["approved", "approved", "APPROVED", "APPROVED"] : ["late", "expired", "DRAFT", "EXPIRED"],
    );
  });

  it("an answer behind the end is late", async () => {
    const quote = await submittedBy(team.rep, "15");
    await app.settle();
    for (const hours of [25, 48, 96]) await pass(hours * HOUR);
    const { access_token } = (
      await createClient(inProcess(app)).login({
        email: team.director.email,
        password: "Correct-Horse-9000",
        tenant_slug: tenant.slug,
      })
    ).data;
    await expect(createClient(inProcess(app, access_token)).approveApproval({ id: approvalIn(quote) })).rejects.toMatchObject({
      ...{ status: 409, message: expect.stringContaining("It expired at") },
    });
    expect((await quoteNow(quote.id)).status).toBe("DRAFT");
  });
});
