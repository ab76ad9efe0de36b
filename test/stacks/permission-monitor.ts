import { AsyncLocalStorage } from "node:async_hooks";
import { accessName, NO_TENANT } from "@crm/aws/access.ts";
import { REPORT_RUN } from "@crm/core/analytics/report/report.kind.ts";
import { domains } from "@crm/core/domains.ts";
import { CAMPAIGN_FILL } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { EMAIL_SEND } from "@crm/core/engagement/email-send/email-send.kind.ts";
import { REENGAGEMENT_FILL } from "@crm/core/engagement/reengagement/reengagement.kind.ts";
import { WORKFLOW_ENROLLMENT } from "@crm/core/engagement/workflow/workflow.kind.ts";
import { isInContext, useActorId, useRequest, useTenant } from "@crm/core/kernel/context.ts";
import { isId } from "@crm/core/kernel/id.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import type { Database, Flows, Keys, Objects, Secrets } from "@crm/core/kernel/ports.ts";
import type { Scope } from "@crm/core/kernel/scope.ts";
import { INBOUND_MAIL } from "@crm/core/messaging/inbound-mail/inbound-mail.kind.ts";
import { BULK_CHANGE } from "@crm/core/platform/bulk-change/bulk-change.kind.ts";
import { EXPORT } from "@crm/core/platform/export/export.kind.ts";
import { IMPORT } from "@crm/core/platform/import/import.kind.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { type FunctionName, functionNames } from "@crm/functions/api/function-loaders.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { TEST_REQUEST_PREFIX } from "../support/app.ts";
import { type AccessRequest, isAllowed, listStatements, listTableActions, toList } from "./iam.ts";
import {
  account,
  findFunction,
  findFunctionRole,
  findResource,
  keyParameterArn,
  listResources,
  parseReference,
  type Resource,
} from "./synthesis.ts";

const FILES_RESOURCE = "<storage/files>";
const TABLE_RESOURCE = "<storage/table>";

const isRequestFunction = (name: string): name is FunctionName => (functionNames as readonly string[]).includes(name);

/** Masks ids, which differ between runs. */
const maskIds = (key: string): string => key.replace(/[a-z]{3}_[0-9a-z]{18}/g, "…");

const flowNames: ReadonlySet<string> = new Set(listFlows(domains).map(({ name }) => name));

function resolveSystemFunction(): string {
  // Jobs of a user run in the subscriber, as that user.
  if (isId(useRequest().id, IMPORT)) return "subscribe-import";
  if (isId(useRequest().id, BULK_CHANGE)) return "subscribe-bulk-change";
  if (isId(useRequest().id, EXPORT) || isId(useRequest().id, REPORT_RUN)) return "subscribe-export";
  if (isId(useRequest().id, EMAIL_SEND)) return "subscribe-email-sends";
  if (isId(useRequest().id, WORKFLOW_ENROLLMENT)) return "subscribe-workflows";
  if (isId(useRequest().id, CAMPAIGN_FILL)) return "subscribe-campaign-fills";
  if (isId(useRequest().id, REENGAGEMENT_FILL)) return "subscribe-reengagement-fills";
  if (isId(useRequest().id, INBOUND_MAIL)) return "subscribe-ticket-mail";
  const name = useActorId().replace("system:", "");
  // Subscribers check a user's visibility as that user.
  if (isId(name, USER))
    return `subscribe-${subscribers.find((subscriber) => useRequest().id.startsWith(`${subscriber.name}-`))?.name}`;
  if (name === "stream" || name === "inbound-mail") return name;
  if (flowNames.has(name)) return `flow-${name}`;
  return schedules.some((schedule) => schedule.name === name) ? `schedule-${name}` : `subscribe-${name}`;
}

/** The name that functions declare for each port. */
const portNames = {
  mail: "mail",
  sms: "sms",
  smsSender: "sms_sender",
  bus: "bus",
  keys: "seal",
  files: "dead_letters",
  domains: "domains",
  auditDays: "audit_days",
  archiveDays: "archive_days",
  signup: "signup",
  inboundDomain: "inbound_domain",
  fonts: "fonts",
  web: "web",
  outbound: "outbound",
  mailer: "mailer",
} as const;

type RoleSession = { role: string; context: Record<string, string> };

/** Checks the commands of an app against the policies of the template, as AWS does. A denied command means a policy is too narrow. */
export class PermissionMonitor {
  readonly resources: ReadonlyMap<string, Resource>;
  /** The deployed function that runs, if the actor's name does not reveal it. */
  readonly actingFunction = new AsyncLocalStorage<string>();
  readonly denials = new Set<string>();
  readonly usedActions = new Set<string>();
  /** The functions and the ports that they requested, by name. */
  readonly requestedPorts = new Set<string>();
  /** The name of the app's table. */
  table = "";
  /** Sends commands of the test itself, without a check. */
  sendUnmonitored: (command: object) => Promise<unknown> = () => Promise.reject(new Error("Nothing is watched yet"));

  constructor(resources: ReadonlyMap<string, Resource>) {
    this.resources = resources;
  }

  /** Returns the app with its commands monitored and its handlers tagged with their function. */
  monitorApp(started: App): App {
    const { database } = started.ports;
    this.table = database.table;
    this.sendUnmonitored = (command) => database.send(command, { tenant: undefined, keyspaces: [] });
    const createDatabase = (): Database => ({
      table: database.table,
      send: (command, scope) => {
        this.#checkCommand(command, scope);
        return database.send(command, scope);
      },
    });
    // Caches are kept for each database, so each function of the system gets its own.
    const databases = new Map<string, Database>();
    const { actingFunction: acting } = this;
    Object.defineProperty(started.ports, "database", {
      get() {
        const name = acting.getStore() ?? resolveSystemFunction();
        const process = isRequestFunction(name) ? "request" : name;
        const processDatabase = databases.get(process) ?? createDatabase();
        databases.set(process, processDatabase);
        return processDatabase;
      },
    });
    started.ports.objects = this.#monitorObjects(started.ports.objects);
    started.ports.keys = this.#monitorKeys(started.ports.keys);
    started.ports.flows = this.#monitorFlows(started.ports.flows);
    started.ports.secrets = this.#monitorSecrets(started.ports.secrets);
    this.#monitorPorts(started.ports);
    const handlers = Object.fromEntries(
      functionNames.map((name) => [name, (event: never) => acting.run(name, () => started.handlers[name](event))]),
    ) as App["handlers"];
    return { ...started, handlers };
  }

  /** Actions on the table that roles are allowed but that were never used: policies that are too wide. */
  listUnusedActions(roles: readonly [string, Resource][]): string[] {
    return roles.flatMap(([role, { Properties }]) =>
      listStatements(this.resources, role).flatMap(({ Action, Resource }) =>
        toList(Action)
          .filter((action) => action.startsWith("dynamodb:") && !/Stream|GetRecords|Shard/.test(action))
          .flatMap((action) =>
            // Indexes are only queried.
            (action === "dynamodb:Query" ? toList(Resource) : [TABLE_RESOURCE]).flatMap((resource) =>
              this.usedActions.has(`${role} ${action} ${resource}`) ? [] : [`${Properties.Description}: ${action} ${resource}`],
            ),
          ),
      ),
    );
  }

  /** The permissions of roles on files, and whether each was used. */
  listFileGrants(): { role: string; name: string; leave: string; isUsed: boolean }[] {
    const bucket = this.findBucket("files");
    return listResources(this.resources, "AWS::IAM::Role").flatMap(([role, { Properties }]) =>
      listStatements(this.resources, role)
        .filter(({ Resource }) => toList(Resource).some((arn) => arn.startsWith(bucket)))
        .flatMap(({ Action, Resource }) =>
          toList(Action).map((action) => ({
            role,
            name: Properties.Description,
            leave: `${action} ${toList(Resource).map((arn) => arn.replace(bucket, ""))}`,
            isUsed: this.usedActions.has(`${role} ${action}`),
          })),
        ),
    );
  }

  findRole(name: string): string {
    return findFunctionRole(this.resources, name);
  }

  /** The roles that a request function may assume, by what they give access to. */
  readAssumableRoles(name: string): Record<string, string> {
    return JSON.parse(findFunction(this.resources, name).properties.Environment.Variables.CRM_ROLES ?? "{}");
  }

  /** The groups of keys that a function reads, all with one call. */
  readKeyGroups(name: string): readonly KeyGroup[] {
    const groups = findFunction(this.resources, name).properties.Environment.Variables.CRM_KEY_GROUPS ?? "";
    return groups.split(" ").filter(Boolean) as KeyGroup[];
  }

  findBucket(name: string): string {
    const isIt = new RegExp(`^storage/${name}[0-9A-F]{8}$`);
    const [id] = listResources(this.resources, "AWS::S3::Bucket").find(([resourceId]) => isIt.test(resourceId)) ?? [];
    return `<${id}>`;
  }

  /** Ports that record which function requests them, because a deployed function has only the ports that it declares. */
  #monitorPorts(ports: App["ports"]): void {
    const { actingFunction: acting, requestedPorts: portRequests } = this;
    for (const [port, use] of Object.entries(portNames)) {
      const originalPort = ports[port as keyof typeof portNames];
      Object.defineProperty(ports, port, {
        get() {
          // The test itself uses ports outside of any function.
          if (acting.getStore() !== undefined || isInContext())
            portRequests.add(`${acting.getStore() ?? resolveSystemFunction()} ${use}`);
          return originalPort;
        },
      });
    }
  }

  /** Flows that record the name under which each of their parts is declared. */
  #monitorFlows(flows: Flows): Flows {
    const asks = (use: string): void => {
      if (this.actingFunction.getStore() !== undefined || isInContext())
        this.requestedPorts.add(`${this.actingFunction.getStore() ?? resolveSystemFunction()} flows:${use}`);
    };
    return {
      ...flows,
      start: (...args) => {
        asks("start");
        return flows.start(...args);
      },
      succeed: (...args) => {
        asks("answer");
        return flows.succeed(...args);
      },
      history: {
        ...flows.history,
        read: (...args) => {
          asks("read");
          return flows.history.read(...args);
        },
      },
    };
  }

  /** Keys whose reads are checked, and recorded by the group that each function declares. */
  #monitorSecrets(secrets: Secrets): Secrets {
    return {
      get: (group) => {
        // The test itself uses keys outside of any function.
        if (this.actingFunction.getStore() !== undefined || (isInContext() && !useRequest().id.startsWith(TEST_REQUEST_PREFIX))) {
          const name = this.actingFunction.getStore() ?? resolveSystemFunction();
          this.requestedPorts.add(`${name} secrets:${group}`);
          const groups = this.readKeyGroups(name);
          const statements = listStatements(this.resources, this.findRole(name));
          const mayRead = (read: KeyGroup): boolean =>
            isAllowed(statements, { action: "ssm:GetParameters", resource: keyParameterArn("production", read), context: {} });
          if (!groups.includes(group) || !groups.every(mayRead)) this.denials.add(`${name}: keys of the group ${group}`);
        }
        return secrets.get(group);
      },
    };
  }

  /** Objects whose S3 requests and signed links are also checked against the policies. */
  #monitorObjects(objects: Objects): Objects {
    const checkActions = (key: string, ...actions: string[]): void => {
      const [tenant = "", kind = "", ...rest] = key.split("/");
      for (const action of actions) this.#checkObject(action, `${FILES_RESOURCE}/${kind}/${tenant}/${rest.join("/")}`);
    };
    return {
      write: (key, body) => {
        checkActions(key, "PutObject");
        return objects.write(key, body);
      },
      open: (key) => {
        checkActions(key, "GetObject", "ListBucket");
        return objects.open(key);
      },
      delete: (prefix) => {
        checkActions(prefix, "DeleteObject", "ListBucket");
        return objects.delete(prefix);
      },
      links: {
        upload: (key, options) => {
          checkActions(key, "PutObject");
          return objects.links.upload(key, options);
        },
        download: (key, options) => {
          checkActions(key, "GetObject");
          return objects.links.download(key, options);
        },
      },
    };
  }

  /** Data keys whose KMS requests are checked as well. */
  #monitorKeys(keys: Keys): Keys {
    const checkKey = (action: string, { tenant = "" }: Readonly<Record<string, string>>): void => {
      const [[key] = []] = listResources(this.resources, "AWS::KMS::Key");
      this.#checkData(`kms:${action}`, `<${key}>`, "CRM_KEY", { "kms:EncryptionContext:tenant": tenant });
    };
    return {
      ...keys,
      generate: (context) => {
        checkKey("GenerateDataKey", context);
        return keys.generate(context);
      },
      unwrap: (wrapped, context) => {
        checkKey("Decrypt", context);
        return keys.unwrap(wrapped, context);
      },
    };
  }

  #checkObject(action: string, key: string): void {
    const name = this.actingFunction.getStore() ?? resolveSystemFunction();
    // Request functions may not list; to them, a missing object is a forbidden one.
    if (action === "ListBucket" && isRequestFunction(name)) return;
    const resource = (action === "ListBucket" ? FILES_RESOURCE : key).replace(FILES_RESOURCE, this.findBucket("files"));
    this.#checkData(`s3:${action}`, resource, "CRM_FILES", {});
  }

  /**
   * Request functions access objects and keys with a role for their tenant, and columns with the role of its records. Other functions use their own
   * role.
   */
  #checkData(action: string, resource: string, variable: string, context: AccessRequest["context"]): void {
    const name = this.actingFunction.getStore() ?? resolveSystemFunction();
    const { Variables } = findFunction(this.resources, name).properties.Environment;
    if (!Variables[variable]) this.denials.add(`${name} has no ${variable}`);
    const assumeRole = () =>
      resource.includes("/columns/")
        ? this.#assumeAccessRole(name, { tenant: useTenant(), keyspaces: [] })
        : this.#assumeRole(name, parseReference(Variables.CRM_DATA_ROLE ?? ""), useTenant());
    const session = isRequestFunction(name) ? assumeRole() : { role: this.findRole(name), context: {} };
    if (typeof session === "string") {
      this.denials.add(session);
      return;
    }
    this.usedActions.add(`${session.role} ${action}`);
    if (
      !isAllowed(listStatements(this.resources, session.role), { action, resource, context: { ...session.context, ...context } })
    )
      this.denials.add(`${name}: ${action} on ${maskIds(resource)}`);
  }

  /** Checks a command against the policies under which the deployed function would send it. */
  #checkCommand(command: object, scope: Scope): void {
    if (useRequest().id.startsWith(TEST_REQUEST_PREFIX)) return;
    const name = this.actingFunction.getStore() ?? resolveSystemFunction();
    const session = isRequestFunction(name) ? this.#assumeAccessRole(name, scope) : { role: this.findRole(name), context: {} };
    if (typeof session === "string") {
      this.denials.add(session);
      return;
    }
    const statements = listStatements(this.resources, session.role);
    for (const { action, resource, keys } of listTableActions(command, TABLE_RESOURCE)) {
      this.usedActions.add(`${session.role} ${action} ${resource}`);
      if (isAllowed(statements, { action, resource, context: { ...session.context, "dynamodb:LeadingKeys": keys } })) continue;
      this.denials.add(`${name}: ${action} on ${resource} of ${[...new Set(keys.map(maskIds))].join(", ")}`);
    }
  }

  /** The session of the role that a request function assumes for a scope, or the reason why it may not. */
  #assumeAccessRole(name: string, { tenant = NO_TENANT, keyspaces }: Scope): RoleSession | string {
    const access = accessName(keyspaces);
    const role = this.readAssumableRoles(name)[access]?.replace(/[<>]/g, "");
    return role ? this.#assumeRole(name, role, tenant) : `${name} has no role ${access}`;
  }

  /** The session of a role that a request function assumes for a tenant, or the reason why it may not. */
  #assumeRole(name: string, role: string, tenant: string): RoleSession | string {
    const functionRole = this.findRole(name);
    const path = findResource(this.resources, functionRole, "AWS::IAM::Role").Properties.Path ?? "/";
    const context = {
      "aws:PrincipalArn": `arn:aws:iam::${account}:role${path}${functionRole}`,
      "aws:RequestTag/tenant": tenant,
      "aws:TagKeys": ["tenant"],
    };
    const trust = findResource(this.resources, role, "AWS::IAM::Role").Properties.AssumeRolePolicyDocument.Statement;
    for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
      const may = { action, resource: `<${role}>`, context };
      if (!isAllowed(listStatements(this.resources, functionRole), may)) return `${name} may not ${action} for ${role}`;
      if (!isAllowed(trust, may)) return `${role} does not trust ${name} with ${tenant}`;
    }
    return { role, context: { "aws:PrincipalTag/tenant": tenant } };
  }
}
