import { mailAccountGrants } from "@crm/core/message/mail-account/mail-account.domain.ts";
import { MailAccounts } from "@crm/core/message/mail-account/mail-account.entity.ts";
import { MailAccount } from "@crm/core/message/mail-account/mail-account.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const { manage } = mailAccountGrants;
const shown = { tag: "Mail accounts", access: manage, links: linksOf(MailAccounts) };
const record = { ...shown, output: recordOf("MailAccount", MailAccount.Info), kind: "record" } as const;
const one = "/mail-accounts/{id}";

const operations = [
  ...listing({
    name: "listMailAccounts",
    path: "/mail-accounts",
    summary: "List accounts by which mails go out",
    verb: MailAccount.list,
    output: recordOf("MailAccountRow", MailAccount.Row),
    ...shown,
  }),
  operation({
    name: "createMailAccount",
    method: "POST",
    path: "/mail-accounts",
    summary: "Add an account by which mails go out",
    description: "Its password is sealed, and no answer has it.",
    verb: MailAccount.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getMailAccount",
    method: "GET",
    path: one,
    summary: "Read an account by which mails go out",
    verb: MailAccount.get,
    ...record,
  }),
  operation({
    name: "updateMailAccount",
    method: "PATCH",
    path: one,
    summary: "Change an account by which mails go out",
    description: "Only the fields named. A password that is left out stays, as long as the server does; `way` stays for good.",
    verb: MailAccount.update,
    ...record,
  }),
  operation({
    name: "deleteMailAccount",
    method: "DELETE",
    path: one,
    summary: "Delete an account with its password",
    verb: MailAccount.remove,
    ...record,
  }),
  operation({
    name: "checkMailAccount",
    method: "POST",
    path: `${one}/check`,
    tag: "Mail accounts",
    access: manage,
    summary: "Ask the server whether an account works",
    verb: MailAccount.check,
    output: MailAccount.Check,
    onlyReads: true,
    keyed: false,
  }),
] as const;

/** By which accounts mails go out that are messages. */
export const mailers = serves(operations, { uses: ["seal", "mailer", "inbound_domain"] });
