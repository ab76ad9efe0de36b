import { SignatureAccounts } from "@crm/core/agreements/signature/provider/signature-account.entity.ts";
import { signatureAccountGrants } from "@crm/core/agreements/signature/provider/signature-account.kind.ts";
import { SignatureAccount } from "@crm/core/agreements/signature/provider/signature-account.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { manage } = signatureAccountGrants;
const commonOptions = { tag: "Signature accounts", links: linksFor(SignatureAccounts) };
const record = { ...commonOptions, output: recordSchema("SignatureAccount", SignatureAccount.Info), kind: "record" } as const;
const recordPath = "/signature-accounts/{id}";

const operations = [
  ...buildListOperations({
    name: "listSignatureAccounts",
    path: "/signature-accounts",
    access: manage,
    summary: "List accounts with signature providers",
    verb: SignatureAccount.list,
    output: recordSchema("SignatureAccountRow", SignatureAccount.Row),
    ...commonOptions,
  }),
  operation({
    name: "createSignatureAccount",
    method: "POST",
    path: "/signature-accounts",
    access: manage,
    summary: "Add an account with a signature provider",
    description: "The key is stored encrypted and never returned.",
    verb: SignatureAccount.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getSignatureAccount",
    method: "GET",
    path: recordPath,
    access: manage,
    summary: "Read an account",
    verb: SignatureAccount.get,
    ...record,
  }),
  operation({
    name: "updateSignatureAccount",
    method: "PATCH",
    path: recordPath,
    access: manage,
    summary: "Change an account",
    description: "Changes only the named fields. An omitted key is kept; provider and environment cannot be changed.",
    verb: SignatureAccount.update,
    ...record,
  }),
  operation({
    name: "deleteSignatureAccount",
    method: "DELETE",
    path: recordPath,
    access: manage,
    summary: "Delete an account with its key",
    verb: SignatureAccount.remove,
    ...record,
  }),
  operation({
    name: "checkSignatureAccount",
    method: "POST",
    path: `${recordPath}/check`,
    tag: "Signature accounts",
    access: manage,
    summary: "Check an account with its provider",
    description: "Returns the problem; if consent is missing, also the URL of the consent page.",
    dialog: { done: "{record} was checked.", answer: { works: "Works", account_name: "Account", problems: "Problems" } },
    verb: SignatureAccount.check,
    output: SignatureAccount.AccountCheck,
    onlyReads: true,
    keyed: false,
  }),
] as const;

/** Accounts with third-party signature providers. */
export const providers = defineApiFunction(operations, { uses: ["seal", "web"] });
