import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadLanguage } from "./i18n/catalog.ts";
import { chooseLanguage } from "./i18n/languages.ts";
import "./index.css";
import { router } from "./routes.tsx";
import { applyAppearance, readAppearance } from "./shell/appearance.ts";

const container = document.getElementById("root");
if (!container) throw new Error("The page has no element #root");

applyAppearance(readAppearance());
// A link can name the language, as links in mails do.
const named = new URLSearchParams(location.search).get("lang");
await loadLanguage(chooseLanguage(named ? [named, ...navigator.languages] : navigator.languages));

createRoot(container).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
