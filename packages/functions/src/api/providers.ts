import { signatureAccountGrants } from "@crm/core/signature/provider/signature-account.domain.ts";
import { SignatureAccounts } from "@crm/core/signature/provider/signature-account.entity.ts";
import { SignatureAccount } from "@crm/core/signature/provider/signature-account.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const { manage } = signatureAccountGrants;
const shown = { tag: "Signature accounts", links: linksOf(SignatureAccounts) };
const record = { ...shown, output: recordOf("SignatureAccount", SignatureAccount.Info), kind: "record" } as const;
const one = "/signature-accounts/{id}";

const operations = [
  ...listing({
    name: "listSignatureAccounts",
    path: "/signature-accounts",
    access: manage,
    summary: "List accounts with signature providers",
    verb: SignatureAccount.list,
    output: recordOf("SignatureAccountRow", SignatureAccount.Row),
    ...shown,
  }),
  operation({
    name: "createSignatureAccount",
    method: "POST",
    path: "/signature-accounts",
    access: manage,
    summary: "Add an account with a signature provider",
    description: "Its key is sealed, and no answer has it.",
    verb: SignatureAccount.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getSignatureAccount",
    method: "GET",
    path: one,
    access: manage,
    summary: "Read an account",
    verb: SignatureAccount.get,
    ...record,
  }),
  operation({
    name: "updateSignatureAccount",
    method: "PATCH",
    path: one,
    access: manage,
    summary: "Change an account",
    description: "Only the fields named. A key that is left out stays; provider and environment stay for good.",
    verb: SignatureAccount.update,
    ...record,
  }),
  operation({
    name: "deleteSignatureAccount",
    method: "DELETE",
    path: one,
    access: manage,
    summary: "Delete an account with its key",
    verb: SignatureAccount.remove,
    ...record,
  }),
  operation({
    name: "checkSignatureAccount",
    method: "POST",
    path: `${one}/check`,
    tag: "Signature accounts",
    access: manage,
    summary: "Ask the provider whether an account works",
    description: "Says what is wrong; where consent is missing, with the page on which it is given.",
    verb: SignatureAccount.check,
    output: SignatureAccount.Check,
    onlyReads: true,
    keyed: false,
  }),
] as const;

/** Accounts with the providers that others' services are. */
export const providers = serves(operations, { uses: ["seal", "web"] });
