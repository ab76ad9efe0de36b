import type { CallOptions } from "./call.ts";
import { AuthenticationError, SecondFactorRequiredError } from "./errors.ts";
import type { LoginBody, SignedIn, SignupBody } from "./generated/schemas.ts";
import type { Transport } from "./transport.ts";

/** Keeps the tokens of a user, and refreshes them once for all calls that need it. */

export interface Tokens {
  readonly access_token: string;
  /** Absent with a cookie session: the browser keeps it. */
  readonly refresh_token?: string | undefined;
}

/** Where an app keeps the tokens of its user, such as a file or the memory of a worker. */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>;
  /** Called after each sign-in and refresh, and with undefined when the session is over. */
  save(tokens: Tokens | undefined): void | Promise<void>;
}

export interface Credentials extends Pick<LoginBody, "device_token"> {
  readonly email: string;
  readonly password: string;
  /** Slug of the tenant. It is needed only if the email exists in several tenants. */
  readonly tenant?: string | undefined;
}

/** A sign-in with a second factor. `code` is of the authenticator app, or a recovery code. It is sent only if the user has a second factor. */
export interface CredentialsWithCode extends Credentials {
  readonly code?: string | undefined;
}

/** The second half of a sign-in, after `SecondFactorRequiredError`. */
export interface SecondFactorAnswer {
  /** `challenge` of the error. */
  readonly challenge: string;
  readonly code: string;
}

export type Auth =
  /** An API key, or an access token that the app obtains and refreshes itself. */
  | { readonly apiKey: string }
  /** Tokens of a user, in a store of the app. */
  | { readonly store: TokenStore }
  /** A user, who is signed in at the first call. */
  | (Credentials & { readonly store?: TokenStore | undefined })
  /** A session whose refresh token is in a cookie of the browser. */
  | { readonly session: "cookie" };

/** With a cookie session the browser keeps the refresh token. */
export type SignInResult = Omit<SignedIn, "refresh_token"> & { readonly refresh_token?: string };

/** What an app does when a user has signed in, or has to sign in again. */
export interface SessionHooks {
  /**
   * Called after each sign-in and refresh, before calls use the new tokens. A browser has one session cookie for all tabs, so a refresh can
   * return another user than before: an app that shows data of a user compares `user.id` and `tenant.id` here. Calls wait for the result.
   */
  readonly onSignIn?: ((signedIn: SignInResult) => void | Promise<void>) | undefined;
  /**
   * Called when the session of a user who was signed in is over. Return true after `signIn`: all calls that wait are then repeated, with
   * their idempotency keys. Return false to let them fail.
   */
  readonly onSessionEnd?: (() => Promise<boolean>) | undefined;
}

const CSRF_HEADER = { "x-crm-csrf": "1" };

export class Session {
  readonly #transport: Transport;
  readonly #base: string;
  readonly #apiKey: string | undefined;
  readonly #isCookie: boolean;
  readonly #credentials: Credentials | undefined;
  readonly #store: TokenStore;
  readonly #hooks: SessionHooks;
  #renewal: Promise<string | undefined> | undefined;
  /** Set while the user signs in again. */
  #nextSignIn: Promise<boolean> | undefined;
  #hadUser = false;

  constructor(transport: Transport, base: string, auth: Auth | undefined, hooks: SessionHooks = {}) {
    this.#transport = transport;
    this.#base = base;
    this.#hooks = hooks;
    this.#apiKey = auth && "apiKey" in auth ? auth.apiKey : undefined;
    this.#isCookie = auth !== undefined && "session" in auth;
    this.#credentials = auth && "email" in auth ? auth : undefined;
    this.#store = (auth && "store" in auth ? auth.store : undefined) ?? createMemoryStore();
  }

  /** Returns the access token for a call, or undefined without a user. */
  async getToken(options: CallOptions): Promise<string | undefined> {
    if (this.#apiKey !== undefined) return this.#apiKey;
    if (this.#nextSignIn !== undefined) return this.waitForSignIn(options);
    const tokens = await this.#store.load();
    if (tokens) return tokens.access_token;
    return this.#isCookie || this.#credentials ? this.renew(undefined, options) : undefined;
  }

  /**
   * Returns another access token in place of one that the API refused, or undefined if the session is over. Calls at the same time
   * share one refresh, because a refresh token can be used once. So a call that is aborted does not abort the refresh.
   */
  async renew(refused: string | undefined, { signal }: CallOptions): Promise<string | undefined> {
    if (this.#apiKey !== undefined) return undefined;
    this.#renewal ??= this.#findToken(refused).finally(() => {
      this.#renewal = undefined;
    });
    const token = await this.#renewal;
    signal?.throwIfAborted();
    return token;
  }

  /** Waits until a user whose session is over has signed in again. Returns the new token, or undefined if they did not. */
  async waitForSignIn({ signal }: CallOptions): Promise<string | undefined> {
    const { onSessionEnd } = this.#hooks;
    if (!this.#hadUser || !onSessionEnd) return undefined;
    this.#nextSignIn ??= onSessionEnd().finally(() => {
      this.#nextSignIn = undefined;
    });
    const isSignedIn = await withAbort(this.#nextSignIn, signal);
    return isSignedIn ? (await this.#store.load())?.access_token : undefined;
  }

  async signIn(input: CredentialsWithCode | SecondFactorAnswer): Promise<SignInResult> {
    if ("challenge" in input) return this.#open("login", input);
    const { tenant, code, ...credentials } = input;
    try {
      return await this.#open("login", { ...credentials, ...(tenant === undefined ? {} : { tenant_slug: tenant }) });
    } catch (error) {
      if (!(error instanceof SecondFactorRequiredError) || code === undefined) throw error;
      return this.#open("login", { challenge: error.challenge, code });
    }
  }

  signUp(input: SignupBody): Promise<SignInResult> {
    return this.#open("signup", input);
  }

  /** Ends the session on the server. The tokens are dropped even if the server cannot be reached. */
  async signOut(): Promise<void> {
    if (this.#apiKey !== undefined) return;
    const stored = (await this.#store.load())?.access_token;
    const token = stored ?? (this.#isCookie ? await this.renew(undefined, {}) : undefined);
    await this.#store.save(undefined);
    this.#hadUser = false;
    if (token === undefined) return;
    const headers = { authorization: `Bearer ${token}`, ...(this.#isCookie ? CSRF_HEADER : {}) };
    await this.#post("logout", {}, headers).catch((error: unknown) => {
      if (!(error instanceof AuthenticationError)) throw error;
    });
  }

  async #findToken(refused: string | undefined): Promise<string | undefined> {
    const tokens = await this.#store.load();
    // Another process with the same store may have refreshed it.
    if (tokens && tokens.access_token !== refused) return tokens.access_token;
    const refreshed = await this.#refresh(tokens);
    if (refreshed) return refreshed;
    if (this.#credentials) return (await this.signIn(this.#credentials)).access_token;
    if (tokens) await this.#store.save(undefined);
    return undefined;
  }

  async #refresh(tokens: Tokens | undefined): Promise<string | undefined> {
    const refresh_token = tokens?.refresh_token;
    if (!this.#isCookie && refresh_token === undefined) return undefined;
    try {
      if (this.#apiKey !== undefined)
        throw new TypeError("A client with an API key cannot sign a user in: create another client");
      const body = this.#isCookie ? {} : { refresh_token };
      return (await this.#open("refresh", body)).access_token;
    } catch (error) {
      if (error instanceof AuthenticationError) return undefined;
      throw error;
    }
  }

  async #open(action: "login" | "signup" | "refresh", input: object): Promise<SignInResult> {
    if (this.#apiKey !== undefined) throw new TypeError("A client with an API key cannot sign a user in: create another client");
    const body = this.#isCookie ? { ...input, session: "cookie" } : input;
    const answer = await this.#post<SignInResult>(action, body, this.#isCookie ? CSRF_HEADER : {});
    await this.#hooks.onSignIn?.(answer);
    this.#hadUser = true;
    const { access_token, refresh_token } = answer;
    await this.#store.save({ access_token, ...(refresh_token === undefined ? {} : { refresh_token }) });
    return answer;
  }

  /** A refresh may be repeated: for half a minute it gives the same answer. A code may not: a repeat would find it used. */
  #post<T>(action: string, body: object, headers: Record<string, string>): Promise<T> {
    const request = {
      method: "POST",
      url: `${this.#base}/auth/${action}`,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      isRepeatable: action !== "signup" && !("challenge" in body),
      ...(this.#isCookie ? { credentials: "include" as const } : {}),
    };
    return this.#transport.send(request, {}, async (response) => ((await response.json()) as { data: T }).data);
  }
}

/** Returns the result of work that others share, unless the call is aborted before. */
async function withAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}

function createMemoryStore(): TokenStore {
  let tokens: Tokens | undefined;
  return {
    load: () => tokens,
    save: (saved) => {
      tokens = saved;
    },
  };
}
