import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, PASSWORD, signIn, type Tenant, type TestUser } from "../../support/app.ts";
import type { FigureContext } from "./reference-figures.ts";

/** Random data for tests of figures: amounts in currencies with 0, 2 and 3 decimals, changing rates, and viewers. */

type Chooser = <T>(from: readonly T[]) => T;

const amounts: Readonly<Record<string, readonly string[]>> = {
  USD: ["0.01", "1200.00", "9999999999999.99"],
  EUR: ["0.10", "333.33"],
  JPY: ["1", "100000"],
  KWD: ["0.001", "12.345"],
  CHF: ["5.00"],
};

export function pickMoney(pick: Chooser): { currency: string; amount: string | null } {
  const currency = pick(Object.keys(amounts));
  return { currency, amount: pick([null, ...(amounts[currency] as string[])]) };
}

type Rates = FigureContext["rates"][number][];

/** Sets a rate for today in a zone, or for some days before, and records it. */
export async function setRate(
  crm: Client,
  rates: Rates,
  pick: Chooser,
  { zone, now, ago = 0 }: { zone: string; now: string; ago?: number },
) {
  const rate = pick([
    { from: "EUR", to: "USD", rate: pick(["1.1", "1.083333333333"]) },
    { from: "USD", to: "EUR", rate: "0.9" },
    { from: "JPY", to: "USD", rate: "0.0067" },
    { from: "USD", to: "KWD", rate: pick(["0.3", "0.307"]) },
  ]);
  const date = addDays(instantToDay(zone, now), -ago);
  await crm.createExchangeRate({ ...rate, date });
  const at = rates.findIndex((each) => each.from === rate.from && each.to === rate.to && each.date === date);
  rates.splice(at < 0 ? rates.length : at, at < 0 ? 0 : 1, { ...rate, date });
}

export async function signInUser(app: App, tenant: Tenant, { email }: TestUser): Promise<Client> {
  const { access_token } = await signIn(app, { ...tenant, email, password: PASSWORD });
  return createClient(inProcessTransport(app, access_token));
}
