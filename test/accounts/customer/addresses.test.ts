import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../../platform/custom-field/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "DE" });
});
afterAll(() => app.stop());

const createCustomer = async (more: object = {}) => (await tenant.admin.createCustomer({ name: "Harbour", ...more })).data;
const addAddress = async (id: string, more: object) =>
  (await allowAnyInput(tenant.admin).addCustomerAddress({ id, ...more })).data;
const listCities = ({ addresses }: Awaited<ReturnType<typeof createCustomer>>) =>
  addresses.map(({ city, is_primary }) => [city, is_primary]);

describe("addresses of a customer", () => {
  it("have one primary address for each type, in the format of their country", async () => {
    const { id } = await createCustomer();
    await addAddress(id, { type: "BILLING", city: "Berlin", country: "Germany", state: "Berlin", postal_code: "10115" });
    await addAddress(id, { type: "branch", city: "Ghent", country: "BE", postal_code: "10115" });
    const customer = await addAddress(id, { type: "BILLING", city: "Bonn", is_primary: true });
    expect(listCities(customer)).toEqual([
      ["Berlin", false],
      ["Ghent", true],
      ["Bonn", true],
    ]);
    const [berlin, ghent, bonn] = customer.addresses;
    expect(berlin).toMatchObject({ state: "DE-BE", country: "DE", is_postal_code_valid: true, is_verified: false });
    expect([ghent?.is_postal_code_valid, bonn?.country]).toEqual([false, "DE"]);
    const { data: remainingCustomer } = await tenant.admin.removeCustomerAddress({ id, address_id: bonn?.id ?? "" });
    expect(listCities(remainingCustomer)).toEqual([
      ["Berlin", true],
      ["Ghent", true],
    ]);
    const updateResponse = await tenant.admin.updateCustomerAddress({
      id,
      address_id: ghent?.id ?? "",
      type: "MAILING",
      city: "Bruges",
    });
    expect(updateResponse.data.addresses[1]).toMatchObject({
      type: "MAILING",
      city: "Bruges",
      is_primary: true,
      postal_code: "10115",
    });
    const { data: verifiedCustomer } = await tenant.admin.verifyCustomerAddress({ id, address_id: ghent?.id ?? "" });
    expect(verifiedCustomer.version).toBe(updateResponse.data.version);
  });

  it("reject an unknown type, country, city or address id", async () => {
    const { id } = await createCustomer();
    expect(await expectRejection(addAddress(id, { type: "HOME", city: "Bonn" }))).toEqual([400, ["type"]]);
    expect(await expectRejection(addAddress(id, { type: "BILLING", country: "Atlantis" }))).toEqual([400, ["country"]]);
    expect(await expectRejection(addAddress(id, { type: "BILLING", city_id: "atlantis" }))).toEqual([400, ["city_id"]]);
    const removal = tenant.admin.removeCustomerAddress({ id, address_id: "adr_x" });
    await expect(removal).rejects.toMatchObject({ status: 404 });
  });
});

describe("billing and shipping columns", () => {
  it("write and read the BILLING and SHIPPING addresses in use", async () => {
    const berlin = await tenant.admin.createMaster({ kind: "cities", name: "Berlin", state_id: "de_be" });
    const customer = await createCustomer({
      billing_street: "Dock 1",
      billing_city_id: berlin.data.id,
      billing_state_id: "de_be",
      billing_country_id: "de",
      billing_postal_code: "10115",
      shipping_country_id: "be",
      shipping_street: "Quay 2",
    });
    expect(customer.addresses).toMatchObject([
      { type: "BILLING", address_line1: "Dock 1", city: "Berlin", state: "DE-BE", country: "DE", is_postal_code_valid: true },
      { type: "SHIPPING", address_line1: "Quay 2", country: "BE", is_primary: true },
    ]);
    const { data: read } = await tenant.admin.getCustomer({ id: customer.id });
    expect((await allowAnyInput(tenant.admin).replaceCustomer(read)).data.version).toBe(customer.version);
    const { data: bare } = await tenant.admin.replaceCustomer({
      id: customer.id,
      name: "Harbour",
      shipping_street: null,
    });
    expect([bare.addresses.length, bare.shipping_street, bare.shipping_country_id]).toEqual([1, null, null]);
    expect(bare).toMatchObject({ billing_street: "Dock 1", billing_city_id: berlin.data.id });
    await addAddress(customer.id, { type: "BILLING", address_line1: "Dock 9", is_primary: true });
    const { data: patched } = await tenant.admin.updateCustomer({ id: customer.id, billing_postal_code: "20095" });
    expect(patched.addresses.map(({ address_line1, postal_code }) => [address_line1, postal_code])).toEqual([
      ["Dock 1", "10115"],
      ["Dock 9", "20095"],
    ]);
    expect(patched).toMatchObject({ billing_street: "Dock 9", billing_postal_code: "20095", billing_city_id: null });
  });

  it("check a state against the country of the same address only", async () => {
    expect(await expectRejection(createCustomer({ billing_state_id: "de_be", billing_country_id: "be" }))).toEqual([
      400,
      ["billing_state_id"],
    ]);
    const addressFields = { billing_state_id: "de_be", billing_country_id: "de", shipping_country_id: "be" };
    expect((await createCustomer(addressFields)).addresses.map(({ country }) => country)).toEqual(["DE", "BE"]);
  });
});
