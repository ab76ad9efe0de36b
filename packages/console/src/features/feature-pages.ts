/** Features that are pages of an area too: the address below the features, and that of the area. Both show the same tab as the current one. */
const areaPaths: Readonly<Record<string, string>> = {
  "/crm/advanced-features/pipeline-forecast": "/crm/opportunities/forecast",
  "/crm/advanced-features/activity": "/crm/activities",
};

/** Returns the address of the page in its area. */
export const toAreaPath = (path: string): string => areaPaths[path] ?? path;
