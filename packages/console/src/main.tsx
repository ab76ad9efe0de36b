import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadLanguage } from "./i18n/catalog.ts";
import { chooseLanguage } from "./i18n/languages.ts";
import "./index.css";
import { router } from "./routes.tsx";
import { applyAppearance, readAppearance } from "./shell/appearance.ts";
import { watchMissingChunks } from "./shell/chunk-reload.ts";

const container = document.getElementById("root");
if (!container) throw new Error("The page has no element #root");

watchMissingChunks();
applyAppearance(readAppearance());
// A link can name the language, as links in mails do. Then comes the choice of the user, and then that of the browser.
const chosen = [new URLSearchParams(location.search).get("lang"), readAppearance().language].filter((name) => name !== null);
await loadLanguage(chooseLanguage([...chosen, ...navigator.languages]));

createRoot(container).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
