import type { Operation } from "../http/operation.ts";
import { audit } from "./audit.ts";
import { auth } from "./auth.ts";
import { contacts } from "./contact.ts";
import { customFields } from "./custom-field.ts";
import { customers } from "./customer.ts";
import { exports } from "./export.ts";
import { forms } from "./form.ts";
import { imports } from "./import.ts";
import { interactions } from "./interaction.ts";
import { journey } from "./journey.ts";
import { leads } from "./lead.ts";
import { masters } from "./master.ts";
import { meta } from "./meta.ts";
import { notifications } from "./notification.ts";
import { opportunities } from "./opportunity.ts";
import { persons } from "./person.ts";
import { personViews } from "./person-views.ts";
import { publics } from "./public.ts";
import { rules } from "./rule.ts";
import { customerSales } from "./sales-views.ts";
import { searchPaths } from "./search-path.ts";
import { uploads } from "./upload.ts";
import { users } from "./user.ts";

/**
 * Every operation there is, by the function that serves it. Routes, stacks, the OpenAPI document, the typed client and
 * the permission tests are all made from this value.
 */
export const registry = {
  auth,
  users,
  masters: [...masters, ...customFields],
  leads,
  persons: [...persons, ...journey, ...personViews],
  interactions,
  customers: [...customers, ...contacts, ...customerSales],
  opportunities,
  forms,
  notifications,
  uploads,
  imports,
  exports,
  paths: searchPaths,
  rules,
  public: publics,
  audit,
  meta,
} as const satisfies Record<string, readonly Operation[]>;

export type FunctionName = keyof typeof registry;

export const functionNames = Object.keys(registry) as FunctionName[];

export const operations: readonly Operation[] = Object.values(registry).flat();
