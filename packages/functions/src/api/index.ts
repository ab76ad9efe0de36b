import type { ApiFunction } from "../http/api-function.ts";
import type { Operation } from "../http/operation.ts";
import { customers } from "./accounts/customers.ts";
import { approvals } from "./agreements/approvals.ts";
import { contracts } from "./agreements/contracts.ts";
import { deals } from "./agreements/deals.ts";
import { proposals } from "./agreements/proposals.ts";
import { quotes } from "./agreements/quotes.ts";
import { offers } from "./agreements/share-link-pages.ts";
import { providers } from "./agreements/signature-accounts.ts";
import { signatures } from "./agreements/signature-requests.ts";
import { signing } from "./agreements/signing-pages.ts";
import { reengagement } from "./engagement/reengagement.ts";
import { conversations } from "./messaging/conversations.ts";
import { webhooks } from "./messaging/inbound-webhooks.ts";
import { mailers } from "./messaging/mail-accounts.ts";
import { messages } from "./messaging/message-templates.ts";
import { sms } from "./messaging/sms-accounts.ts";
import { hooks } from "./messaging/webhook-receiver.ts";
import { activities } from "./people/activities.ts";
import { attachments } from "./people/attachments.ts";
import { interactions } from "./people/interactions.ts";
import { notes } from "./people/notes.ts";
import { persons } from "./people/persons.ts";
import { reach } from "./people/recipients.ts";
import { audit } from "./platform/audit.ts";
import { auth } from "./platform/auth.ts";
import { bulk } from "./platform/bulk-changes.ts";
import { exports } from "./platform/exports.ts";
import { flows } from "./platform/flow-history.ts";
import { imports } from "./platform/imports.ts";
import { masters } from "./platform/master-data.ts";
import { notifications } from "./platform/notifications.ts";
import { rules } from "./platform/rules.ts";
import { views } from "./platform/saved-views.ts";
import { paths } from "./platform/search-paths.ts";
import { meta } from "./platform/system.ts";
import { tags } from "./platform/tags.ts";
import { uploads } from "./platform/uploads.ts";
import { users } from "./platform/users.ts";
import { leads } from "./sales/leads.ts";
import { opportunities } from "./sales/opportunities.ts";
import { potentials } from "./sales/potentials.ts";
import { products } from "./sales/products.ts";
import { forms } from "./sales/web-forms.ts";
import { knowledge } from "./service/knowledge-pages.ts";
import { service } from "./service/support.ts";
import { public as open } from "./shared/public-endpoints.ts";
import { search } from "./views/search.ts";

/**
 * Every function that answers requests, with its operations. The key is the name of the function: `leads` is the export `leads`
 * of `sales/leads.ts`. Routes, stacks, the OpenAPI document, the typed client and the permission tests are all made from this
 * value.
 */
export const functions = {
  auth,
  users,
  mailers,
  masters,
  messages,
  leads,
  activities,
  persons,
  interactions,
  conversations,
  customers,
  opportunities,
  potentials,
  deals,
  products,
  proposals,
  providers,
  quotes,
  reengagement,
  contracts,
  approvals,
  signatures,
  sms,
  flows,
  forms,
  notes,
  attachments,
  search,
  service,
  tags,
  views,
  bulk,
  notifications,
  uploads,
  imports,
  exports,
  paths,
  rules,
  public: open,
  reach,
  offers,
  signing,
  knowledge,
  webhooks,
  hooks,
  audit,
  meta,
} as const satisfies Record<string, ApiFunction>;

export type FunctionName = keyof typeof functions;

export const functionNames = Object.keys(functions) as FunctionName[];

type Registry = { readonly [N in FunctionName]: (typeof functions)[N]["operations"] };

/** The operations by function. */
export const registry = Object.fromEntries(
  functionNames.map((name) => [name, functions[name].operations]),
) as unknown as Registry;

export const operations: readonly Operation[] = Object.values<readonly Operation[]>(registry).flat();
