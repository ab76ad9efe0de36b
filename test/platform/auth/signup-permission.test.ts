import { createClient } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp } from "../../support/app.ts";
import { createSignupToken } from "./factory.ts";
import { expectRejection } from "./rejection.ts";
import { dumpTable } from "./table-dump.ts";

/** Who may create a tenant: by the setting of the deployment, and with a one-time link. */
let app: Awaited<ReturnType<typeof startTestApp>>;
let visitor: ReturnType<typeof createClient>;

beforeAll(async () => {
  app = await startTestApp({ signup: "closed" });
  visitor = createClient(inProcessTransport(app));
});
afterAll(() => app.stop());

let signupCount = 0;
const buildSignup = (more: { token?: string; tenant_slug?: string } = {}) => {
  const tenant_slug = `link-${++signupCount}`;
  const person = {
    first_name: "Ada",
    last_name: "Lovelace",
    email: `ada@${tenant_slug}.example`,
    password: "Correct-Horse-9000",
  };
  return { tenant_name: "Analytical Engines", tenant_slug, ...person, ...more };
};

const usedLink = { status: 403, code: "FORBIDDEN", details: [{ field: "token", message: "Used or expired" }] };

describe("a sign-up", () => {
  it("under `closed` is refused without a link, and names who gives one", async () => {
    const error = await expectRejection(visitor.signup(buildSignup()));
    expect(error).toMatchObject({ status: 403, code: "FORBIDDEN", details: [{ field: "token", message: "Required" }] });
    expect(error.message).toContain("ask the operator of the server for a sign-up link");
    expect((await visitor.getSignInOptions({ country: "CH" })).data).toEqual({
      ...{ signup: "link", is_empty: true, keeps_mail_local: true },
      suggested: { default_country: "CH", timezone: "Europe/Zurich", currency: "CHF" },
    });
  });

  it("under `first` is open while there is no tenant, for one of two at once", async () => {
    const first = await startTestApp({ signup: "first" });
    try {
      const client = createClient(inProcessTransport(first));
      expect((await client.getSignInOptions()).data).toMatchObject({ signup: "open", is_empty: true });
      const answers = await Promise.allSettled([buildSignup(), buildSignup()].map((input) => client.signup(input)));
      expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const error = await expectRejection(client.signup(buildSignup()));
      expect(error).toMatchObject({ status: 403, details: [{ field: "token" }] });
      expect(error.message).toContain("only for the first organization");
      expect((await client.getSignInOptions()).data).toMatchObject({ signup: "link", is_empty: false });
    } finally {
      await first.stop();
    }
  });

  it("under `first` counts a tenant that was created under another setting", async () => {
    const { signup } = app.ports;
    await signUp(app);
    app.ports.signup = "first";
    await expect(visitor.signup(buildSignup())).rejects.toMatchObject({ status: 403 });
    app.ports.signup = signup;
  });
});

describe("a sign-up link", () => {
  it("creates one tenant, of two requests at once", async () => {
    const token = await createSignupToken(app);
    expect((await visitor.checkSignupLink({ token })).status).toBe(200);
    const answers = await Promise.allSettled(
      [buildSignup({ token }), buildSignup({ token })].map((input) => visitor.signup(input)),
    );
    const rejections = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    expect(rejections).toEqual([expect.objectContaining(usedLink)]);
    await expect(visitor.signup(buildSignup({ token }))).rejects.toMatchObject(usedLink);
    await expect(visitor.checkSignupLink({ token })).rejects.toMatchObject(usedLink);
  });

  it("is not used up by a sign-up that fails", async () => {
    const [token, other] = [await createSignupToken(app), await createSignupToken(app)];
    const taken = buildSignup({ token: other });
    await visitor.signup(taken);
    await expect(visitor.signup(buildSignup({ token, tenant_slug: taken.tenant_slug }))).rejects.toMatchObject({ status: 409 });
    expect((await visitor.signup(buildSignup({ token }))).status).toBe(201);
  });

  it("expires after a day", async () => {
    const token = await createSignupToken(app);
    app.setClock({ advance: 24 * 60 * 60 * 1000 });
    await expect(visitor.checkSignupLink({ token })).rejects.toMatchObject(usedLink);
    await expect(visitor.signup(buildSignup({ token }))).rejects.toMatchObject(usedLink);
    app.setClock({ reset: true });
  });

  it.each([["of no deployment"], ["x".repeat(43)]])("that is not known is refused: %s", async (token) => {
    await expect(visitor.signup(buildSignup({ token }))).rejects.toMatchObject(usedLink);
  });

  it("is stored as a hash", async () => {
    const token = await createSignupToken(app);
    expect(JSON.stringify(await dumpTable(app))).not.toContain(token);
  });
});
