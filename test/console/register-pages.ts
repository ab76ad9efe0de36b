import { type PageManifest, registerPages } from "@crm/console/api/page-manifest.ts";

/** The manifests load components, which the types of the tests do not know, so their list has no type here. */
const LIST: string = "@crm/console/pages/pages.ts";
export const { pages }: { readonly pages: readonly PageManifest[] } = await import(LIST);

/** What the console does before its first page. Tests of rules that ask the manifests import this file. */
registerPages(pages);
