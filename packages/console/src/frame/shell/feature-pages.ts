/** Pages that are those of another area too: their address, and that of the area. Both show the same tab, or the same entry of the menu, as the current one. */
const areaPaths: Readonly<Record<string, string>> = {
  "/crm/advanced-features/pipeline-forecast": "/crm/opportunities/forecast",
  "/crm/advanced-features/activity": "/crm/activities",
  "/crm/campaigns/email": "/crm/email-sends",
  "/crm/campaigns/automation": "/crm/workflows",
};

/** Returns the address of the page in its area. */
export const toAreaPath = (path: string): string => areaPaths[path] ?? path;
