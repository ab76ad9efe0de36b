import { SmsNumbers } from "@crm/core/messaging/sms-account/number.entity.ts";
import { SmsNumber } from "@crm/core/messaging/sms-account/number.ts";
import { SmsSenders } from "@crm/core/messaging/sms-account/sender.entity.ts";
import { SmsSender } from "@crm/core/messaging/sms-account/sender.ts";
import { SmsServiceAccounts } from "@crm/core/messaging/sms-account/service-account.entity.ts";
import { SmsServiceAccount } from "@crm/core/messaging/sms-account/service-account.ts";
import { smsAccountGrants } from "@crm/core/messaging/sms-account/sms-account.kind.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read, manage } = smsAccountGrants;
const tag = "SMS accounts";

const senderOptions = { tag, links: linksFor(SmsSenders) };
const sender = { ...senderOptions, access: manage, output: recordSchema("SmsSender", SmsSender.Info), kind: "record" } as const;
const senders = [
  ...buildListOperations({
    name: "listSmsSenders",
    path: "/sms/senders",
    access: read,
    summary: "List SMS senders",
    verb: SmsSender.list,
    output: recordSchema("SmsSenderRow", SmsSender.Row),
    ...senderOptions,
  }),
  operation({
    name: "createSmsSender",
    method: "POST",
    path: "/sms/senders",
    summary: "Add an SMS sender",
    verb: SmsSender.create,
    status: 201,
    ...sender,
  }),
  operation({
    ...sender,
    name: "getSmsSender",
    method: "GET",
    path: "/sms/senders/{id}",
    access: read,
    summary: "Read an SMS sender",
    verb: SmsSender.get,
  }),
  operation({
    name: "updateSmsSender",
    method: "PATCH",
    path: "/sms/senders/{id}",
    summary: "Change an SMS sender",
    description: "Changes only the named fields; `null` clears one.",
    verb: SmsSender.update,
    ...sender,
  }),
  operation({
    name: "deleteSmsSender",
    method: "DELETE",
    path: "/sms/senders/{id}",
    summary: "Delete an SMS sender",
    description: "Possible once it has no service accounts. It can be restored.",
    verb: SmsSender.remove,
    ...sender,
  }),
  operation({
    name: "restoreSmsSender",
    method: "POST",
    path: "/sms/senders/{id}/restore",
    summary: "Restore a deleted SMS sender",
    verb: SmsSender.restore,
    ...sender,
  }),
] as const;

const accountOptions = { tag, access: manage, links: linksFor(SmsServiceAccounts) };
const account = { ...accountOptions, output: recordSchema("SmsServiceAccount", SmsServiceAccount.Info), kind: "record" } as const;
const accounts = [
  ...buildListOperations({
    name: "listSmsServiceAccounts",
    path: "/sms/service-accounts",
    summary: "List accounts with SMS providers",
    verb: SmsServiceAccount.list,
    output: recordSchema("SmsServiceAccountRow", SmsServiceAccount.Row),
    ...accountOptions,
  }),
  operation({
    name: "createSmsServiceAccount",
    method: "POST",
    path: "/sms/service-accounts",
    summary: "Add an account with an SMS provider",
    description: "The key is stored encrypted and never returned.",
    verb: SmsServiceAccount.create,
    status: 201,
    ...account,
  }),
  operation({
    name: "getSmsServiceAccount",
    method: "GET",
    path: "/sms/service-accounts/{id}",
    summary: "Read an account with an SMS provider",
    verb: SmsServiceAccount.get,
    ...account,
  }),
  operation({
    name: "updateSmsServiceAccount",
    method: "PATCH",
    path: "/sms/service-accounts/{id}",
    summary: "Change an account with an SMS provider",
    description: "Changes only the named fields. An omitted key is kept; provider and sender cannot be changed.",
    verb: SmsServiceAccount.update,
    ...account,
  }),
  operation({
    name: "deleteSmsServiceAccount",
    method: "DELETE",
    path: "/sms/service-accounts/{id}",
    summary: "Delete an account with its key",
    description: "Possible once it has no numbers.",
    verb: SmsServiceAccount.remove,
    ...account,
  }),
  operation({
    name: "checkSmsServiceAccount",
    method: "POST",
    path: "/sms/service-accounts/{id}/check",
    tag,
    access: manage,
    summary: "Check an account with its provider",
    dialog: { done: "{record} was checked.", answer: { works: "Works", account_name: "Account", problems: "Problems" } },
    verb: SmsServiceAccount.check,
    output: SmsServiceAccount.AccountCheck,
    onlyReads: true,
    keyed: false,
  }),
] as const;

const numberOptions = { tag, access: manage, links: linksFor(SmsNumbers) };
const number = { ...numberOptions, output: recordSchema("SmsNumber", SmsNumber.Info), kind: "record" } as const;
const numbers = [
  ...buildListOperations({
    name: "listSmsNumbers",
    path: "/sms/numbers",
    summary: "List SMS numbers",
    verb: SmsNumber.list,
    output: recordSchema("SmsNumberRow", SmsNumber.Row),
    ...numberOptions,
  }),
  operation({
    name: "createSmsNumber",
    method: "POST",
    path: "/sms/numbers",
    summary: "Add an SMS number",
    verb: SmsNumber.create,
    status: 201,
    ...number,
  }),
  operation({
    name: "getSmsNumber",
    method: "GET",
    path: "/sms/numbers/{id}",
    summary: "Read an SMS number",
    verb: SmsNumber.get,
    ...number,
  }),
  operation({
    name: "updateSmsNumber",
    method: "PATCH",
    path: "/sms/numbers/{id}",
    summary: "Change an SMS number",
    description: "Changes only the named fields. The number itself and its account cannot be changed.",
    verb: SmsNumber.update,
    ...number,
  }),
  operation({
    name: "deleteSmsNumber",
    method: "DELETE",
    path: "/sms/numbers/{id}",
    summary: "Delete an SMS number",
    description: "Can be restored as long as no other record has the number.",
    verb: SmsNumber.remove,
    ...number,
  }),
  operation({
    name: "restoreSmsNumber",
    method: "POST",
    path: "/sms/numbers/{id}/restore",
    summary: "Restore a deleted SMS number",
    verb: SmsNumber.restore,
    ...number,
  }),
] as const;

/** The senders, accounts and numbers of text messages. */
export const sms = defineApiFunction([...senders, ...accounts, ...numbers] as const, { uses: ["seal", "web"] });
