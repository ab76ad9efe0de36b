import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Notifications } from "@crm/core/platform/notification/notification.entity.ts";
import { NOTIFICATION } from "@crm/core/platform/notification/notification.kind.ts";
import { Notification } from "@crm/core/platform/notification/notification.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { addUser, newLead, PASSWORD, type TestUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, isScenarioSource, LEASE_SECONDS } from "../harness.ts";

const NEXT_PASSWORD = "Another-Horse-9000";

const signInAs = ({ system: line, tenant }: Fixture, email: string, password: string) =>
  line.client().login({ email, password, tenant_slug: tenant.slug });

const signup = defineScenario<{ slug: string; email: string }>({
  name: "signup",
  covers: { operations: ["signup"] },
  // Sign-up has no idempotency key: a client without an answer gets a name conflict and signs in.
  refusals: [409],
  async prepare() {
    const slug = `struck-${randomUUID().slice(0, 8)}`;
    return { slug, email: `ada@${slug}.example` };
  },
  ask: ({ system: line }, { slug, email }) =>
    line
      .client()
      .signup({ tenant_name: slug, tenant_slug: slug, first_name: "Ada", last_name: "Struck", email, password: PASSWORD }),
  async check({ system: line }, { slug, email }) {
    const { data } = await line.client().login({ email, password: PASSWORD });
    expect([data.tenant.slug, data.user.email]).toEqual([slug, email]);
    const crm = line.client(data.access_token);
    expect((await crm.listUsers()).data.map((user) => user.email)).toEqual([email]);
  },
});

function forgotPasswordScenario() {
  let user: TestUser;
  return defineScenario<number>({
    name: "forgotPassword",
    covers: { operations: ["forgotPassword", "sendForgotPasswordPage"], subscribers: ["mail"] },
    hasNewAnswer: true,
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "USER");
    },
    async prepare({ system: line }) {
      // Moves to the next quarter of an hour, because each allows a user only a few emails.
      line.app.setClock({ advance: 16 * 60 * 1000 });
      return line.app.mail.sent(user.email).length;
    },
    ask: ({ system: line, tenant }) => line.client().forgotPassword({ email: user.email, tenant_slug: tenant.slug }),
    async check({ system: line }, before) {
      const mails = line.app.mail.sent(user.email).slice(before);
      expect(mails.length).toBeGreaterThan(0);
      const token = decodeURIComponent(/token=(\S+)/.exec(mails.at(-1)?.text ?? "")?.[1] ?? "");
      await line.client().resetPassword({ token, password: PASSWORD });
    },
  });
}

interface ResetSubject {
  email: string;
  token: string;
  before: Client;
}

/** A reset ends all sessions that were opened with the old password. */
function resetPasswordScenario() {
  let user: TestUser;
  return defineScenario<ResetSubject>({
    name: "resetPassword",
    covers: { operations: ["resetPassword", "sendResetPasswordPage"] },
    // A link works once: a client without an answer gets an error and signs in.
    refusals: [400],
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "USER");
    },
    async prepare(scene) {
      const { system: line, tenant } = scene;
      line.app.setClock({ advance: 16 * 60 * 1000 });
      await line.client().forgotPassword({ email: user.email, tenant_slug: tenant.slug });
      await line.drain();
      const text = line.app.mail.sent(user.email).at(-1)?.text ?? "";
      const session = await signInAs(scene, user.email, NEXT_PASSWORD).catch(() => signInAs(scene, user.email, PASSWORD));
      const token = decodeURIComponent(/token=(\S+)/.exec(text)?.[1] ?? "");
      return { email: user.email, token, before: line.client(session.data.access_token) };
    },
    ask: ({ system: line }, { token }) => line.client().resetPassword({ token, password: NEXT_PASSWORD }),
    async check(scene, { email, before }) {
      scene.system.app.setClock({ advance: 61_000 });
      await expect(before.me()).rejects.toMatchObject({ status: 401 });
      expect((await signInAs(scene, email, NEXT_PASSWORD)).data.user.email).toBe(email);
    },
  });
}

interface PasswordSubject {
  current_password: string;
  password: string;
  client: Client;
  otherClient: Client;
}

/** Like a reset, but the session of the request stays. */
function changePasswordScenario() {
  let user: TestUser;
  let password = PASSWORD;
  return defineScenario<PasswordSubject>({
    name: "changePassword",
    covers: { operations: ["changePassword"] },
    // The old password works once: a client without an answer gets an error that it is wrong.
    refusals: [400],
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "USER");
    },
    async prepare(scene) {
      scene.system.app.setClock({ advance: 16 * 60 * 1000 });
      const [firstSession, secondSession] = [
        await signInAs(scene, user.email, password),
        await signInAs(scene, user.email, password),
      ];
      const next = password === NEXT_PASSWORD ? PASSWORD : NEXT_PASSWORD;
      const as = scene.system.client(firstSession.data.access_token);
      const elsewhere = scene.system.client(secondSession.data.access_token);
      return { current_password: password, password: next, client: as, otherClient: elsewhere };
    },
    ask: (_scene, { client: as, current_password, password: next }) => as.changePassword({ current_password, password: next }),
    async check(scene, { client: as, otherClient: elsewhere, password: next }) {
      password = next;
      scene.system.app.setClock({ advance: 61_000 });
      expect((await as.me()).data.id).toBe(user.id);
      await expect(elsewhere.me()).rejects.toMatchObject({ status: 401 });
      expect((await signInAs(scene, user.email, next)).data.user.id).toBe(user.id);
    },
  });
}

/** A suspended user is signed out and stays signed out after being reactivated. */
function setUserStatusScenario() {
  let user: TestUser;
  return defineScenario<Client>({
    name: "setUserStatus",
    covers: { operations: ["setUserStatus"] },
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "USER");
    },
    async prepare(scene) {
      await scene.crm.setUserStatus({ id: user.id, status: "ACTIVE" });
      scene.system.app.setClock({ advance: 61_000 });
      return scene.system.client((await signInAs(scene, user.email, PASSWORD)).data.access_token);
    },
    ask: ({ crm }, _before, options) => crm.setUserStatus({ id: user.id, status: "SUSPENDED" }, options),
    async check({ crm, system: line }, before) {
      expect((await crm.getUser({ id: user.id })).data.status).toBe("SUSPENDED");
      await crm.setUserStatus({ id: user.id, status: "ACTIVE" });
      line.app.setClock({ advance: 61_000 });
      await expect(before.me()).rejects.toMatchObject({ status: 401 });
    },
  });
}

const activation = defineScenario<{ email: string; token: string }>({
  name: "activate",
  covers: { operations: ["activate", "sendActivationPage"] },
  // The link works once: a client without an answer gets an error and signs in.
  refusals: [400],
  async prepare({ crm, system: line, tenant }) {
    const email = `invited.${randomUUID().slice(0, 8)}@${tenant.slug}.example`;
    await crm.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" });
    await line.drain();
    const text = line.app.mail.sent(email).at(-1)?.text ?? "";
    return { email, token: decodeURIComponent(/token=(\S+)/.exec(text)?.[1] ?? "") };
  },
  ask: ({ system: line }, { token }) => line.client().activate({ token, password: NEXT_PASSWORD }),
  async check(scene, { email }) {
    expect((await signInAs(scene, email, NEXT_PASSWORD)).data.user).toMatchObject({ email, status: "ACTIVE" });
  },
});

function readAllScenario() {
  let user: TestUser;
  const MANY = 99;
  return defineScenario<string[]>({
    name: "readAllNotifications",
    covers: { operations: ["readAllNotifications"], subscribers: ["notifications"] },
    countsWrite: (name) => name === "notifications" || isScenarioSource(name),
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "SALES_REP");
    },
    async prepare({ system: line, tenant }) {
      const notificationFields = {
        type: "lead_assigned",
        title: "Many",
        body: null,
        record_kind: "lead",
        record_id: "",
        actor_id: "",
      } as const;
      return runIn(systemContext(line.app.ports, tenant.id, "test"), async () => {
        const notifications = Array.from({ length: MANY }, () =>
          Notification.buildNotification(newId(NOTIFICATION, { owner: user.id }), notificationFields),
        );
        await notifications.reduce((tx, notification) => Notification.add(tx, notification), transaction()).commit(undefined);
        return notifications.map(({ id }) => id);
      });
    },
    ask: ({ system: line }, _ids, options) => line.client(user.token).readAllNotifications({}, options),
    async check({ system: line, tenant }, ids) {
      const notifications = await runIn(systemContext(line.app.ports, tenant.id, "test"), () =>
        Records.loadMany(Notifications, ids),
      );
      expect(notifications.filter((notification) => notification?.read_at === null)).toEqual([]);
      // Each notification was marked once; an interrupted run may add one write.
      const versionTotal = notifications.reduce((sum, notification) => sum + (notification?.version ?? 0), 0);
      expect(versionTotal - 2 * MANY).toBeLessThanOrEqual(1);
    },
  });
}

function leadNotificationScenario() {
  let user: TestUser;
  return defineScenario<ReturnType<typeof newLead>>({
    name: "a user is told of a lead",
    covers: { subscribers: ["notifications"] },
    countsWrite: (name) => name === "notifications",
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "SALES_REP");
    },
    prepare: async () => newLead({ owner_id: user.id }),
    ask: ({ crm }, lead, options) => crm.createLead(lead, options),
    async check({ system: line }, _subject, answer) {
      const { data } = await line.client(user.token).listNotifications({ limit: 100 });
      expect(data.filter(({ record_id }) => record_id === (answer as { id: string }).id)).toHaveLength(1);
    },
  });
}

const notificationExpiry = defineScenario<string>({
  name: "a notification has had its time",
  covers: { due: ["notification"] },
  countsWrite: (name) => name === "notifications",
  async prepare({ system: line, tenant }) {
    const notificationFields = {
      type: "lead_assigned",
      title: "Old",
      body: null,
      record_kind: "lead",
      record_id: "",
      actor_id: "",
    } as const;
    return runIn(systemContext(line.app.ports, tenant.id, "test"), async () => {
      // The notification has almost reached its maximum age.
      const notification = {
        ...Notification.buildNotification(newId(NOTIFICATION, { owner: tenant.userId }), notificationFields),
        expires_at: Clock.addSeconds(60),
      };
      await Notification.add(transaction(), notification).commit(undefined);
      return notification.id;
    });
  },
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  async check({ system: line, tenant }, id) {
    const notification = await runIn(systemContext(line.app.ports, tenant.id, "test"), () => Records.find(Notifications, id));
    expect(notification).toBeUndefined();
  },
});

function submissionScenario() {
  let key = "";
  let form = "";
  let sent = 0;
  return defineScenario<{ email: string; submission_id: string }>({
    name: "submitPublicForm",
    covers: { operations: ["submitPublicForm"] },
    hasNewAnswer: true,
    async open({ crm }) {
      const { data } = await crm.createForm({
        name: "Struck",
        kind: "web_form",
        makes_lead: true,
        rate_limit_per_address: 1000,
        rate_limit_per_minute: 1000,
      });
      ({ key, id: form } = data);
    },
    async prepare() {
      return { email: `form${++sent}@strike.example`, submission_id: randomUUID() };
    },
    ask: ({ system: line }, { email, submission_id }) =>
      line.client().submitPublicForm({ key, submission_id, first_name: "Pia", last_name: `Public${sent}`, email }),
    async check({ crm }, { email }) {
      const { data: leads } = await crm.listLeads({ search: email });
      expect(leads).toHaveLength(1);
      const { data } = await crm.listInteractions({ person: String(leads[0]?.personal_key_id) });
      expect(data.map(({ recorded_by }) => recorded_by)).toEqual([`form:${form}`]);
    },
  });
}

/** A page event is recorded once for each minute, however often it is sent. */
function trackEventScenario() {
  let key = "";
  let sent = 0;
  return defineScenario<string>({
    name: "trackEvent",
    covers: { operations: ["trackEvent"] },
    hasNewAnswer: true,
    async open({ crm }) {
      const limits = { rate_limit_per_address: 1000, rate_limit_per_minute: 1000 };
      ({ key } = (await crm.createForm({ name: "Pages", kind: "page_visit", ...limits })).data);
    },
    async prepare({ system: line }) {
      // Stays away from the turn of a minute, after which the same event is recorded again.
      line.app.setClock({ advance: 65_000 - (Clock.ms() % 60_000) });
      return `visitor${++sent}@strike.example`;
    },
    ask: ({ system: line }, email) => line.client().trackEvent({ key, email, url: "/prices" }),
    async check({ crm }, email) {
      const { data } = await crm.resolvePerson({ emails: [email] });
      expect((await crm.listInteractions({ person: data.person.id })).data).toHaveLength(1);
    },
  });
}

export const scenarios = [
  leadNotificationScenario(),
  readAllScenario(),
  signup,
  submissionScenario(),
  forgotPasswordScenario(),
  resetPasswordScenario(),
  changePasswordScenario(),
  setUserStatusScenario(),
  activation,
  trackEventScenario(),
  notificationExpiry,
];
