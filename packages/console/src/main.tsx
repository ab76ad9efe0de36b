import { createRoot } from "react-dom/client";
import { hasSessionHint } from "./api/storage-keys.ts";
import { chooseLanguage } from "./ui/i18n/languages.ts";
import { setPageLanguage } from "./ui/i18n/page-language.ts";
import "./index.css";
import { findEntryPath, SIGN_UP_PATH } from "./frame/session/entry-paths.ts";
import { applyAppearance, readAppearance } from "./frame/shell/appearance.ts";
import { watchMissingChunks } from "./frame/shell/chunk-reload.ts";

const container = document.getElementById("root");
if (!container) throw new Error("The page has no element #root");

watchMissingChunks();
applyAppearance(readAppearance());
// A link can name the language, as links in mails do. Then comes the choice of the user, and then that of the browser.
const chosen = [new URLSearchParams(location.search).get("lang"), readAppearance().language].filter((name) => name !== null);
const language = chooseLanguage([...chosen, ...navigator.languages]);
setPageLanguage(language);

const root = createRoot(container);
const isKitPage = HAS_KIT_PAGE && location.pathname === "/_kit";
const isSignUpPage = location.pathname === SIGN_UP_PATH;
// People without a session load a few small files, and the console only while they read the page.
if (isKitPage || isSignUpPage || (hasSessionHint(document.cookie) && findEntryPath(location.pathname) === undefined)) {
  const { showConsole } = await import("./console.tsx");
  await showConsole(root, language);
} else {
  const { showEntry } = await import("./frame/session/entry.tsx");
  await showEntry(root, language);
}
