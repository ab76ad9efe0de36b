import type { Role } from "@crm/core/kernel/permission.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, inProcessTransport, signIn, signUp, type Tenant, type TestUser } from "../../support/app.ts";

/**
 * Work that runs later, and a change of what it reads by a user who did not approve it. The work then does what was approved, or what was changed
 * with no more rights than the user has who changed it: never the change with the rights of the one who approved.
 */
export interface Scenario<State = unknown> {
  /** The authority or the listener that a manifest declares, and the kind of record that is changed. */
  readonly authority: string;
  readonly record: string;
  /** What is changed, for the title of the test. */
  readonly change: string;
  /** The role of the user who changes it: it may write such records, but the user does not see what the work reaches, or may not do it by hand. */
  readonly role: Role;
  /** Prepares the work as the administrator, up to its publication, schedule or start. */
  readonly approve: (world: World) => Promise<State>;
  /** Changes what the work reads, in several ways if there are several. A refusal is fine, and the rest is tried all the same. */
  readonly edit: (world: World, state: State, editor: Client) => readonly Promise<unknown>[];
  /** Approves the change. Left out where a change by an administrator takes effect by itself. */
  readonly approveAgain?: (world: World, state: State) => Promise<unknown>;
  /** Lets the work run, and returns whose instructions took effect where the editor has no rights. */
  readonly run: (world: World, state: State) => Promise<"approved" | "edited" | "nothing">;
}

/** Keeps the type of the state between the steps of a scenario. */
export const scenario = <State>(declared: Scenario<State>): Scenario => declared as Scenario;

/** A tenant in which users see only their own records. */
export class World {
  readonly app: App;
  readonly tenant: Tenant;
  readonly #users = new Map<Role, TestUser>();

  private constructor(app: App, tenant: Tenant) {
    this.app = app;
    this.tenant = tenant;
  }

  static async create(app: App): Promise<World> {
    return new World(app, await signUp(app));
  }

  get admin(): Client {
    return this.tenant.admin;
  }

  /** Returns the user of a role, who owns nothing. */
  async findUser(role: Role): Promise<TestUser> {
    const user = this.#users.get(role) ?? (await addUser(this.app, this.tenant, role));
    this.#users.set(role, user);
    return user;
  }

  /** Lets time pass and all work be done, and signs the administrator in again. */
  async letPass(seconds: number): Promise<void> {
    this.app.setClock({ advance: seconds * 1000 });
    await this.app.settle();
    this.tenant.admin = createClient(inProcessTransport(this.app, (await signIn(this.app, this.tenant)).access_token));
    this.#users.clear();
  }
}
