/// <reference types="vite/client" />

/** Whether the build has the page of components, which no release has. */
declare const HAS_KIT_PAGE: boolean;

declare module "virtual:english-messages" {
  const messages: Record<string, import("@lingui/message-utils/compileMessage").CompiledMessage>;
  export default messages;
}
