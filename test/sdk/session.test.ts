import {
  AuthenticationError,
  type Client,
  ConnectionError,
  SecondFactorRequiredError,
  type TokenStore,
  type Tokens,
} from "@crm/sdk/index.ts";
import { describe, expect, it } from "vitest";
import { createStubClient, ok, refuse, type SentRequest } from "./stub.ts";

const tokens = (n: number): Tokens => ({ access_token: `access-${n}`, refresh_token: `refresh-${n}` });
const signedIn = (n: number) => ok({ ...tokens(n), user: { id: "usr_1" }, tenant: { id: "ten_1" } });
const expired = refuse(401, "UNAUTHENTICATED");

const show = ({ method, path, headers, body }: SentRequest): string =>
  `${method} ${path.replace("/api/v1", "")} ${headers.authorization ?? JSON.stringify(body)}`;

function createStore(first?: Tokens): TokenStore & { saved: (Tokens | undefined)[] } {
  const saved = [first];
  return { saved, load: () => saved.at(-1), save: (value) => void saved.push(value) };
}

describe("a user with a password", () => {
  const auth = { email: "ada@fjord.example", password: "a-long-sentence", tenant: "fjord" };
  const login = `POST /auth/login {"email":"ada@fjord.example","password":"a-long-sentence","tenant_slug":"fjord"}`;

  it("is signed in at the first calls, once", async () => {
    const { crm, sent } = createStubClient([signedIn(1), ok({}), ok({}), ok({})], { auth });
    await Promise.all([crm.tenant.get(), crm.tenant.get()]);
    await crm.tenant.get();
    expect(sent.map(show)).toEqual([login, ...Array(3).fill("GET /tenant Bearer access-1")]);
  });

  it("is signed in again when the session is over", async () => {
    const { crm, sent } = createStubClient([signedIn(1), expired, expired, signedIn(2), ok({ id: "ten_1" })], { auth });
    expect(await crm.tenant.get()).toEqual({ id: "ten_1" });
    expect(sent.map(show)).toEqual([
      login,
      "GET /tenant Bearer access-1",
      'POST /auth/refresh {"refresh_token":"refresh-1"}',
      login,
      "GET /tenant Bearer access-2",
    ]);
  });
});

describe("a user with a second factor", () => {
  const required = { status: 401, body: { error: { code: "SECOND_FACTOR_REQUIRED", message: "No", challenge: "chal" } } };
  const credentials = { email: "ada@fjord.example", password: "a-long-sentence" };
  const password = `POST /auth/login ${JSON.stringify(credentials)}`;
  const answer = 'POST /auth/login {"challenge":"chal","code":"123456"}';

  it("answers the challenge of the error with a code", async () => {
    const { crm, sent } = createStubClient([required, signedIn(1), ok({})]);
    const error = await crm.signIn(credentials).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecondFactorRequiredError);
    await crm.signIn({ challenge: (error as SecondFactorRequiredError).challenge, code: "123456" });
    await crm.tenant.get();
    expect(sent.map(show)).toEqual([password, answer, "GET /tenant Bearer access-1"]);
  });

  it("can send the code with the password", async () => {
    const { crm, sent } = createStubClient([required, signedIn(1), signedIn(2)]);
    await crm.signIn({ ...credentials, code: "123456" });
    await crm.signIn({ ...credentials, code: "123456" });
    expect(sent.map(show)).toEqual([password, answer, password]);
  });

  it("does not send a code again if its answer is lost", async () => {
    const { crm, sent } = createStubClient([new TypeError("fetch failed"), signedIn(1)]);
    await expect(crm.signIn({ challenge: "chal", code: "123456" })).rejects.toBeInstanceOf(ConnectionError);
    expect(sent.map(show)).toEqual([answer]);
  });
});

describe("an access token that has expired", () => {
  it("is refreshed once for all calls, which are sent again with the same idempotency key", async () => {
    const store = createStore(tokens(1));
    const { crm, sent } = createStubClient([expired, expired, signedIn(2), ok({ id: 1 }), ok({ id: 2 })], { auth: { store } });
    await Promise.all([crm.leads.create({ last_name: "A" }), crm.leads.create({ last_name: "B" })]);
    expect(sent.map(show)).toEqual([
      "POST /leads Bearer access-1",
      "POST /leads Bearer access-1",
      'POST /auth/refresh {"refresh_token":"refresh-1"}',
      "POST /leads Bearer access-2",
      "POST /leads Bearer access-2",
    ]);
    const keyOf = (name: string) =>
      sent.flatMap(({ body, headers }) =>
        (body as { last_name?: string }).last_name === name ? [headers["idempotency-key"]] : [],
      );
    expect(new Set(keyOf("A")).size).toBe(1);
    expect(new Set([...keyOf("A"), ...keyOf("B")]).size).toBe(2);
    expect(store.saved.at(-1)).toEqual(tokens(2));
  });

  it("is not refreshed if another process has stored a new one", async () => {
    const store = createStore(tokens(1));
    const refuseOld = (): typeof expired => {
      void store.save(tokens(2));
      return expired;
    };
    const { crm, sent } = createStubClient([refuseOld, ok({})], { auth: { store } });
    await crm.tenant.get();
    expect(sent.map(show)).toEqual(["GET /tenant Bearer access-1", "GET /tenant Bearer access-2"]);
  });

  it("is an error if the session is over, and the store is emptied", async () => {
    const store = createStore(tokens(1));
    const { crm, sent } = createStubClient([expired, expired, refuse(401)], { auth: { store } });
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
    expect(store.saved.at(-1)).toBeUndefined();
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
    expect(sent.at(-1)?.headers).not.toHaveProperty("authorization");
  });

  it("stays if the refresh fails for another reason", async () => {
    const store = createStore(tokens(1));
    const { crm } = createStubClient([expired, new TypeError("fetch failed")], { auth: { store }, retries: 0 });
    await expect(crm.tenant.get()).rejects.toThrow(ConnectionError);
    expect(store.saved).toEqual([tokens(1)]);
  });

  it("is not asked for twice: a second 401 is an error", async () => {
    const { crm, sent } = createStubClient([expired, signedIn(2), expired], { auth: { store: createStore(tokens(1)) } });
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
    expect(sent).toHaveLength(3);
  });

  it("is refreshed for the other calls if one of them is aborted", async () => {
    const abort = new AbortController();
    const refresh = (): typeof expired => {
      abort.abort(new Error("Left"));
      return signedIn(2);
    };
    const { crm } = createStubClient([expired, expired, refresh, ok({ id: "ten_1" })], {
      auth: { store: createStore(tokens(1)) },
    });
    const results = await Promise.allSettled([crm.tenant.get(undefined, { signal: abort.signal }), crm.tenant.get()]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });
});

it("a wrong password is one attempt, also for a client whose user is signed in", async () => {
  const { crm, sent } = createStubClient([expired, expired], { auth: { store: createStore(tokens(1)) } });
  await expect(crm.auth.login({ email: "a@b.example", password: "p" })).rejects.toThrow(AuthenticationError);
  await expect(crm.signIn({ email: "a@b.example", password: "p" })).rejects.toThrow(AuthenticationError);
  expect(sent.map(({ path }) => path)).toEqual(["/api/v1/auth/login", "/api/v1/auth/login"]);
});

it("an API key that was revoked is an error at once", async () => {
  const { crm, sent } = createStubClient([expired], { auth: { apiKey: "key" } });
  await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
  expect(sent.map(show)).toEqual(["GET /tenant Bearer key"]);
  await expect(crm.signIn({ email: "a@b.example", password: "p" })).rejects.toThrow("API key");
});

describe("a cookie session", () => {
  const auth = { session: "cookie" } as const;
  const cookieAnswer = ok({ access_token: "access-1", user: {}, tenant: {} });

  it("continues after a reload by the cookie, which only requests for it send", async () => {
    const { crm, sent } = createStubClient([cookieAnswer, ok({})], { auth });
    await crm.tenant.get();
    expect(sent.map(show)).toEqual(['POST /auth/refresh {"session":"cookie"}', "GET /tenant Bearer access-1"]);
    expect(sent.map(({ headers, credentials }) => [headers["x-crm-csrf"], credentials])).toEqual([
      ["1", "include"],
      [undefined, undefined],
    ]);
  });

  it("begins with a sign-in and ends with a sign-out", async () => {
    const { crm, sent } = createStubClient([cookieAnswer, ok(null), expired, expired], { auth });
    await crm.signIn({ email: "a@b.example", password: "p" });
    await crm.signOut();
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
    expect(sent.map(show)).toEqual(
      [
        'POST /auth/login {"email":"a@b.example","password":"p","session":"cookie"}',
        "POST /auth/logout Bearer access-1",
        'POST /auth/refresh {"session":"cookie"}',
        "GET /tenant {}",
      ].map((line) => line.replace(" {}", " undefined")),
    );
    expect(sent.slice(0, 3).map(({ headers }) => headers["x-crm-csrf"])).toEqual(["1", "1", "1"]);
  });
});

describe("a session that is over while its user works", () => {
  const auth = { session: "cookie" } as const;
  const signInAgain = (crm: () => Client) => async () => {
    await crm().signIn({ email: "a@b.example", password: "p" });
    return true;
  };

  it("lets the calls wait until the user has signed in again, and repeats them with their keys", async () => {
    const answers = [signedIn(1), ok({}), expired, expired, expired, signedIn(2), ok({ id: 1 }), ok({ id: 2 }), ok({})];
    let ends = 0;
    const { crm, sent } = createStubClient(answers, {
      auth,
      onSessionEnd: () => {
        ends += 1;
        return signInAgain(() => crm)();
      },
    });
    await crm.tenant.get();
    await Promise.all([crm.leads.create({ last_name: "A" }), crm.leads.create({ last_name: "B" })]);
    await crm.tenant.get();
    expect(sent.slice(2).map(show)).toEqual([
      "POST /leads Bearer access-1",
      "POST /leads Bearer access-1",
      'POST /auth/refresh {"session":"cookie"}',
      'POST /auth/login {"email":"a@b.example","password":"p","session":"cookie"}',
      "POST /leads Bearer access-2",
      "POST /leads Bearer access-2",
      "GET /tenant Bearer access-2",
    ]);
    expect(new Set(sent.flatMap(({ headers }) => headers["idempotency-key"] ?? [])).size).toBe(2);
    expect(ends).toBe(1);
  });

  it("lets calls that begin meanwhile wait too, without another refresh", async () => {
    let finish = (): void => undefined;
    const answers = [signedIn(1), expired, expired, signedIn(2), ok({ id: 1 }), ok({ id: 2 })];
    const { crm, sent } = createStubClient(answers, {
      auth,
      onSessionEnd: async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return signInAgain(() => crm)();
      },
    });
    const first = crm.tenant.get();
    await expect.poll(() => sent.length).toBe(3);
    const abort = new AbortController();
    const aborted = crm.tenant.get(undefined, { signal: abort.signal });
    const second = crm.tenant.get();
    abort.abort(new Error("Left"));
    await expect(aborted).rejects.toThrow("Left");
    finish();
    expect(await Promise.all([first, second])).toEqual([{ id: 1 }, { id: 2 }]);
    expect(sent.filter(({ path }) => path.endsWith("/refresh"))).toHaveLength(2);
  });

  it("lets the calls fail if the user does not sign in again", async () => {
    const { crm } = createStubClient([signedIn(1), expired, expired], { auth, onSessionEnd: async () => false });
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
  });

  it("does not begin again for a user who was not signed in, or who has signed out", async () => {
    const ends: string[] = [];
    const { crm } = createStubClient([expired, expired, signedIn(1), ok(null), expired, expired], {
      auth,
      onSessionEnd: async () => ends.push("end") > 0,
    });
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
    await crm.signIn({ email: "a@b.example", password: "p" });
    await crm.signOut();
    await expect(crm.tenant.get()).rejects.toThrow(AuthenticationError);
    expect(ends).toEqual([]);
  });

  it("gives the app each new user before a call uses the token, and no call if the app refuses it", async () => {
    const other = ok({ ...tokens(2), user: { id: "usr_2" }, tenant: { id: "ten_1" } });
    const users: string[] = [];
    const { crm, sent } = createStubClient([signedIn(1), ok({}), expired, other], {
      auth,
      onSignIn: ({ user }) => {
        users.push(user.id);
        if (user.id !== "usr_1") throw new Error("Another user");
      },
    });
    await crm.tenant.get();
    await expect(crm.tenant.get()).rejects.toThrow("Another user");
    expect(users).toEqual(["usr_1", "usr_2"]);
    expect(sent.map(({ headers }) => headers.authorization)).not.toContain("Bearer access-2");
  });
});

it("signing out of a cookie session after a reload ends it on the server", async () => {
  const { crm, sent } = createStubClient([signedIn(1), ok(null)], { auth: { session: "cookie" } });
  await crm.signOut();
  expect(sent.map(show)).toEqual(['POST /auth/refresh {"session":"cookie"}', "POST /auth/logout Bearer access-1"]);
});

it("signing out drops the tokens, also if the session was over", async () => {
  const store = createStore(tokens(1));
  const { crm, sent } = createStubClient([expired], { auth: { store } });
  await crm.signOut();
  await crm.signOut();
  expect([store.saved.at(-1), sent.map(show)]).toEqual([undefined, ["POST /auth/logout Bearer access-1"]]);
});
