import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import {
  amendmentParams,
  createAgreedAmendment,
  createAmendment,
  waiveInternalApproval,
} from "../../../agreements/amendment/support.ts";
import { type Client, createApprovedContract, createContract } from "../../../agreements/contract/support.ts";
import { buildAcceptForm } from "../../../agreements/share-link/support.ts";
import { findMailLink } from "../../../functions/pages/support.ts";
import { addUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";
import { postForm } from "./share-links.ts";

/** Contract clocks: whichever write fails, each step is done once. */

const DAY_SECONDS = 24 * 60 * 60;
const day = (days: number): string => Clock.addSeconds(days * DAY_SECONDS).slice(0, 10);

/** A contract in force that needs no signature. */
async function createRunningContract(as: Client, more: object = {}): Promise<string> {
  const { id } = await createApprovedContract(as, { requires_signature: false, start_date: day(0), ...more });
  await as.activateContract({ id });
  return id;
}

interface ContractCourse {
  id: string;
  waits: number[];
}

const sharedParts = {
  async proceed({ system: line }: Fixture, { waits: waitDays }: ContractCourse) {
    for (const days of waitDays.splice(0)) {
      await line.advance(days * DAY_SECONDS);
      // Interrupted work is handed out again before the next clock is due.
      await line.advance(LEASE_SECONDS);
      await line.advance(LEASE_SECONDS);
    }
    await line.advance(LEASE_SECONDS);
  },
};

const listRenewals = async ({ crm }: Fixture, id: string) => (await crm.listContractRenewals({ id })).data;

/** A contract starts and ends on its dates; the customer is asked once whether it continues. */
const contractTerm = defineScenario<ContractCourse & { customer: string }>({
  ...sharedParts,
  name: "a contract from its first day to its last",
  covers: { subscribers: ["contract-clocks", "contract-renewals"], due: ["contract"] },
  async prepare({ crm }) {
    const dates = { start_date: day(2), end_date: day(20), renewal_notice_days: 5, requires_signature: false };
    const { id, customer_id } = await createApprovedContract(crm, dates);
    return { id, customer: customer_id, waits: [2, 14, 6] };
  },
  countsWrite: (name) => name === "contract-clocks" || name === "contract-renewals",
  async check(scene, { id, customer }) {
    expect((await scene.crm.getContract({ id })).data.status).toBe("EXPIRED");
    expect((await listRenewals(scene, id)).map(({ status }) => status)).toEqual(["PROPOSED"]);
    const { data } = await scene.crm.listOpportunities({ customer });
    expect(data.filter(({ type }) => type === "RENEWAL")).toHaveLength(1);
  },
});

/** A customer who agreed to renewals is notified once, and the next term starts once. */
const contractRenewal = defineScenario<ContractCourse & { email: string }>({
  ...sharedParts,
  name: "a contract that renews itself",
  covers: { subscribers: ["contract-renewals", "contract-renewal-mails"], due: ["contract"] },
  async prepare({ crm }) {
    const email = `r${randomUUID().slice(0, 8)}@strike.example`;
    const { data } = await crm.createCustomer({ name: "Ann Private", customer_type: "individual", email });
    const terms = { auto_renew: true, auto_renew_agreed: true, renewal_notice_days: 5 };
    return {
      id: await createRunningContract(crm, { customer_id: data.id, end_date: day(60), ...terms }),
      email,
      waits: [42, 14, 6],
    };
  },
  countsWrite: (name) => name === "contract-renewals" || name === "contract-renewal-mails",
  async check(scene, { id, email }) {
    expect((await scene.crm.getContract({ id })).data).toMatchObject({ status: "ACTIVE", term_number: 2 });
    expect((await listRenewals(scene, id)).map(({ status }) => status)).toEqual(["BEGUN"]);
    expect(scene.system.app.mail.sent(email)).toHaveLength(1);
  },
});

/** Terminating a contract cancels its planned renewal. */
const contractTermination = defineScenario<{ id: string }>({
  name: "the end of a contract with a planned next term",
  covers: { subscribers: ["contract-renewals-ended"] },
  async prepare({ crm, system: line }) {
    const id = await createRunningContract(crm, { auto_renew: true, end_date: day(60), renewal_notice_days: 55 });
    await line.advance(6 * DAY_SECONDS);
    await line.advance(LEASE_SECONDS);
    return { id };
  },
  ask: ({ crm }, { id }, options) => crm.terminateContract({ id, reason: "Moved" }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "contract-renewals-ended",
  async check(scene, { id }) {
    expect((await scene.crm.getContract({ id })).data.status).toBe("TERMINATED");
    expect((await listRenewals(scene, id)).map(({ status }) => status)).toEqual(["VOID"]);
  },
});

/** A sales rep with a manager, and a director as reviewer. */
async function createHouseTeam({ system: line, tenant }: Fixture) {
  const [manager] = [await addUser(line.app, tenant, "MANAGER"), await addUser(line.app, tenant, "DIRECTOR")];
  const rep = await addUser(line.app, tenant, "SALES_REP", { manager_id: manager.id });
  return { rep: line.client(rep.token) };
}

/** Withdrawing a contract cancels its pending approvals. */
const withdrawnApproval = defineScenario<{ id: string; rep: Client; isBack: boolean }>({
  name: "a contract that is withdrawn during its approval",
  covers: { subscribers: ["contract-approvals"] },
  async open({ crm }) {
    const definition = {
      legal_review: { special_terms: true, approvers: ["DIRECTOR"] },
      levels: [{ name: "Manager", special_terms: true, approvers: ["MANAGER"] }],
    };
    const { data } = await crm.createRuleVersion({ kind: "contract_approval", definition });
    await crm.publishRuleVersion({ kind: "contract_approval", id: data.id });
  },
  async prepare(scene) {
    const people = await createHouseTeam(scene);
    const { id } = await createContract(people.rep, { special_terms: "Boats of steel" });
    await people.rep.submitContract({ id });
    await scene.system.drain();
    return { id, rep: people.rep, isBack: false };
  },
  async proceed({ system: line }, subject) {
    await line.advance(LEASE_SECONDS);
    if (!subject.isBack) await subject.rep.withdrawContract({ id: subject.id });
    subject.isBack = true;
    await line.advance(LEASE_SECONDS);
  },
  ask: ({ crm }, { id }, options) => crm.updateContract({ id, notes: "Read" }, options),
  countsWrite: (name) => name === "contract-approvals",
  async check({ crm }, { id }) {
    expect((await crm.getContract({ id })).data.status).toBe("DRAFT");
    const { data } = await crm.listApprovals({ subject: id });
    expect(data.map(({ status }) => status)).toEqual(["cancelled"]);
  },
});

const waiveApproval = ({ crm, tenant }: Fixture): Promise<void> => waiveInternalApproval({ ...tenant, admin: crm });

/** An amendment takes effect once. */
const amendmentEffect = defineScenario<ContractCourse>({
  ...sharedParts,
  name: "the day of an amendment",
  covers: { subscribers: ["contract-amendments"], due: ["contract_amendment"] },
  open: waiveApproval,
  async prepare({ crm, system: line, tenant }) {
    const id = await createRunningContract(crm, { end_date: day(300) });
    const admin = line.client((await addUser(line.app, tenant, "ADMIN")).token);
    await createAgreedAmendment(line.app, tenant, admin, id, { value_delta: "100", effective_date: day(3) });
    return { id, waits: [4] };
  },
  countsWrite: (name) => name === "contract-amendments",
  async check({ crm }, { id }) {
    const { data } = await crm.getContract({ id });
    expect(data).toMatchObject({ contract_value: "1300.00", amendment_count: 1, has_amendments: true });
  },
});

/** Withdrawing an amendment cancels its pending approvals. */
const withdrawnAmendment = defineScenario<{ id: string; amendmentId: string; rep: Client }>({
  name: "an amendment that is taken back",
  covers: { subscribers: ["contract-amendment-approvals"] },
  async prepare(scene) {
    const { rep } = await createHouseTeam(scene);
    const contract = await createRunningContract(rep, { end_date: day(300) });
    const amendment = await createAmendment(rep, contract, { value_delta: "100", effective_date: day(30) });
    await rep.submitContractAmendment(amendmentParams(amendment));
    await scene.system.drain();
    return { ...amendmentParams(amendment), rep };
  },
  ask: (_, { id, amendmentId, rep }, options) => rep.withdrawContractAmendment({ id, amendmentId }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "contract-amendment-approvals",
  async check({ crm }, { id, amendmentId }) {
    expect((await crm.getContractAmendment({ id, amendmentId })).data.status).toBe("WITHDRAWN");
    const { data } = await crm.listApprovals({ subject: amendmentId });
    expect(data.map(({ status }) => status)).toEqual(["cancelled"]);
  },
});

/** An amendment of a contract in force that waits for the customer's answer. */
async function createCustomerAmendment({ crm }: Fixture) {
  const contract = await createRunningContract(crm, { end_date: day(300) });
  const amendment = await createAmendment(crm, contract, {
    value_delta: "100",
    effective_date: day(0),
    requires_signature: false,
  });
  await crm.submitContractAmendment(amendmentParams(amendment));
  return { ...amendmentParams(amendment), to: `${randomUUID()}@strike.example` };
}

/** An amendment is sent once, with one email and one entry in its contract's timeline. */
const amendmentSending = defineScenario<{ id: string; amendmentId: string; to: string }>({
  name: "sendContractAmendment",
  covers: { operations: ["sendContractAmendment"] },
  open: waiveApproval,
  prepare: createCustomerAmendment,
  ask: ({ crm }, { id, amendmentId, to }, options) => crm.sendContractAmendment({ id, amendmentId, to }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request",
  async check({ system: line, crm }, { id, amendmentId, to }) {
    expect((await crm.readContractAmendmentOffer({ id, amendmentId })).data).toMatchObject({ to, times_sent: 1 });
    expect(line.app.mail.sent(to)).toHaveLength(1);
    expect((await crm.listContractActivities({ id })).data).toHaveLength(1);
  },
});

/** An approval on the page is recorded once and changes the contract once, whichever write fails. */
const amendmentAnswer = defineScenario<{ id: string; amendmentId: string; link: string; form: Record<string, string> }>({
  name: "an amendment that the customer accepts on the page",
  covers: {},
  hasNewAnswer: true,
  open: waiveApproval,
  async prepare(scene) {
    const { to, ...amendment } = await createCustomerAmendment(scene);
    await scene.crm.sendContractAmendment({ ...amendment, to });
    await scene.system.drain();
    const link = await findMailLink(scene.system.app, to, "/q/");
    return { ...amendment, link, form: await buildAcceptForm(scene.system.app, link) };
  },
  ask: ({ system: line }, { link, form }) => postForm(line, link, form),
  countsWrite: (name) => name === "request",
  async check({ crm }, { id, amendmentId }) {
    expect((await crm.getContractAmendment({ id, amendmentId })).data.status).toBe("EFFECTIVE");
    expect((await crm.readContractAmendmentOffer({ id, amendmentId })).data.answer).toMatchObject({ outcome: "ACCEPTED" });
    expect((await crm.getContract({ id })).data).toMatchObject({ contract_value: "1300.00", amendment_count: 1 });
  },
});

export const scenarios = [
  contractTerm,
  contractRenewal,
  contractTermination,
  withdrawnApproval,
  amendmentEffect,
  withdrawnAmendment,
  amendmentSending,
  amendmentAnswer,
];
