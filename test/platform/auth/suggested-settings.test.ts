import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { suggestSettings } from "@crm/core/platform/tenant/suggested-settings.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, startTestApp } from "../../support/app.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

describe("the place of a new tenant", () => {
  const suggest = (...input: Parameters<typeof suggestSettings>) =>
    runIn(systemContext(app.ports, undefined, "test"), () => suggestSettings(...input));
  const berlin = { default_country: "DE", timezone: "Europe/Berlin", currency: "EUR" };

  it.each([
    [{ country: "DE", timezone: "Europe/Berlin" }, {}, berlin],
    [{ languages: "de-DE, en;q=0.5" }, {}, berlin],
    [{ languages: "de" }, {}, {}],
    [{ country: "JP", languages: "de-DE" }, {}, { default_country: "JP", timezone: "Asia/Tokyo", currency: "JPY" }],
    [{ country: "US", timezone: "America/Denver" }, {}, { default_country: "US", timezone: "America/Denver", currency: "USD" }],
    [{ country: "US" }, {}, { default_country: "US", currency: "USD" }],
    [{ country: "FR", timezone: "Europe/Paris" }, { default_country: "DE" }, berlin],
    [{ country: "XX", timezone: "Mars/Base", languages: "*" }, {}, {}],
  ])("is suggested from %j, with %j given, as %j", (request, given, place) => {
    expect(suggest(request, given)).toEqual(place);
  });

  let count = 0;
  const signUpFrom = async (headers: Record<string, string>, more: object = {}) => {
    const transport = inProcessTransport(app);
    const client = createClient((request) => transport({ ...request, headers: { ...request.headers, ...headers } }));
    const slug = `place-${++count}`;
    const input = {
      tenant_name: "Place",
      tenant_slug: slug,
      full_name: "Ada Quist",
      email: `a@${slug}.example`,
      password: `Long-sentence-${slug}`,
    };
    return (await client.signup({ ...input, ...more })).data.tenant.settings;
  };

  it("is suggested at sign-up, and what the caller gives is not changed", async () => {
    const headers = { "cloudfront-viewer-country": "DE", "cloudfront-viewer-time-zone": "Europe/Berlin" };
    expect(await signUpFrom(headers)).toMatchObject(berlin);
    expect(await signUpFrom(headers, { currency: "CHF", timezone: "Europe/Zurich" })).toMatchObject({
      ...{ default_country: "DE", timezone: "Europe/Zurich", currency: "CHF" },
    });
    expect(await signUpFrom({})).toMatchObject({ default_country: "US", timezone: "UTC", currency: "USD" });
    await expect(signUpFrom({}, { currency: "XYZ" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "currency", message: "Must be an ISO 4217 currency" }],
    });
  });
});
