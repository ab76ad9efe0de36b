import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import { agreed, amendmentOf, at, unasked } from "../../amendment/support.ts";
import { approved, type Client, contractOf } from "../../contracts/support.ts";
import { accepting } from "../../offer/support.ts";
import { linkTo } from "../../pages/support.ts";
import { addUser } from "../../support.ts";
import { LEASE, type Scene, verb } from "../harness.ts";
import { posted } from "./offers.ts";

/** Contracts: whatever is struck of what becomes of them by the clock, each step is done once. */

const DAY = 24 * 60 * 60;
const day = (days: number): string => Clock.after(days * DAY).slice(0, 10);

/** A contract in force that nobody signs. */
async function running(as: Client, more: object = {}): Promise<string> {
  const { id } = await approved(as, { requires_signature: false, start_date: day(0), ...more });
  await as.activateContract({ id });
  return id;
}

interface Course {
  id: string;
  waits: number[];
}

const shared = {
  async proceed({ line }: Scene, { waits }: Course) {
    for (const days of waits.splice(0)) {
      await line.pass(days * DAY);
      // What a strike has stopped is handed out again before the next is due.
      await line.pass(LEASE);
      await line.pass(LEASE);
    }
    await line.pass(LEASE);
  },
};

const rows = async ({ crm }: Scene, id: string) => (await crm.listContractRenewals({ id } as never)).data;

/** It begins and ends by its days; somebody is asked once whether it goes on. */
const ending = verb<Course & { customer: string }>({
  ...shared,
  name: "a contract from its first day to its last",
  covers: { subscribers: ["contract-clocks", "contract-renewals"], due: ["contract"] },
  async prepare({ crm }) {
    const dates = { start_date: day(2), end_date: day(20), renewal_notice_days: 5, requires_signature: false };
    const { id, customer_id } = await approved(crm, dates);
    return { id, customer: customer_id, waits: [2, 14, 6] };
  },
  by: (name) => name === "contract-clocks" || name === "contract-renewals",
  async check(scene, { id, customer }) {
    expect((await scene.crm.getContract({ id })).data.status).toBe("EXPIRED");
    expect((await rows(scene, id)).map(({ status }) => status)).toEqual(["PROPOSED"]);
    const { data } = await scene.crm.listOpportunities({ customer } as never);
    expect(data.filter(({ type }) => type === "RENEWAL")).toHaveLength(1);
  },
});

/** A customer who agreed to it is told once, and another term begins once. */
const renewing = verb<Course & { email: string }>({
  ...shared,
  name: "a contract that renews itself",
  covers: { subscribers: ["contract-renewals", "contract-renewal-mails"], due: ["contract"] },
  async prepare({ crm }) {
    const email = `r${randomUUID().slice(0, 8)}@strike.example`;
    const { data } = await crm.createCustomer({ name: "Ann Private", customer_type: "individual", email } as never);
    const terms = { auto_renew: true, auto_renew_agreed: true, renewal_notice_days: 5 };
    return { id: await running(crm, { customer_id: data.id, end_date: day(60), ...terms }), email, waits: [42, 14, 6] };
  },
  by: (name) => name === "contract-renewals" || name === "contract-renewal-mails",
  async check(scene, { id, email }) {
    expect((await scene.crm.getContract({ id })).data).toMatchObject({ status: "ACTIVE", term_number: 2 });
    expect((await rows(scene, id)).map(({ status }) => status)).toEqual(["BEGUN"]);
    expect(scene.line.app.mail.sent(email)).toHaveLength(1);
  },
});

/** What was planned for a term comes to nothing with the contract. */
const terminating = verb<{ id: string }>({
  name: "the end of a contract whose next term was planned",
  covers: { subscribers: ["contract-renewals-ended"] },
  async prepare({ crm, line }) {
    const id = await running(crm, { auto_renew: true, end_date: day(60), renewal_notice_days: 55 });
    await line.pass(6 * DAY);
    await line.pass(LEASE);
    return { id };
  },
  ask: ({ crm }, { id }, options) => crm.terminateContract({ id, reason: "Moved" } as never, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "contract-renewals-ended",
  async check(scene, { id }) {
    expect((await scene.crm.getContract({ id })).data.status).toBe("TERMINATED");
    expect((await rows(scene, id)).map(({ status }) => status)).toEqual(["VOID"]);
  },
});

/** A representative with a manager; and somebody who reviews is there. */
async function house({ line, tenant }: Scene) {
  const [manager] = [await addUser(line.app, tenant, "MANAGER"), await addUser(line.app, tenant, "DIRECTOR")];
  const rep = await addUser(line.app, tenant, "SALES_REP", { manager_id: manager.id });
  return { rep: line.client(rep.token) };
}

/** Nobody is asked any more where it is taken back. */
const rounds = verb<{ id: string; rep: Client; isBack: boolean }>({
  name: "a contract that is taken back while somebody is asked",
  covers: { subscribers: ["contract-approvals"] },
  async open({ crm }) {
    const definition = {
      legal_review: { special_terms: true, approvers: ["DIRECTOR"] },
      levels: [{ name: "Manager", special_terms: true, approvers: ["MANAGER"] }],
    };
    const { data } = await crm.createRuleVersion({ kind: "contract_approval", definition } as never);
    await crm.publishRuleVersion({ kind: "contract_approval", id: data.id } as never);
  },
  async prepare(scene) {
    const people = await house(scene);
    const { id } = await contractOf(people.rep, { special_terms: "Boats of steel" });
    await people.rep.submitContract({ id });
    await scene.line.drain();
    return { id, rep: people.rep, isBack: false };
  },
  async proceed({ line }, subject) {
    await line.pass(LEASE);
    if (!subject.isBack) await subject.rep.withdrawContract({ id: subject.id });
    subject.isBack = true;
    await line.pass(LEASE);
  },
  ask: ({ crm }, { id }, options) => crm.updateContract({ id, notes: "Read" } as never, options),
  by: (name) => name === "contract-approvals",
  async check({ crm }, { id }) {
    expect((await crm.getContract({ id })).data.status).toBe("DRAFT");
    const { data } = await crm.listApprovals({ subject: id } as never);
    expect(data.map(({ status }) => status)).toEqual(["cancelled"]);
  },
});

const nobodyAsked = ({ crm, tenant }: Scene): Promise<void> => unasked({ ...tenant, admin: crm });

/** It takes effect once. */
const effect = verb<Course>({
  ...shared,
  name: "the day of an amendment",
  covers: { subscribers: ["contract-amendments"], due: ["contract_amendment"] },
  open: nobodyAsked,
  async prepare({ crm, line, tenant }) {
    const id = await running(crm, { end_date: day(300) });
    const admin = line.client((await addUser(line.app, tenant, "ADMIN")).token);
    await agreed(line.app, tenant, admin, id, { value_delta: "100", effective_date: day(3) });
    return { id, waits: [4] };
  },
  by: (name) => name === "contract-amendments",
  async check({ crm }, { id }) {
    const { data } = await crm.getContract({ id });
    expect(data).toMatchObject({ contract_value: "1300.00", amendment_count: 1, has_amendments: true });
  },
});

/** Who is asked for an amendment is asked no more where it is taken back. */
const takingBack = verb<{ id: string; amendmentId: string; rep: Client }>({
  name: "an amendment that is taken back",
  covers: { subscribers: ["contract-amendment-approvals"] },
  async prepare(scene) {
    const { rep } = await house(scene);
    const contract = await running(rep, { end_date: day(300) });
    const amendment = await amendmentOf(rep, contract, { value_delta: "100", effective_date: day(30) });
    await rep.submitContractAmendment(at(amendment));
    await scene.line.drain();
    return { ...at(amendment), rep };
  },
  ask: (_, { id, amendmentId, rep }, options) => rep.withdrawContractAmendment({ id, amendmentId }, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "contract-amendment-approvals",
  async check({ crm }, { id, amendmentId }) {
    expect((await crm.getContractAmendment({ id, amendmentId })).data.status).toBe("WITHDRAWN");
    const { data } = await crm.listApprovals({ subject: amendmentId } as never);
    expect(data.map(({ status }) => status)).toEqual(["cancelled"]);
  },
});

/** One that waits for the customer, of a contract in force. */
async function forCustomer({ crm }: Scene) {
  const contract = await running(crm, { end_date: day(300) });
  const amendment = await amendmentOf(crm, contract, { value_delta: "100", effective_date: day(0), requires_signature: false });
  await crm.submitContractAmendment(at(amendment));
  return { ...at(amendment), to: `${randomUUID()}@strike.example` };
}

/** It is sent once, with one mail, and one entry in the timeline of its contract. */
const sending = verb<{ id: string; amendmentId: string; to: string }>({
  name: "sendContractAmendment",
  covers: { operations: ["sendContractAmendment"] },
  open: nobodyAsked,
  prepare: forCustomer,
  ask: ({ crm }, { id, amendmentId, to }, options) => crm.sendContractAmendment({ id, amendmentId, to } as never, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request",
  async check({ line, crm }, { id, amendmentId, to }) {
    expect((await crm.readContractAmendmentOffer({ id, amendmentId })).data).toMatchObject({ to, times_sent: 1 });
    expect(line.app.mail.sent(to)).toHaveLength(1);
    expect((await crm.listContractActivities({ id } as never)).data).toHaveLength(1);
  },
});

/** An approval on the page is one, and the contract is changed by it once, whichever write of it is struck. */
const answering = verb<{ id: string; amendmentId: string; link: string; form: Record<string, string> }>({
  name: "an amendment that the customer accepts on the page",
  covers: {},
  answersAnew: true,
  open: nobodyAsked,
  async prepare(scene) {
    const { to, ...one } = await forCustomer(scene);
    await scene.crm.sendContractAmendment({ ...one, to } as never);
    await scene.line.drain();
    const link = await linkTo(scene.line.app, to, "/q/");
    return { ...one, link, form: await accepting(scene.line.app, link) };
  },
  ask: ({ line }, { link, form }) => posted(line, link, form),
  by: (name) => name === "request",
  async check({ crm }, { id, amendmentId }) {
    expect((await crm.getContractAmendment({ id, amendmentId })).data.status).toBe("EFFECTIVE");
    expect((await crm.readContractAmendmentOffer({ id, amendmentId })).data.answer).toMatchObject({ outcome: "ACCEPTED" });
    expect((await crm.getContract({ id })).data).toMatchObject({ contract_value: "1300.00", amendment_count: 1 });
  },
});

export const contracts = [ending, renewing, terminating, rounds, effect, takingBack, sending, answering];
