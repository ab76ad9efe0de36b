import { Contracts } from "@crm/core/agreements/contract/contract.entity.ts";
import { exceedsExtent, findMissingRound } from "@crm/core/agreements/contract/renewal-approval.rules.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, PASSWORD, signUp, startTestApp, storeFormerValues, type Tenant } from "../../support/app.ts";
import { amendmentParams, createAmendment } from "../amendment/support.ts";
import { type Client, createActiveContract, createApprovedContract, createRenewingClient, readRejection } from "./support.ts";

/** The approval of the next term of a contract (docs/agreements/renewals.md, Approval of the next term). */

describe("the extent of a term", () => {
  const limit = { auto_renew: false, contract_value: "100.00", end_date: "2030-12-31" };

  it.each([
    [{}, false],
    [{ contract_value: "99.99", end_date: "2030-12-30" }, false],
    [{ contract_value: "100.01" }, true],
    [{ end_date: "2031-01-01" }, true],
    [{ auto_renew: true }, true],
  ])("with %j exceeds the limit: %s", (more, exceeds) => {
    expect(exceedsExtent({ ...limit, ...more }, limit)).toBe(exceeds);
    expect(exceedsExtent(limit, { ...limit, ...more, auto_renew: true })).toBe("contract_value" in more && !exceeds);
  });

  it("misses a round that was neither approved nor is needed anyway", () => {
    const [first, second] = [
      { step: "LEGAL_REVIEW" as const, level: "Legal review" },
      { step: "APPROVAL" as const, level: "Large" },
    ];
    expect(findMissingRound([first, second], [first], [{ ...second, outcome: "APPROVED" }])).toBeUndefined();
    expect(findMissingRound([first, second], [first], [{ ...second, outcome: "REJECTED" }])).toBe(second);
    expect(findMissingRound([first, second], [], [{ ...second, outcome: "APPROVED" }])).toBe(first);
  });
});

let app: App;
let tenant: Tenant;
let admin: Client;
let rep: { id: string; as: Client };
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2029-08-01T12:00:00Z" });
  const signed = await signUp(app, { currency: "EUR" });
  tenant = { ...signed, admin: createRenewingClient(app, signed) };
  admin = tenant.admin;
  const { id, email } = await addUser(app, signed, "SALES_REP");
  rep = { id, as: createRenewingClient(app, signed, { email, password: PASSWORD }) };
  await addUser(app, signed, "DIRECTOR");
  const large = { contract_value_from: [{ currency: "EUR", amount: "50000.00" }], duration_months_over: 12 };
  const levels = [
    { name: "Renewing", auto_renew: true, approvers: ["DIRECTOR"] },
    { name: "Large", ...large, approvers: ["DIRECTOR"] },
  ];
  const { data: rule } = await allowAnyInput(admin).createRuleVersion({
    ...{ kind: "contract_approval", definition: { legal_review: null, levels } },
  });
  await admin.publishRuleVersion({ kind: "contract_approval", id: rule.id });
});
afterAll(() => app.stop());

const terms = { start_date: "2029-08-01", duration_months: 2, contract_value: "100.00" };
const createRunning = async (more: object = {}) =>
  (await createActiveContract(app, tenant, admin, { ...terms, owner_id: rep.id, ...more })).id;
const readContract = async (id: string) => (await admin.getContract({ id })).data;

describe("a contract that needed no approval", () => {
  it("cannot be given renewal terms that need one once it is signed, while others stay free", async () => {
    const id = await createRunning();
    const update = (change: object) => readRejection(rep.as.updateContract({ id, ...change }));
    expect(await update({ auto_renew: true, renewal_value: "90000.00" })).toEqual([422, ["auto_renew", "renewal_value"]]);
    expect(await update({ renewal_value: "49999.99" })).toBe("went through");
    expect(await update({ renewal_value: "80.00", renewal_notice_days: 20 })).toBe("went through");
    const rising = { id: await createRunning({ contract_value: "30000.00" }), renewal_uplift_percent: "100" };
    expect(await readRejection(rep.as.updateContract(rising))).toEqual([422, ["renewal_uplift_percent"]]);
  });

  it("becomes a draft again by such terms before it is signed, and is then submitted by its next term", async () => {
    const { id } = await createApprovedContract(admin, { ...terms, owner_id: rep.id });
    const { data } = await rep.as.updateContract({ id, renewal_value: "90000.00" });
    expect(data).toMatchObject({ status: "DRAFT", approval: null });
    expect((await rep.as.submitContract({ id })).data).toMatchObject({
      status: "PENDING_APPROVAL",
      approval: { steps: [{ reasons: ["The value of the next term is €90,000. Approval is needed from €50,000."] }] },
    });
  });

  it("is renewed by hand up to what needs no approval, and is then amended for more", async () => {
    const id = await createRunning();
    const renew = (more: object) => readRejection(rep.as.renewContract({ id, ...more }));
    expect(await renew({ contract_value: "90000.00" })).toEqual([422, ["contract_value"]]);
    expect(await renew({ duration_months: 13 })).toEqual([422, ["duration_months"]]);
    expect(await renew({ contract_value: "120.00" })).toBe("went through");
    expect(await readRejection(rep.as.updateContract({ id, renewal_uplift_percent: "100" }))).toBe("went through");
    const amendment = await createAmendment(rep.as, id, { contract_value: "90000.00", effective_date: "2029-10-01" });
    expect((await rep.as.submitContractAmendment(amendmentParams(amendment))).data.status).toBe("INTERNAL_APPROVAL");
  });
});

describe("on the day of notice", () => {
  /** Stores renewal terms as an earlier release did, which did not check them. */
  const storeUnchecked = (id: string, more: object) =>
    storeFormerValues(app, tenant, Contracts, id, { approved_renewal: null, ...more });

  it("a term that needs an approval is only proposed, and one that needs none begins", async () => {
    const end = { end_date: "2029-08-20", duration_months: undefined, renewal_notice_days: 1 };
    const [unchecked, uncheckedPrice, rising] = [await createRunning(end), await createRunning(end), await createRunning(end)];
    await storeUnchecked(unchecked, { auto_renew: true, renewal_value: "90000.00" });
    await storeUnchecked(uncheckedPrice, { auto_renew: true });
    // As after several terms with an approved percentage.
    const approved_renewal = { auto_renew: true, renewal_value: null, renewal_uplift_percent: "10" };
    await storeFormerValues(app, tenant, Contracts, rising, {
      ...{ approved_renewal, auto_renew: true, renewal_uplift_percent: "10", contract_value: "49000.00" },
    });
    const covered = await createRunning({ ...end, renewal_value: "40.00" });
    await storeFormerValues(app, tenant, Contracts, covered, {
      ...{ auto_renew: true, approved_renewal: { auto_renew: true, renewal_value: "40.00", renewal_uplift_percent: null } },
    });
    for (const now of ["2029-08-19T12:00:00Z", "2029-08-21T12:00:00Z"]) {
      app.setClock({ now });
      for (let sweep = 0; sweep < 3; sweep++) {
        await app.settle();
        app.setClock({ advance: 61_000 });
      }
    }
    const proposed = new Map([
      [unchecked, "Large"],
      [uncheckedPrice, "Renewing"],
      [rising, "Large"],
    ]);
    for (const [id, level] of proposed) {
      const { data: renewals } = await admin.listContractRenewals({ id });
      expect(renewals.map(({ status, reason }) => [status, reason?.split(":")[0]])).toEqual([
        ["PROPOSED", `The next term needs the approval "${level}"`],
      ]);
      expect((await readContract(id)).status).toBe("EXPIRED");
    }
    expect(await readContract(covered)).toMatchObject({ status: "ACTIVE", term_number: 2, contract_value: "40.00" });
  });
});
