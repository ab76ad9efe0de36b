import { lazyRouteComponent } from "@tanstack/react-router";
import { loadChunk } from "./missing-chunk.ts";

/** The pages of a kind. Each has its own code, because a list needs no form, and a form no list. */
export const ListPage = lazyRouteComponent(
  loadChunk(() => import("../../records/list/list-page.tsx")),
  "ListPage",
);
export const RecordPage = lazyRouteComponent(
  loadChunk(() => import("../../records/record/record-page.tsx")),
  "RecordPage",
);
export const FormPage = lazyRouteComponent(
  loadChunk(() => import("../../records/form/form-page.tsx")),
  "FormPage",
);
/** The page of activities, whose path opens more than their list. */
export const ActivityDashboard = lazyRouteComponent(
  loadChunk(() => import("../../pages/people/activity/activity-dashboard.tsx")),
  "ActivityDashboard",
);

const START_PATH = "/crm/activities";
const FORM = /\/(?:add|create|edit\/[^/]+)$/;
const RECORD = /\/(?:view\/[^/]+|[a-z]{2,4}_[0-9a-z]+)$/;

/** Finds the page by the form of an address, before the kinds are known. `parseAddress` decides once they are. */
const findPage = (path: string, search: string) => {
  if (path === START_PATH && search === "") return ActivityDashboard;
  if (FORM.test(path)) return FormPage;
  return RECORD.test(path) ? RecordPage : ListPage;
};

/** Loads the code of the page at an address, so that it is there when the page is shown. */
export const loadKindPage = async (path: string, search: string): Promise<void> =>
  findPage(path.replace(/\/$/, ""), search).preload?.();
