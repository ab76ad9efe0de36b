import { AsyncLocalStorage } from "node:async_hooks";
import { accessName, NOBODY } from "@crm/aws/access.ts";
import { BULK_CHANGE } from "@crm/core/bulk-change/bulk-change.domain.ts";
import { domains } from "@crm/core/domains.ts";
import { EMAIL_SEND } from "@crm/core/email-send/email-send.domain.ts";
import { EXPORT } from "@crm/core/export/export.domain.ts";
import { IMPORT } from "@crm/core/import/import.domain.ts";
import { INBOUND_MAIL } from "@crm/core/inbound-mail/inbound-mail.domain.ts";
import { isInContext, useActorId, useRequest, useTenant } from "@crm/core/kernel/context.ts";
import { isId } from "@crm/core/kernel/id.ts";
import type { Database, Flows, Keys, Objects } from "@crm/core/kernel/ports.ts";
import type { Scope } from "@crm/core/kernel/scope.ts";
import { REENGAGEMENT_FILL } from "@crm/core/reengagement/reengagement.domain.ts";
import { USER } from "@crm/core/user/user.domain.ts";
import { type FunctionName, functionNames } from "@crm/functions/api/index.ts";
import { flowsOf } from "@crm/functions/flow/index.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { OF_TEST } from "../support.ts";
import { all, allows, type Question, questionsOf, statementsOf } from "./iam.ts";
import { account, functionNamed, ofType, type Resource } from "./synth.ts";

const FILES = "<storage/files>";
const TABLE = "<storage/table>";

const isRequest = (name: string): name is FunctionName => (functionNames as readonly string[]).includes(name);

/** Keys without what differs from run to run. */
const shape = (key: string): string => key.replace(/[a-z]{3}_[0-9a-z]{18}/g, "…");

const flows: ReadonlySet<string> = new Set(flowsOf(domains).map(({ name }) => name));

function systemFunction(): string {
  // Work that goes on for a user is done by the subscriber, as that user.
  if (isId(useRequest().id, IMPORT)) return "subscribe-import";
  if (isId(useRequest().id, BULK_CHANGE)) return "subscribe-bulk-change";
  if (isId(useRequest().id, EXPORT)) return "subscribe-export";
  if (isId(useRequest().id, EMAIL_SEND)) return "subscribe-email-sends";
  if (isId(useRequest().id, REENGAGEMENT_FILL)) return "subscribe-reengagement-fills";
  if (isId(useRequest().id, INBOUND_MAIL)) return "subscribe-ticket-mail";
  const name = useActorId().replace("system:", "");
  // What a user sees is asked as that user.
  if (isId(name, USER)) return `subscribe-${subscribers.find((each) => useRequest().id.startsWith(`${each.name}-`))?.name}`;
  if (name === "stream" || name === "inbound-mail") return name;
  if (flows.has(name)) return `flow-${name}`;
  return schedules.some((schedule) => schedule.name === name) ? `schedule-${name}` : `subscribe-${name}`;
}

/** What stands for each port that functions name. */
const named = {
  mail: "mail",
  sms: "sms",
  smsSender: "sms_sender",
  bus: "bus",
  secrets: "secrets",
  keys: "seal",
  files: "dead_letters",
  domains: "domains",
  auditDays: "audit_days",
  inboundDomain: "inbound_domain",
  fonts: "fonts",
  web: "web",
  outbound: "outbound",
  mailer: "mailer",
} as const;

type Session = { role: string; context: Record<string, string> };

/** Holds what an app does against the policies of the template, as AWS would: what is refused is too narrow. */
export class Watch {
  readonly resources: ReadonlyMap<string, Resource>;
  /** The deployed function that acts, where the actor's name does not tell. */
  readonly acting = new AsyncLocalStorage<string>();
  readonly refused = new Set<string>();
  readonly used = new Set<string>();
  /** Functions and the ports that they asked for, by name. */
  readonly asked = new Set<string>();
  /** The name of the app's table. */
  table = "";
  /** For what no function of the system does. */
  unwatched: (command: object) => Promise<unknown> = () => Promise.reject(new Error("Nothing is watched yet"));

  constructor(resources: ReadonlyMap<string, Resource>) {
    this.resources = resources;
  }

  /** The app with its commands looked at, and its handlers told which function they are. */
  over(started: App): App {
    const { database } = started.ports;
    this.table = database.table;
    this.unwatched = (command) => database.send(command, { tenant: undefined, keyspaces: [] });
    const asked = (): Database => ({
      table: database.table,
      send: (command, scope) => {
        this.#ask(command, scope);
        return database.send(command, scope);
      },
    });
    // What a process remembers goes by its database: each function of the system has its own.
    const databases = new Map<string, Database>();
    const { acting } = this;
    Object.defineProperty(started.ports, "database", {
      get() {
        const name = acting.getStore() ?? systemFunction();
        const process = isRequest(name) ? "request" : name;
        const own = databases.get(process) ?? asked();
        databases.set(process, own);
        return own;
      },
    });
    started.ports.objects = this.#objects(started.ports.objects);
    started.ports.keys = this.#keys(started.ports.keys);
    started.ports.flows = this.#flows(started.ports.flows);
    this.#ports(started.ports);
    const handlers = Object.fromEntries(
      functionNames.map((name) => [name, (event: never) => acting.run(name, () => started.handlers[name](event))]),
    ) as App["handlers"];
    return { ...started, handlers };
  }

  /** Actions on the table that roles are allowed and nobody has asked for: too wide. */
  unused(roles: readonly [string, Resource][]): string[] {
    return roles.flatMap(([role, { Properties }]) =>
      statementsOf(this.resources, role).flatMap(({ Action, Resource }) =>
        all(Action)
          .filter((action) => action.startsWith("dynamodb:") && !/Stream|GetRecords|Shard/.test(action))
          .flatMap((action) =>
            // An index is queried and nothing else.
            (action === "dynamodb:Query" ? all(Resource) : [TABLE]).flatMap((one) =>
              this.used.has(`${role} ${action} ${one}`) ? [] : [`${Properties.Description}: ${action} ${one}`],
            ),
          ),
      ),
    );
  }

  /** What roles may do with files, and whether somebody did. */
  files(): { role: string; name: string; leave: string; isUsed: boolean }[] {
    const bucket = this.bucketOf("files");
    return ofType(this.resources, "AWS::IAM::Role").flatMap(([role, { Properties }]) =>
      statementsOf(this.resources, role)
        .filter(({ Resource }) => all(Resource).some((each) => each.startsWith(bucket)))
        .flatMap(({ Action, Resource }) =>
          all(Action).map((action) => ({
            role,
            name: String(Properties.Description),
            leave: `${action} ${all(Resource).map((each) => each.replace(bucket, ""))}`,
            isUsed: this.used.has(`${role} ${action}`),
          })),
        ),
    );
  }

  roleOf(name: string): string {
    return String(functionNamed(this.resources, name).properties.Role).replace(/[<>]/g, "");
  }

  /** The roles that a function of the request path may take on, by what they reach. */
  rolesOf(name: string): Record<string, string> {
    return JSON.parse(functionNamed(this.resources, name).properties.Environment.Variables.CRM_ROLES ?? "{}");
  }

  bucketOf(name: string): string {
    const isIt = new RegExp(`^storage/${name}[0-9A-F]{8}$`);
    const [id] = ofType(this.resources, "AWS::S3::Bucket").find(([each]) => isIt.test(each)) ?? [];
    return `<${id}>`;
  }

  /** Ports that say which function asks for them: deployed, it has those that it names, and no others. */
  #ports(ports: App["ports"]): void {
    const { acting, asked } = this;
    for (const [port, use] of Object.entries(named)) {
      const own = ports[port as keyof typeof named];
      Object.defineProperty(ports, port, {
        get() {
          // The test itself asks outside of any function.
          if (acting.getStore() !== undefined || isInContext()) asked.add(`${acting.getStore() ?? systemFunction()} ${use}`);
          return own;
        },
      });
    }
  }

  /** Flows with what each of their parts is named as. */
  #flows(flows: Flows): Flows {
    const asks = (use: string): void => {
      if (this.acting.getStore() !== undefined || isInContext())
        this.asked.add(`${this.acting.getStore() ?? systemFunction()} flows:${use}`);
    };
    return {
      ...flows,
      start: (...of) => {
        asks("start");
        return flows.start(...of);
      },
      succeed: (...of) => {
        asks("answer");
        return flows.succeed(...of);
      },
      history: {
        ...flows.history,
        read: (...of) => {
          asks("read");
          return flows.history.read(...of);
        },
      },
    };
  }

  /** Objects with what S3 would be asked for, or a link would be signed for, held against the policies as well. */
  #objects(objects: Objects): Objects {
    const asked = (key: string, ...actions: string[]): void => {
      const [tenant = "", kind = "", ...rest] = key.split("/");
      for (const action of actions) this.#askObject(action, `${FILES}/${kind}/${tenant}/${rest.join("/")}`);
    };
    return {
      write: (key, body) => {
        asked(key, "PutObject");
        return objects.write(key, body);
      },
      open: (key) => {
        asked(key, "GetObject", "ListBucket");
        return objects.open(key);
      },
      delete: (prefix) => {
        asked(prefix, "DeleteObject", "ListBucket");
        return objects.delete(prefix);
      },
      links: {
        upload: (key, about) => {
          asked(key, "PutObject");
          return objects.links.upload(key, about);
        },
        download: (key, about) => {
          asked(key, "GetObject");
          return objects.links.download(key, about);
        },
      },
    };
  }

  /** Data keys with what KMS would be asked for, likewise. */
  #keys(keys: Keys): Keys {
    const asked = (action: string, { tenant = "" }: Readonly<Record<string, string>>): void => {
      const [[key] = []] = ofType(this.resources, "AWS::KMS::Key");
      this.#askData(`kms:${action}`, `<${key}>`, "CRM_KEY", { "kms:EncryptionContext:tenant": tenant });
    };
    return {
      ...keys,
      draw: (context) => {
        asked("GenerateDataKey", context);
        return keys.draw(context);
      },
      open: (wrapped, context) => {
        asked("Decrypt", context);
        return keys.open(wrapped, context);
      },
    };
  }

  #askObject(action: string, key: string): void {
    const name = this.acting.getStore() ?? systemFunction();
    // Requests may not list: what is missing is forbidden to them.
    if (action === "ListBucket" && isRequest(name)) return;
    const resource = (action === "ListBucket" ? FILES : key).replace(FILES, this.bucketOf("files"));
    this.#askData(`s3:${action}`, resource, "CRM_FILES", {});
  }

  /** Objects and keys are reached by requests under a role of their tenant, by others under the function's own. */
  #askData(action: string, resource: string, variable: string, context: Question["context"]): void {
    const name = this.acting.getStore() ?? systemFunction();
    const { Variables } = functionNamed(this.resources, name).properties.Environment;
    if (!Variables[variable]) this.refused.add(`${name} has no ${variable}`);
    const data = String(Variables.CRM_DATA_ROLE).replace(/[<>]/g, "");
    const session = isRequest(name) ? this.#as(name, data, useTenant()) : { role: this.roleOf(name), context: {} };
    if (typeof session === "string") {
      this.refused.add(session);
      return;
    }
    this.used.add(`${session.role} ${action}`);
    if (!allows(statementsOf(this.resources, session.role), { action, resource, context: { ...session.context, ...context } }))
      this.refused.add(`${name}: ${action} on ${shape(resource)}`);
  }

  /** Holds one command against the policies under which the deployed function would send it. */
  #ask(command: object, scope: Scope): void {
    if (useRequest().id.startsWith(OF_TEST)) return;
    const name = this.acting.getStore() ?? systemFunction();
    const session = isRequest(name) ? this.#assumed(name, scope) : { role: this.roleOf(name), context: {} };
    if (typeof session === "string") {
      this.refused.add(session);
      return;
    }
    const statements = statementsOf(this.resources, session.role);
    for (const { action, resource, keys } of questionsOf(command, TABLE)) {
      this.used.add(`${session.role} ${action} ${resource}`);
      if (allows(statements, { action, resource, context: { ...session.context, "dynamodb:LeadingKeys": keys } })) continue;
      this.refused.add(`${name}: ${action} on ${resource} of ${[...new Set(keys.map(shape))].join(", ")}`);
    }
  }

  /** The session of the role that a request function takes on for a scope, or why it may not. */
  #assumed(name: string, { tenant = NOBODY, keyspaces }: Scope): Session | string {
    const access = accessName(keyspaces);
    const role = this.rolesOf(name)[access]?.replace(/[<>]/g, "");
    return role ? this.#as(name, role, tenant) : `${name} has no role ${access}`;
  }

  /** The session of a role that a request function takes on for a tenant, or why it may not. */
  #as(name: string, role: string, tenant: string): Session | string {
    const own = this.roleOf(name);
    const path = this.resources.get(own)?.Properties.Path ?? "/";
    const context = {
      "aws:PrincipalArn": `arn:aws:iam::${account}:role${path}${own}`,
      "aws:RequestTag/tenant": tenant,
      "aws:TagKeys": ["tenant"],
    };
    const trust = this.resources.get(role)?.Properties.AssumeRolePolicyDocument.Statement;
    for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
      const may = { action, resource: `<${role}>`, context };
      if (!allows(statementsOf(this.resources, own), may)) return `${name} may not ${action} for ${role}`;
      if (!allows(trust, may)) return `${role} does not trust ${name} with ${tenant}`;
    }
    return { role, context: { "aws:PrincipalTag/tenant": tenant } };
  }
}
