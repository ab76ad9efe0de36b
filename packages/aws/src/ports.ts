import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { STSClient } from "@aws-sdk/client-sts";
import {
  type Bus,
  type Database,
  type Files,
  type Keys,
  type Mail,
  noGeocoder,
  type Objects,
  type Ports,
  type Secrets,
} from "@crm/core/kernel/ports.ts";
import { eventBridgeBus } from "./bus.ts";
import { dynamoClients, narrowedDatabase, ownDatabase } from "./database.ts";
import { environment } from "./environment.ts";
import { s3Files } from "./files.ts";
import { kmsKeys } from "./keys.ts";
import { stdoutLog } from "./log.ts";
import { sesMail } from "./mail.ts";
import { managedSecrets } from "./secrets.ts";

/**
 * The ports of each kind of function. One has what its work needs and its role allows; to ask it for more is a mistake
 * that says so. What a kind does not name is not in its bundle either.
 */

/** The request path: the table under the tenant's credentials. Its events leave by the table's stream. */
export function requestPorts(): Ports {
  const connect = dynamoClients();
  const roles = JSON.parse(environment("CRM_ROLES")) as Record<string, string>;
  const sts = new STSClient({ requestHandler: TIMEOUTS });
  return {
    ...nothing(),
    database: narrowedDatabase({ table: environment("CRM_TABLE"), roles, sts, connect }),
    secrets: secrets(),
  };
}

/** The request path of functions that seal and open values. */
export const sealingPorts = (): Ports => ({ ...requestPorts(), keys: keys() });

/** Schedules that work on records, and the recount. */
export const recordPorts = (): Ports => ({ ...nothing(), database: database() });

/** Work on records that opens what is sealed, to go by it. */
export const openingPorts = (): Ports => ({ ...recordPorts(), keys: keys() });

/** The schedule that makes signing keys. */
export const keyPorts = (): Ports => ({ ...nothing(), database: database(), secrets: secrets() });

/** The consumer of the table's stream, and the sweep over what is due. */
export const streamPorts = (): Ports => ({ ...nothing(), database: database(), bus: bus() });

/** Subscribers that send mail. */
export const mailPorts = (): Ports => ({
  ...nothing(),
  database: database(),
  secrets: secrets(),
  mail: mail(),
});

/** The subscriber that tells users: it reads records, writes notifications, and sends mail. */
export const notificationPorts = (): Ports => ({ ...recordPorts(), mail: mail() });

/** The operator: what the stream's consumer has, its dead letters, and the keys that it rotates. */
export const operatorPorts = (): Ports => ({
  ...streamPorts(),
  keys: keys(),
  files: s3Files(new S3Client({}), environment("CRM_DEAD_LETTERS")),
});

const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 5000 };

const database = (): Database => ownDatabase(environment("CRM_TABLE"), dynamoClients()());
const mail = (): Mail => sesMail(new SESv2Client({}), environment("CRM_MAIL_FROM"));
export const secrets = (): Secrets =>
  managedSecrets(new SecretsManagerClient({ requestHandler: TIMEOUTS }), { app: environment("CRM_SECRET") });
export const keys = (): Keys => kmsKeys(new KMSClient({ requestHandler: TIMEOUTS }), environment("CRM_KEY"));
const bus = (): Bus => eventBridgeBus(new EventBridgeClient({ requestHandler: TIMEOUTS }), environment("CRM_BUS"));

function nothing(): Ports {
  const absent = (port: keyof Ports) => (): never => {
    throw new Error(`This function has no ${port}`);
  };
  const [files, keys, objects] = [absent("files"), absent("keys"), absent("objects")];
  return {
    database: { table: "", send: absent("database") },
    bus: { publish: absent("bus") } satisfies Bus,
    mail: { send: absent("mail") } satisfies Mail,
    secrets: { get: absent("secrets") },
    keys: { draw: keys, open: keys, raise: keys, isCurrent: keys } satisfies Keys,
    files: { put: files, get: files, list: files, delete: files } satisfies Files,
    objects: { write: objects, open: objects, delete: objects, links: { upload: objects, download: objects } } satisfies Objects,
    geocoder: noGeocoder,
    log: stdoutLog(),
    origin: environment("CRM_ORIGIN"),
  };
}
