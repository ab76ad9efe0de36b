import { SmsNumbers } from "@crm/core/message/sms-account/number.entity.ts";
import { SmsNumber } from "@crm/core/message/sms-account/number.ts";
import { SmsSenders } from "@crm/core/message/sms-account/sender.entity.ts";
import { SmsSender } from "@crm/core/message/sms-account/sender.ts";
import { SmsServiceAccounts } from "@crm/core/message/sms-account/service-account.entity.ts";
import { SmsServiceAccount } from "@crm/core/message/sms-account/service-account.ts";
import { smsAccountGrants } from "@crm/core/message/sms-account/sms-account.domain.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const { read, manage } = smsAccountGrants;
const tag = "SMS accounts";

const ofSender = { tag, links: linksOf(SmsSenders) };
const sender = { ...ofSender, access: manage, output: recordOf("SmsSender", SmsSender.Info), kind: "record" } as const;
const senders = [
  ...listing({
    name: "listSmsSenders",
    path: "/sms/senders",
    access: read,
    summary: "List senders of text messages",
    verb: SmsSender.list,
    output: recordOf("SmsSenderRow", SmsSender.Row),
    ...ofSender,
  }),
  operation({
    name: "createSmsSender",
    method: "POST",
    path: "/sms/senders",
    summary: "Add a sender of text messages",
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
    summary: "Read a sender of text messages",
    verb: SmsSender.get,
  }),
  operation({
    name: "updateSmsSender",
    method: "PATCH",
    path: "/sms/senders/{id}",
    summary: "Change a sender of text messages",
    description: "Only the fields named; `null` clears one.",
    verb: SmsSender.update,
    ...sender,
  }),
  operation({
    name: "deleteSmsSender",
    method: "DELETE",
    path: "/sms/senders/{id}",
    summary: "Delete a sender of text messages",
    description: "Once it has no service accounts. It can be restored.",
    verb: SmsSender.remove,
    ...sender,
  }),
  operation({
    name: "restoreSmsSender",
    method: "POST",
    path: "/sms/senders/{id}/restore",
    summary: "Bring back a deleted sender of text messages",
    verb: SmsSender.restore,
    ...sender,
  }),
] as const;

const ofAccount = { tag, access: manage, links: linksOf(SmsServiceAccounts) };
const account = { ...ofAccount, output: recordOf("SmsServiceAccount", SmsServiceAccount.Info), kind: "record" } as const;
const accounts = [
  ...listing({
    name: "listSmsServiceAccounts",
    path: "/sms/service-accounts",
    summary: "List accounts with providers of text messages",
    verb: SmsServiceAccount.list,
    output: recordOf("SmsServiceAccountRow", SmsServiceAccount.Row),
    ...ofAccount,
  }),
  operation({
    name: "createSmsServiceAccount",
    method: "POST",
    path: "/sms/service-accounts",
    summary: "Add an account with a provider of text messages",
    description: "Its key is sealed, and no answer has it.",
    verb: SmsServiceAccount.create,
    status: 201,
    ...account,
  }),
  operation({
    name: "getSmsServiceAccount",
    method: "GET",
    path: "/sms/service-accounts/{id}",
    summary: "Read an account with a provider of text messages",
    verb: SmsServiceAccount.get,
    ...account,
  }),
  operation({
    name: "updateSmsServiceAccount",
    method: "PATCH",
    path: "/sms/service-accounts/{id}",
    summary: "Change an account with a provider of text messages",
    description: "Only the fields named. A key that is left out stays; provider and sender stay for good.",
    verb: SmsServiceAccount.update,
    ...account,
  }),
  operation({
    name: "deleteSmsServiceAccount",
    method: "DELETE",
    path: "/sms/service-accounts/{id}",
    summary: "Delete an account with its key",
    description: "Once it has no numbers.",
    verb: SmsServiceAccount.remove,
    ...account,
  }),
  operation({
    name: "checkSmsServiceAccount",
    method: "POST",
    path: "/sms/service-accounts/{id}/check",
    tag,
    access: manage,
    summary: "Ask the provider whether an account works",
    verb: SmsServiceAccount.check,
    output: SmsServiceAccount.Check,
    onlyReads: true,
    keyed: false,
  }),
] as const;

const ofNumber = { tag, access: manage, links: linksOf(SmsNumbers) };
const number = { ...ofNumber, output: recordOf("SmsNumber", SmsNumber.Info), kind: "record" } as const;
const numbers = [
  ...listing({
    name: "listSmsNumbers",
    path: "/sms/numbers",
    summary: "List numbers of text messages",
    verb: SmsNumber.list,
    output: recordOf("SmsNumberRow", SmsNumber.Row),
    ...ofNumber,
  }),
  operation({
    name: "createSmsNumber",
    method: "POST",
    path: "/sms/numbers",
    summary: "Add a number of text messages",
    verb: SmsNumber.create,
    status: 201,
    ...number,
  }),
  operation({
    name: "getSmsNumber",
    method: "GET",
    path: "/sms/numbers/{id}",
    summary: "Read a number of text messages",
    verb: SmsNumber.get,
    ...number,
  }),
  operation({
    name: "updateSmsNumber",
    method: "PATCH",
    path: "/sms/numbers/{id}",
    summary: "Change a number of text messages",
    description: "Only the fields named. The number itself and its account stay.",
    verb: SmsNumber.update,
    ...number,
  }),
  operation({
    name: "deleteSmsNumber",
    method: "DELETE",
    path: "/sms/numbers/{id}",
    summary: "Delete a number of text messages",
    description: "It can be restored, as long as no other record has the number.",
    verb: SmsNumber.remove,
    ...number,
  }),
  operation({
    name: "restoreSmsNumber",
    method: "POST",
    path: "/sms/numbers/{id}/restore",
    summary: "Bring back a deleted number of text messages",
    verb: SmsNumber.restore,
    ...number,
  }),
] as const;

/** Under which accounts and from which numbers text messages go out. */
export const sms = serves([...senders, ...accounts, ...numbers] as const, { uses: ["seal", "web"] });
