import type { ApiFunction } from "../http/function.ts";
import type { Operation } from "../http/operation.ts";
import { activities } from "./activities.ts";
import { approvals } from "./approvals.ts";
import { attachments } from "./attachments.ts";
import { audit } from "./audit.ts";
import { auth } from "./auth.ts";
import { bulk } from "./bulk.ts";
import { contracts } from "./contracts.ts";
import { conversations } from "./conversations.ts";
import { customers } from "./customers.ts";
import { deals } from "./deals.ts";
import { exports } from "./exports.ts";
import { flows } from "./flows.ts";
import { forms } from "./forms.ts";
import { hooks } from "./hooks.ts";
import { imports } from "./imports.ts";
import { interactions } from "./interactions.ts";
import { knowledge } from "./knowledge.ts";
import { leads } from "./leads.ts";
import { mailers } from "./mailers.ts";
import { masters } from "./masters.ts";
import { messages } from "./messages.ts";
import { meta } from "./meta.ts";
import { notes } from "./notes.ts";
import { notifications } from "./notifications.ts";
import { offers } from "./offers.ts";
import { opportunities } from "./opportunities.ts";
import { paths } from "./paths.ts";
import { persons } from "./persons.ts";
import { potentials } from "./potentials.ts";
import { products } from "./products.ts";
import { proposals } from "./proposals.ts";
import { providers } from "./providers.ts";
import { public as open } from "./public.ts";
import { quotes } from "./quotes.ts";
import { reach } from "./reach.ts";
import { reengagement } from "./reengagement.ts";
import { rules } from "./rules.ts";
import { search } from "./search.ts";
import { service } from "./service.ts";
import { signatures } from "./signatures.ts";
import { signing } from "./signing.ts";
import { sms } from "./sms.ts";
import { tags } from "./tags.ts";
import { uploads } from "./uploads.ts";
import { users } from "./users.ts";
import { views } from "./views.ts";
import { webhooks } from "./webhooks.ts";

/**
 * Every function that answers requests, with its operations; the function `leads` is what `leads.ts` exports by that name.
 * Routes, stacks, the OpenAPI document, the typed client and the permission tests are all made from this value.
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
