import { findStartPage } from "../../api/page-manifest.ts";
import { part } from "../../api/page-part.ts";

/** The pages of a kind. Each has its own code, because a list needs no form, and a form no list. */
export const ListPage = part(() => import("../list/list-page.tsx"), "ListPage");
export const RecordPage = part(() => import("../record/record-page.tsx"), "RecordPage");
export const FormPage = part(() => import("../form/form-page.tsx"), "FormPage");

const FORM = /\/(?:add|create|edit\/[^/]+)$/;
const RECORD = /\/(?:view\/[^/]+|[a-z]{2,4}_[0-9a-z]+)$/;

/** Finds the page by the form of an address, before the kinds are known. `parseAddress` decides once they are. */
function findPage(path: string, search: string) {
  const start = search === "" ? findStartPage(path) : undefined;
  if (start) return start;
  if (FORM.test(path)) return FormPage;
  return RECORD.test(path) ? RecordPage : ListPage;
}

/** Loads the code of the page at an address, so that it is there when the page is shown. */
export const loadKindPage = async (path: string, search: string): Promise<void> =>
  findPage(path.replace(/\/$/, ""), search).preload?.();
