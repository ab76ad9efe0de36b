/// <reference types="vite/client" />

/** Whether the build has the page of components, which no release has. */
declare const HAS_KIT_PAGE: boolean;

declare module "virtual:english-messages" {
  const messages: Record<string, import("@lingui/message-utils/compileMessage").CompiledMessage>;
  export default messages;
}

/** The user guide in `docs/guide` (vite/guide-plugin.ts). */
declare module "virtual:user-guide" {
  interface GuidePageContent {
    readonly content: readonly import("./ui/kit/html-tree.ts").HtmlNode[];
    /** The addresses of the pictures. The `src` of an image is a place in it. */
    readonly pictures: readonly string[];
  }
  export const groups: readonly {
    readonly title: string;
    readonly pages: readonly { readonly name: string; readonly title: string; readonly summary: string }[];
  }[];
  export const pages: Readonly<Record<string, () => Promise<GuidePageContent>>>;
}
