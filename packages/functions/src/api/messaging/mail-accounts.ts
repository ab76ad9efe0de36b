import { MailAccounts } from "@crm/core/messaging/mail-account/mail-account.entity.ts";
import { mailAccountGrants } from "@crm/core/messaging/mail-account/mail-account.kind.ts";
import { MailAccount } from "@crm/core/messaging/mail-account/mail-account.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { manage } = mailAccountGrants;
const commonOptions = { tag: "Mail accounts", access: manage, links: linksFor(MailAccounts) };
const record = { ...commonOptions, output: recordSchema("MailAccount", MailAccount.Info), kind: "record" } as const;
const recordPath = "/mail-accounts/{id}";

const operations = [
  ...buildListOperations({
    name: "listMailAccounts",
    path: "/mail-accounts",
    summary: "List accounts for outgoing email",
    verb: MailAccount.list,
    output: recordSchema("MailAccountRow", MailAccount.Row),
    ...commonOptions,
  }),
  operation({
    name: "createMailAccount",
    method: "POST",
    path: "/mail-accounts",
    summary: "Add an account for outgoing email",
    description: "The password is stored encrypted and never returned.",
    verb: MailAccount.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getMailAccount",
    method: "GET",
    path: recordPath,
    summary: "Read an account for outgoing email",
    verb: MailAccount.get,
    ...record,
  }),
  operation({
    name: "updateMailAccount",
    method: "PATCH",
    path: recordPath,
    summary: "Change an account for outgoing email",
    description:
      "Changes only the named fields. An omitted password is kept as long as the server does not change; `way` cannot be changed.",
    verb: MailAccount.update,
    ...record,
  }),
  operation({
    name: "deleteMailAccount",
    method: "DELETE",
    path: recordPath,
    summary: "Delete an account with its password",
    verb: MailAccount.remove,
    ...record,
  }),
  operation({
    name: "checkMailAccount",
    method: "POST",
    path: `${recordPath}/check`,
    tag: "Mail accounts",
    access: manage,
    summary: "Check an account with its server",
    dialog: { done: "{record} was checked.", answer: { works: "Works", account_name: "Account", problems: "Problems" } },
    verb: MailAccount.check,
    output: MailAccount.AccountCheck,
    onlyReads: true,
    keyed: false,
  }),
] as const;

/** The accounts that send messages as mail. */
export const mailers = defineApiFunction(operations, { uses: ["seal", "mailer", "inbound_domain"] });
